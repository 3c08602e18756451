package io.lwt4j.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A statement as the program writes it: {@code [op, operand...]}. Operands are numbered as in that
 * array, so the first one is operand 1.
 */
record Statement(String op, JsonNode json) {

    static List<Statement> list(JsonNode array) {
        List<Statement> statements = new ArrayList<>();
        array.forEach(json -> statements.add(new Statement(json.get(0).textValue(), json)));
        return statements;
    }

    JsonNode operand(int number) {
        return json.get(number);
    }

    String name(int number) {
        return operand(number).textValue();
    }

    List<String> names(int number) {
        List<String> names = new ArrayList<>();
        operand(number).forEach(name -> names.add(name.textValue()));
        return names;
    }

    /** These statements and those of every callback inside them, at any depth. */
    static Stream<Statement> flatten(List<Statement> statements) {
        return statements.stream().flatMap(Statement::withNested);
    }

    private Stream<Statement> withNested() {
        return Stream.concat(Stream.of(this), flatten(nestedStatements()));
    }

    private List<Statement> nestedStatements() {
        List<Statement> nested = new ArrayList<>();
        json.findValues("do").forEach(body -> nested.addAll(list(body)));
        return nested;
    }
}
