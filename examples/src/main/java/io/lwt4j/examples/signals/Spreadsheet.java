package io.lwt4j.examples.signals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small spreadsheet, whose cells are signals. No event loop runs here: a step of signals is over
 * when the call that began it returns.
 *
 * <p>It works through a {@link #SCRIPT}, or with {@code --interactive} through the commands on its
 * standard input.
 */
public final class Spreadsheet {

    static final String USAGE = "usage: Spreadsheet [--interactive]";

    static final String HELP = """
            A1 = FORMULA   numbers, cells, + - * / ( ) and SUM(A1:B9); empty clears the cell
            begin, end     edits in between happen all at once
            watch A1       says the value of a cell now, and whenever it has changed
            unwatch A1     stops that
            show [A1]      says the value of a cell, or of all of them
            graph A1       the cells that depend on each other, as a picture for Mermaid
            cost           how many formulas have been evaluated since this was last asked
            quit           the end""";

    static final String SCRIPT = """
            B1 = 2
            C1 = 19.50
            D1 = B1 * C1
            D2 = 120
            D3 = SUM(D1:D2)
            D4 = D3 * 20 / 100
            D5 = D3 + D4
            watch D5
            cost
            B1 = 3
            cost
            B1 = 3.0
            cost
            begin
            B1 = 10
            C1 = 8
            end
            cost
            D2 = 120 / E1
            E1 = 4
            E1 = D5
            E1 = 4
            unwatch D5
            B1 = 11
            cost
            show D5
            X1 = 1
            X2 = X1 + 1
            X3 = X1 * X2
            watch X3
            graph X3
            """;

    private static final Pattern EDIT = Pattern.compile("([A-Z][1-9])\\s*=\\s*(.*)");
    private static final Pattern OF_CELL = Pattern.compile("([a-z]+)\\s+([A-Z][1-9])");

    private final Sheet sheet = new Sheet();
    private final PrintStream out;
    private int evaluations;

    private Spreadsheet(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the program.
     *
     * @param args nothing, or {@code --interactive}
     * @throws IOException if the standard input fails
     */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            run(new BufferedReader(new StringReader(SCRIPT)), true, System.out);
        } else if (args.length == 1 && args[0].equals("--interactive")) {
            System.out.println(HELP);
            Charset charset = Charset.defaultCharset();
            run(new BufferedReader(new InputStreamReader(System.in, charset)), false, System.out);
        } else {
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    /** Works through commands, one a line, which are repeated in the output if so wanted. */
    static void run(BufferedReader commands, boolean repeated, PrintStream out) throws IOException {
        Spreadsheet program = new Spreadsheet(out);
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String command = line.strip();
            if (repeated) {
                out.println("> " + command);
            }
            if (command.equals("quit")) {
                return;
            }
            try {
                program.execute(command);
            } catch (IllegalArgumentException e) {
                out.println("? " + e.getMessage());
            }
        }
    }

    private void execute(String line) {
        Matcher edit = EDIT.matcher(line);
        Matcher ofCell = OF_CELL.matcher(line);
        if (edit.matches()) {
            sheet.edit(edit.group(1), edit.group(2));
        } else if (ofCell.matches()) {
            executeFor(ofCell.group(2), ofCell.group(1));
        } else {
            switch (line) {
                case "begin" -> sheet.begin();
                case "end" -> sheet.end();
                case "show" -> sheet.showAll().forEach(out::println);
                case "cost" -> cost();
                case "help" -> out.println(HELP);
                case "" -> {}
                default -> throw unknown(line);
            }
        }
    }

    private void executeFor(String cell, String verb) {
        switch (verb) {
            case "watch" -> sheet.watch(cell, out::println);
            case "unwatch" -> sheet.unwatch(cell);
            case "show" -> out.println(sheet.show(cell));
            case "graph" -> out.print(sheet.picture(cell));
            default -> throw unknown(verb + " " + cell);
        }
    }

    private static IllegalArgumentException unknown(String command) {
        return new IllegalArgumentException("unknown: " + command + " (try help)");
    }

    private void cost() {
        int before = evaluations;
        evaluations = sheet.evaluations();
        out.println(evaluations - before + " formulas evaluated");
    }
}
