package io.lwt4j.examples.signals;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import java.math.BigDecimal;

/** A cell: the formula is written to, and the value follows. */
final class Cell {

    private final Var<Formula> formula;
    private final Signal<BigDecimal> value;
    private int evaluations;

    Cell(String name) {
        formula = Var.of(Formula.EMPTY).named(name + " formula");
        // Which cells the formula reads, and so depends on, is found out as it is evaluated.
        value = Signal.computed(this::evaluate).named(name);
    }

    private BigDecimal evaluate() {
        evaluations++;
        return formula.get().evaluate();
    }

    Var<Formula> formula() {
        return formula;
    }

    Signal<BigDecimal> value() {
        return value;
    }

    int evaluations() {
        return evaluations;
    }
}
