package io.lwt4j.examples.signals;

import java.math.BigDecimal;
import java.util.function.Supplier;

/**
 * What the user has written into a cell.
 *
 * @param text as it was written
 * @param expression what it means: reads other cells whenever it is evaluated
 */
record Formula(String text, Supplier<BigDecimal> expression) {

    static final Formula EMPTY = new Formula("", () -> BigDecimal.ZERO);

    BigDecimal evaluate() {
        // Equal numbers are to be equal objects: a cell that has not changed disturbs nobody.
        BigDecimal number = expression.get().stripTrailingZeros();
        return number.scale() < 0 ? number.setScale(0) : number;
    }

    @Override
    public String toString() {
        return text;
    }
}
