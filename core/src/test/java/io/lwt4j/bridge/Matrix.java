package io.lwt4j.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.bridge.Kind.Fact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** All cells of the conversions it is given. */
public final class Matrix {

    /** Why a cell makes no sense, and which ones these are. */
    private record LeftOut(String reason, Predicate<Cell> rule) {}

    private static final List<LeftOut> LEFT_OUT = List.of(
            new LeftOut("there is no such race", c -> observed(c) == null),
            new LeftOut(
                    "the race would not be theirs",
                    c -> c.race.form() != Form.ALONE && c.conversion.is(Conversion.Trait.NO_LOOP)),
            new LeftOut(
                    "what is asked for is passed on to the source",
                    c -> (c.condition == Condition.REQUEST_ZERO
                                    || c.condition == Condition.REQUEST_NEGATIVE)
                            && c.conversion.is(Conversion.Trait.NO_LOOP)),
            new LeftOut(
                    "nobody else is there",
                    c -> c.race.form() == Form.ALONE && c.race.ending() == Race.Ending.RIVAL),
            new LeftOut("it is ended by somebody else", c -> !c.condition.endsBy(c.race.ending())),
            new LeftOut(
                    "has a value always",
                    c -> (c.condition == Condition.EMPTY || c.condition == Condition.LATE_END)
                            && !c.conversion.from.is(Fact.MAYBE_EMPTY)),
            new LeftOut(
                    "has a value never",
                    c -> c.conversion.from.is(Fact.NEVER_A_VALUE)
                            && (c.condition == Condition.VALUE
                                    || c.condition == Condition.LATE_VALUE)),
            new LeftOut(
                    "has one value at most, or room for all",
                    c -> c.condition == Condition.SECOND_VALUE && !c.conversion.manyToOne()),
            new LeftOut(
                    "the subscribers of one race are rivals",
                    c -> c.condition == Condition.SECOND_SUBSCRIBER
                            && c.race.form().cancelsLosers()
                            && observed(c).is(Fact.LAZY)
                            && !c.conversion.is(Conversion.Trait.DEFERRED)),
            new LeftOut(
                    "the value is the end",
                    c -> c.condition == Condition.CANCEL_BEFORE_END
                            && !c.conversion.from.is(Fact.END_APART)),
            new LeftOut(
                    "there is no subscription",
                    c -> (c.condition == Condition.CANCEL_BEFORE_SUBSCRIBE
                                    || c.condition == Condition.SECOND_ON_SUBSCRIBE)
                            && !c.conversion.from.is(Fact.SUBSCRIPTION)),
            new LeftOut(
                    "nobody is asked for anything",
                    c -> (c.condition == Condition.REQUEST_ZERO
                                    || c.condition == Condition.REQUEST_NEGATIVE)
                            && !observed(c).is(Fact.DEMAND)),
            new LeftOut(
                    "is observed on its loop only",
                    c -> c.condition == Condition.FOREIGN_SUBSCRIBE
                            && observed(c).is(Fact.LOOP_ONLY)),
            new LeftOut(
                    "nothing is kept for who comes late",
                    c -> c.condition == Condition.SUBSCRIBE_ON_LOOP
                            && (c.conversion.from.is(Fact.NO_REPLAY)
                                    || observed(c).is(Fact.NO_REPLAY))),
            new LeftOut(
                    "is given up on its loop only",
                    c -> c.condition == Condition.FOREIGN_CANCEL
                            && observed(c).is(Fact.CLOSED_ON_LOOP)),
            new LeftOut(
                    "signals on its loop only",
                    c -> (c.condition == Condition.FOREIGN_SIGNAL
                                    || c.condition == Condition.FOREIGN_LATE_ERROR)
                            && c.conversion.from.is(Fact.SIGNALS_ON_LOOP)),
            new LeftOut(
                    "never fails",
                    c -> c.conversion.from.is(Fact.NEVER_FAILS)
                            && (c.condition == Condition.ERROR
                                    || c.condition == Condition.LATE_ERROR
                                    || c.condition == Condition.FOREIGN_LATE_ERROR
                                    || c.condition == Condition.LATE_CANCELLATION)),
            new LeftOut(
                    "all observers have the same one subscription",
                    c -> c.condition == Condition.ONE_OF_TWO_CANCELS
                            && (!observed(c).is(Fact.LAZY)
                                    || c.conversion.is(Conversion.Trait.UNICAST)
                                    || c.race.form() != Form.ALONE)),
            new LeftOut(
                    "keeps to itself what its callbacks throw",
                    c -> c.condition == Condition.THROWING_CALLBACK
                            && observed(c).is(Fact.FUTURE)),
            new LeftOut(
                    "is the business of a loop",
                    c -> c.condition == Condition.CLOSED_LOOP
                            && c.conversion.is(Conversion.Trait.NO_LOOP)));

    private static Kind<?> observed(Cell cell) {
        Kind<?> to = cell.conversion.to;
        return cell.race.form() == Form.ALONE ? to : to.raced(cell.race.form());
    }

    private static final int COLLECTIONS = 20;

    private final Map<Conversion<?, ?>, Row> rows = new LinkedHashMap<>();

    /** What came of one conversion. */
    public static final class Row {

        private int cells;
        private int alone;
        private final Map<String, List<String>> failures = new LinkedHashMap<>();

        public int cells() {
            return cells;
        }

        /** The cells that failed, and why. */
        public Map<String, List<String>> failures() {
            return failures;
        }
    }

    /** Runs all cells of one conversion. */
    public Row run(Conversion<?, ?> conversion) {
        Row row = new Row();
        rows.put(conversion, row);
        List<Cell> over = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            for (Race race : Race.all()) {
                Cell cell = new Cell(conversion, condition, race);
                if (LEFT_OUT.stream().anyMatch(leftOut -> leftOut.rule.test(cell))) {
                    continue;
                }
                row.cells++;
                row.alone += race.form() == Form.ALONE ? 1 : 0;
                List<String> failures = cell.run();
                if (!failures.isEmpty()) {
                    row.failures.put(cell.toString(), failures);
                } else if (cell.isOver()) {
                    over.add(cell);
                }
            }
        }
        for (Cell cell : retained(over)) {
            row.failures.put(cell.toString(), List.of("the observer is kept"));
        }
        return row;
    }

    private static List<Cell> retained(List<Cell> over) {
        List<Cell> retained = over;
        for (int i = 0; i < COLLECTIONS && !retained.isEmpty(); i++) {
            System.gc();
            retained = retained.stream().filter(Cell::isRetained).toList();
        }
        return retained;
    }

    /** What came of all that has been run. */
    public String summary() {
        int cells = rows.values().stream().mapToInt(row -> row.cells).sum();
        int failed = rows.values().stream().mapToInt(row -> row.failures.size()).sum();
        return "bridge matrix: " + cells + " cells, " + failed + " failed";
    }

    /** The table for the documentation. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("| conversion | from | to | alone | in races | failed |");
        lines.add("| --- | --- | --- | ---: | ---: | ---: |");
        rows.forEach((way, row) -> lines.add("| " + way + " | `" + way.from + "` | `" + way.to
                + "` | " + row.alone + " | " + (row.cells - row.alone) + " | "
                + row.failures.size() + " |"));
        return lines;
    }

    /** Fails with the names of the cells that have failed. */
    public static void assertGreen(Row row) {
        assertThat(row.failures).isEmpty();
        assertThat(row.cells).isPositive();
    }
}
