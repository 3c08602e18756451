package io.lwt4j.bridge;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.stream.Stream;

/** The matrix of one module, and its table in the documentation. */
public abstract class MatrixTest {

    /** The part of the documentation that this writes. */
    protected abstract String module();

    protected abstract List<Conversion<?, ?>> conversions();

    /** What the hooks of the libraries need; runs before the first cell. */
    protected void prepare() {}

    @TestFactory
    Stream<DynamicTest> everyConversionKeepsTheLaws() {
        prepare();
        Matrix matrix = new Matrix();
        Stream<DynamicTest> rows = conversions().stream()
                .map(way -> dynamicTest(way.toString(), () -> Matrix.assertGreen(matrix.run(way))));
        return Stream.concat(rows, Stream.of(dynamicTest("the table in docs/interop.md", () -> {
            System.out.println(matrix.summary());
            DocTable.check("matrix of " + module(), matrix.table());
        })));
    }
}
