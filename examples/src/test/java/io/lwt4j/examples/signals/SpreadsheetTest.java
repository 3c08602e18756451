package io.lwt4j.examples.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.examples.ExamplePage;
import io.lwt4j.examples.ProgramRun;
import io.lwt4j.react.Signal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class SpreadsheetTest {

    private static String answers(String commands) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            Spreadsheet.run(new BufferedReader(new StringReader(commands)), false, print);
        }
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    /** The class path has no more than the example, {@code react} and {@code core}. */
    @Test
    void theScriptNeedsSignalsOnlyAndPrintsWhatThePageShows() throws Exception {
        String classPath = Stream.of(Spreadsheet.class, Signal.class, EventLoop.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(url -> Path.of(url.getPath()).toString())
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(ProgramRun.of(classPath, Spreadsheet.class))
                .isEqualTo(new ProgramRun(0, ExamplePage.output("signals"), ""));
    }

    @Test
    void thePictureOfThePageIsTheOneThatIsPrinted() throws Exception {
        assertThat(ExamplePage.output("signals"))
                .endsWith("> graph X3\n" + ExamplePage.block("signals", "mermaid"));
    }

    @Test
    void commandsCanBeTyped() throws Exception {
        Process process = ProgramRun.start(Spreadsheet.class, "--interactive");
        process.outputWriter().append("A1 = 2\nB1 = A1 * 3\nshow\nquit\n").close();
        assertThat(ProgramRun.end(process))
                .isEqualTo(new ProgramRun(
                        0, Spreadsheet.HELP + "\nA1 is 2, by 2\nB1 is 6, by A1 * 3\n", ""));
    }

    @Test
    void anotherArgumentGetsTheUsage() throws Exception {
        assertThat(ProgramRun.of(Spreadsheet.class, "--frobnicate"))
                .isEqualTo(new ProgramRun(2, "", Spreadsheet.USAGE + "\n"));
    }

    @Test
    void editsInAStepAreSeenTogether() throws Exception {
        String sheet = "A1 = 1\nB1 = 1\nC1 = A1 - B1\nwatch C1\n";
        assertThat(answers(sheet + "A1 = 5\nB1 = 5\n")).isEqualTo("C1 is 0\nC1 is 4\nC1 is 0\n");
        assertThat(answers(sheet + "begin\nA1 = 5\nB1 = 5\nend\n")).isEqualTo("C1 is 0\n");
    }

    @Test
    void onlyWhatHasChangedIsEvaluated() throws Exception {
        assertThat(answers("""
                        A1 = 1
                        B1 = A1 * 0
                        C1 = B1 + 1
                        D1 = 7
                        watch C1
                        watch D1
                        cost
                        A1 = 2
                        cost
                        """)).isEqualTo("""
                        C1 is 1
                        D1 is 7
                        4 formulas evaluated
                        2 formulas evaluated
                        """);
    }

    @Test
    void anErrorIsWhatItsCellsShowUntilItIsMended() throws Exception {
        assertThat(answers("""
                        A1 = 1 / B1
                        C1 = A1 + 1
                        watch C1
                        B1 = 2
                        B1 = C1
                        show B1
                        B1 = 4
                        """)).isEqualTo("""
                        C1 is an error: Division by zero
                        C1 is 1.5
                        C1 is an error: B1 depends on its own value
                        B1 is an error: B1 depends on its own value, by C1
                        C1 is 1.25
                        """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            A1 = 1 +        | ? did not expect the end in "1 +"
            A1 = 1 2        | ? did not expect "2" in "1 2"
            A1 = (1 * 2     | ? did not expect the end in "(1 * 2"
            A1 = SUM(A1, 2) | ? cannot read ", 2)"
            A1 = SUM(1:2)   | ? did not expect "1" in "SUM(1:2)"
            A1 = one        | ? cannot read "one"
            jump            | ? unknown: jump (try help)
            jump A1         | ? unknown: jump A1 (try help)
            end             | ? nothing has begun
            """)
    void whatCannotBeReadGetsALineAndChangesNothing(String command, String message)
            throws Exception {
        assertThat(answers("A1 = 3\n" + command + "\nshow A1\n"))
                .isEqualTo(message + "\nA1 is 3, by 3\n");
    }

    @Test
    void arithmeticIsExactAndKnowsItsPrecedence() throws Exception {
        assertThat(answers("A1 = -(1 + 2) * 3 - 0.1 * 3 / 2\nshow A1\nA1 = 1 / 3 * 3\nshow A1\n"))
                .isEqualTo("""
                        A1 is -9.15, by -(1 + 2) * 3 - 0.1 * 3 / 2
                        A1 is 0.9999999999999999, by 1 / 3 * 3
                        """);
    }
}
