package io.lwt4j.examples.signals;

import io.lwt4j.react.Graph;
import io.lwt4j.react.GraphView;
import io.lwt4j.react.Observation;
import io.lwt4j.react.Step;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The cells of a spreadsheet, which are there as soon as somebody speaks of them. */
final class Sheet {

    private final Map<String, Cell> cells = new TreeMap<>();
    private final Map<String, Observation> watched = new HashMap<>();

    /** What the next edits are put on, if they are to happen at the same time. */
    private @Nullable Step step;

    Sheet() {
        // An error is what its cell shows, whether somebody watches or not.
        Graph.current().uncaughtHandler(shown -> {});
    }

    private Cell cell(String name) {
        return cells.computeIfAbsent(name, Cell::new);
    }

    void edit(String name, String text) {
        Formula formula = FormulaParser.parse(text, this::cell);
        if (step == null) {
            cell(name).formula().set(formula);
        } else {
            cell(name).formula().set(step, formula);
        }
    }

    /** Puts edits together, until {@link #end}. */
    void begin() {
        if (step != null) {
            throw new IllegalArgumentException("begun already");
        }
        step = Step.create();
    }

    /** Lets the edits since {@link #begin} happen, all at once. */
    void end() {
        if (step == null) {
            throw new IllegalArgumentException("nothing has begun");
        }
        Step edits = step;
        step = null;
        edits.execute();
    }

    /** Says the value of a cell now, and whenever it has changed. */
    void watch(String name, Consumer<String> listener) {
        unwatch(name);
        watched.put(
                name,
                cell(name)
                        .value()
                        .observe(
                                value -> listener.accept(name + " is " + shown(value)),
                                error -> listener.accept(name + " is " + shown(error))));
    }

    void unwatch(String name) {
        Observation observation = watched.remove(name);
        if (observation != null) {
            observation.stop();
        }
    }

    String show(String name) {
        Cell cell = cell(name);
        String value;
        try {
            value = shown(cell.value().get());
        } catch (RuntimeException e) {
            value = shown(e);
        }
        String formula = cell.formula().get().text();
        return name + " is " + value + (formula.isEmpty() ? "" : ", by " + formula);
    }

    List<String> showAll() {
        return cells.keySet().stream().map(this::show).toList();
    }

    /** The cells that depend on each other, as a picture in the language of Mermaid. */
    String picture(String name) {
        return GraphView.of(cell(name).value()).mermaid();
    }

    /** How often formulas have been evaluated so far. */
    int evaluations() {
        return cells.values().stream().mapToInt(Cell::evaluations).sum();
    }

    private static String shown(BigDecimal value) {
        return value.toPlainString();
    }

    private static String shown(Throwable error) {
        return "an error: " + error.getMessage();
    }
}
