package io.lwt4j.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs the golden programs for promises and compares the traces line by line. The system property
 * {@code lwt4j.oracle.promise} names a file to take in place of the one among the test's resources.
 */
class PromiseOracleTest {

    private static final String FILE_PROPERTY = "lwt4j.oracle.promise";
    private static final String RESOURCE = "promise-dev.jsonl";

    // In a thread of its own: what hangs inside the library cannot be interrupted.
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyProgramPrintsTheTraceOfTheOriginal() throws IOException {
        List<OracleCase> cases = OracleCase.readAll(openFile());
        assertThat(cases).isNotEmpty();

        Summary summary = new Summary("promise oracle");
        cases.forEach(oracle -> summary.add(Verdict.of(oracle)));

        summary.lines().forEach(System.out::println);
        assertThat(summary.differing()).as("cases that differ").isZero();
    }

    /** So what deviations are judged by does what the original does. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void withoutAnyDeviationEveryProgramPrintsTheTraceOfTheOriginal() throws IOException {
        Way original = Way.original(Set.of());
        assertThat(OracleCase.readAll(openFile()))
                .filteredOn(oracle -> Parts.support(oracle.parts()))
                .filteredOn(oracle -> !oracle.accepts(
                        Interpreter.run(oracle.program(), original).trace()))
                .extracting(OracleCase::name)
                .isEmpty();
    }

    private static Reader openFile() throws IOException {
        String file = System.getProperty(FILE_PROPERTY);
        if (file != null) {
            return Files.newBufferedReader(Path.of(file));
        }
        InputStream resource = PromiseOracleTest.class.getResourceAsStream(RESOURCE);
        return new InputStreamReader(requireNonNull(resource, RESOURCE), StandardCharsets.UTF_8);
    }
}
