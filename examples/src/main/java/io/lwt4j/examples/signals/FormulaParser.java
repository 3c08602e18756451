package io.lwt4j.examples.signals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, cells, {@code + - * /}, parentheses and {@code SUM(A1:B9)}, by recursive descent. */
final class FormulaParser {

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?<token>[0-9]+(\\.[0-9]+)?|[A-Z][1-9]|SUM|[-+*/():])\\s*");

    private final String text;
    private final Function<String, Cell> cells;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    private FormulaParser(String text, Function<String, Cell> cells) {
        this.text = text;
        this.cells = cells;
    }

    /** Throws {@link IllegalArgumentException} with a line for the user. */
    static Formula parse(String text, Function<String, Cell> cells) {
        if (text.isBlank()) {
            return Formula.EMPTY;
        }
        FormulaParser parser = new FormulaParser(text, cells);
        parser.tokenize();
        Supplier<BigDecimal> expression = parser.sum();
        if (parser.next < parser.tokens.size()) {
            throw parser.unexpected();
        }
        return new Formula(text, expression);
    }

    private void tokenize() {
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw new IllegalArgumentException("cannot read \"" + text.substring(end) + "\"");
            }
            tokens.add(matcher.group("token"));
            end = matcher.end();
        }
    }

    private Supplier<BigDecimal> sum() {
        Supplier<BigDecimal> left = product();
        while (at("+") || at("-")) {
            boolean plus = take().equals("+");
            Supplier<BigDecimal> a = left;
            Supplier<BigDecimal> b = product();
            left = plus ? () -> a.get().add(b.get()) : () -> a.get().subtract(b.get());
        }
        return left;
    }

    private Supplier<BigDecimal> product() {
        Supplier<BigDecimal> left = factor();
        while (at("*") || at("/")) {
            boolean times = take().equals("*");
            Supplier<BigDecimal> a = left;
            Supplier<BigDecimal> b = factor();
            left = times
                    ? () -> a.get().multiply(b.get())
                    : () -> a.get().divide(b.get(), MathContext.DECIMAL64);
        }
        return left;
    }

    private Supplier<BigDecimal> factor() {
        String token = take();
        if (token.equals("-")) {
            Supplier<BigDecimal> negated = factor();
            return () -> negated.get().negate();
        }
        if (token.equals("(")) {
            Supplier<BigDecimal> inner = sum();
            expect(")");
            return inner;
        }
        if (token.equals("SUM")) {
            return range();
        }
        if (Character.isDigit(token.charAt(0))) {
            BigDecimal number = new BigDecimal(token);
            return () -> number;
        }
        next--;
        Cell cell = cells.apply(cellName());
        return () -> cell.value().get();
    }

    private Supplier<BigDecimal> range() {
        expect("(");
        String from = cellName();
        expect(":");
        String to = cellName();
        expect(")");
        List<Cell> range = new ArrayList<>();
        for (char column = from.charAt(0); column <= to.charAt(0); column++) {
            for (char row = from.charAt(1); row <= to.charAt(1); row++) {
                range.add(cells.apply("" + column + row));
            }
        }
        return () -> range.stream()
                .map(cell -> cell.value().get())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private String cellName() {
        String token = take();
        if (token.length() != 2 || !Character.isUpperCase(token.charAt(0))) {
            next--;
            throw unexpected();
        }
        return token;
    }

    private boolean at(String token) {
        return next < tokens.size() && tokens.get(next).equals(token);
    }

    private String take() {
        if (next == tokens.size()) {
            throw unexpected();
        }
        return tokens.get(next++);
    }

    private void expect(String token) {
        if (!at(token)) {
            throw unexpected();
        }
        next++;
    }

    private IllegalArgumentException unexpected() {
        String found = next < tokens.size() ? "\"" + tokens.get(next) + "\"" : "the end";
        return new IllegalArgumentException("did not expect " + found + " in \"" + text + "\"");
    }
}
