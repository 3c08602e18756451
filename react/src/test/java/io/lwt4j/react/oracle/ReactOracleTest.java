package io.lwt4j.react.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the golden programs for events and signals and compares the traces line by line. The system
 * property {@code lwt4j.oracle.react} names a file to take in place of the one among the test's
 * resources.
 */
class ReactOracleTest {

    private static final String FILE_PROPERTY = "lwt4j.oracle.react";

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyProgramPrintsTheTraceOfTheOriginal() throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        try (BufferedReader reader = openFile()) {
            readInto(cases, reader);
        }
        assertThat(cases).isNotEmpty();
        List<String> differing = differing(cases, "trace");
        // Nothing is skipped: no program depends on what is decided differently.
        System.out.println("react oracle: " + (cases.size() - differing.size()) + " identical, "
                + differing.size() + " differ, 0 skipped");
        assertThat(differing).isEmpty();
    }

    @Test
    void whereTheOriginalDepartsFromItsDocumentationWeFollowThat() throws IOException {
        List<JsonNode> quirks = new ArrayList<>();
        try (BufferedReader reader = resource("react-quirks.jsonl")) {
            readInto(quirks, reader);
        }
        assertThat(differing(quirks, "documented")).isEmpty();
    }

    private static List<String> differing(List<JsonNode> cases, String field) {
        List<String> differing = new ArrayList<>();
        for (JsonNode json : cases) {
            List<String> expected = new ArrayList<>();
            json.get(field).forEach(line -> expected.add(line.asText()));
            List<String> actual = run(json);
            if (!actual.equals(expected)) {
                differing.add(json.get("name").asText() + "\n  expected " + expected
                        + "\n  but was  " + actual);
            }
        }
        return differing;
    }

    private static List<String> run(JsonNode json) {
        try {
            return Interpreter.run(json.get("prog"));
        } catch (RuntimeException e) {
            throw new AssertionError("case " + json.get("name"), e);
        }
    }

    private static void readInto(List<JsonNode> cases, BufferedReader reader) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            cases.add(mapper.readTree(line));
        }
    }

    private static BufferedReader openFile() throws IOException {
        String file = System.getProperty(FILE_PROPERTY);
        return file == null ? resource("react-dev.jsonl") : Files.newBufferedReader(Path.of(file));
    }

    private static BufferedReader resource(String name) {
        InputStream stream = ReactOracleTest.class.getResourceAsStream(name);
        return new BufferedReader(
                new InputStreamReader(requireNonNull(stream, name), StandardCharsets.UTF_8));
    }
}
