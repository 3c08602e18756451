package io.lwt4j.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One line of a golden file: a program and every trace that is right for it.
 *
 * @param name unique in its file
 * @param rule the rule that a hand-written case pins, in one sentence; empty if it names none
 * @param parts the parts of the format that the program uses
 * @param golden the right traces, never empty; most cases have exactly one
 */
record OracleCase(
        String name,
        String rule,
        Set<String> parts,
        List<Statement> program,
        List<List<String>> golden) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<OracleCase> readAll(Reader file) throws IOException {
        try (BufferedReader lines = new BufferedReader(file)) {
            return lines.lines()
                    .filter(line -> !line.isBlank())
                    .map(OracleCase::parse)
                    .toList();
        }
    }

    static OracleCase parse(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            return new OracleCase(
                    json.get("name").textValue(),
                    json.path("rule").asText(),
                    new LinkedHashSet<>(strings(json.path("mods"))),
                    Statement.list(json.get("prog")),
                    golden(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A trace under deviation D1, where there is one, is right here; the original's own is not. */
    private static List<List<String>> golden(JsonNode json) {
        if (json.has("trace_d1")) {
            return List.of(strings(json.get("trace_d1")));
        }
        if (json.has("trace")) {
            return List.of(strings(json.get("trace")));
        }
        List<List<String>> traces = new ArrayList<>();
        json.get("any_of").forEach(trace -> traces.add(strings(trace)));
        return traces;
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(string -> strings.add(string.textValue()));
        return strings;
    }

    boolean accepts(List<String> trace) {
        return golden.contains(trace);
    }

    /** The golden trace that a wrong trace is shown against. */
    List<String> expected() {
        return golden.get(0);
    }
}
