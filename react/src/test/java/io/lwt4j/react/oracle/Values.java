package io.lwt4j.react.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/** The values and functions of the programs. */
final class Values {

    private Values() {}

    /** A value without a meaning. */
    static final Object UNIT = new Object() {
        @Override
        public String toString() {
            return "()";
        }
    };

    record Pair(Object first, Object second) {
        @Override
        public String toString() {
            return "(" + first + "," + second + ")";
        }
    }

    static Object of(JsonNode json) {
        if (json.isNull()) {
            return UNIT;
        }
        return json.isBoolean() ? (Object) json.asBoolean() : (Object) json.asInt();
    }

    static boolean isTrue(Object value) {
        return Boolean.TRUE.equals(value);
    }

    static int number(Object value) {
        if (value instanceof Integer number) {
            return number;
        }
        if (value instanceof Pair pair) {
            return number(pair.first) + number(pair.second);
        }
        return isTrue(value) ? 1 : 0;
    }

    static UnaryOperator<Object> unary(JsonNode json) {
        String name = json.get(0).asText();
        if (name.equals("const")) {
            Object constant = of(json.get(1));
            return value -> constant;
        }
        int k = json.size() > 1 ? json.get(1).asInt() : 0;
        return switch (name) {
            case "id" -> value -> value;
            case "add" -> value -> number(value) + k;
            case "mul" -> value -> number(value) * k % 1000;
            case "mod" -> value -> number(value) % k;
            case "half" -> value -> number(value) / 2;
            case "neg" -> value -> -number(value);
            case "even" -> value -> number(value) % 2 == 0;
            case "gt" -> value -> number(value) > k;
            case "lt" -> value -> number(value) < k;
            case "not" -> value -> !isTrue(value);
            default -> throw new IllegalArgumentException("unknown function " + json);
        };
    }

    static BiFunction<Object, Object, Object> binary(JsonNode json) {
        return switch (json.asText()) {
            case "sum" -> (a, b) -> number(a) + number(b);
            case "sub" -> (a, b) -> number(a) - number(b);
            case "max" -> (a, b) -> Math.max(number(a), number(b));
            case "min" -> (a, b) -> Math.min(number(a), number(b));
            case "left" -> (a, b) -> a;
            case "right" -> (a, b) -> b;
            case "mix" -> (a, b) -> (number(a) * 3 + number(b)) % 1000;
            case "pair" -> Pair::new;
            case "eq" -> Object::equals;
            case "lt" -> (a, b) -> number(a) < number(b);
            default -> throw new IllegalArgumentException("unknown function " + json);
        };
    }

    static BiPredicate<Object, Object> equality(JsonNode json) {
        if (json.isArray()) {
            int k = json.get(1).asInt();
            return (a, b) -> number(a) % k == number(b) % k;
        }
        return switch (json.asText()) {
            case "never" -> (a, b) -> false;
            case "always" -> (a, b) -> true;
            default -> throw new IllegalArgumentException("unknown equality " + json);
        };
    }
}
