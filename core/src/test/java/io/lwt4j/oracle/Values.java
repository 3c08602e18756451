package io.lwt4j.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The values of programs: how they are written, and how traces show them.
 *
 * <p>They are plain Java objects, those that the library itself hands out where it does: null for
 * unit, {@link Boolean}, {@link Long}, {@link String}, {@link List}, {@link Both} for a pair. The
 * argument of a callback is such a value or a {@link Throwable}.
 */
final class Values {

    /** The value unit where the library allows no null. */
    static final Object UNIT = new Object() {
        @Override
        public String toString() {
            return "()";
        }
    };

    private Values() {}

    /** The value in a place where the library allows no null. */
    static Object nonNull(@Nullable Object value) {
        return value == null ? UNIT : value;
    }

    /** The truth of a value. */
    static boolean isTrue(@Nullable Object value) {
        return Boolean.TRUE.equals(value);
    }

    /** The value where unit means that there is none. */
    static Optional<Object> unlessUnit(@Nullable Object value) {
        return Optional.ofNullable(nullable(value));
    }

    private static @Nullable Object nullable(@Nullable Object value) {
        return value == UNIT ? null : value;
    }

    /** The value of an expression inside a callback that has this argument. */
    static @Nullable Object evaluate(JsonNode expression, @Nullable Object argument) {
        return switch (expression.getNodeType()) {
            case NULL -> null;
            case BOOLEAN -> expression.booleanValue();
            case NUMBER -> expression.longValue();
            case STRING -> expression.textValue();
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                expression.forEach(element -> list.add(evaluate(element, argument)));
                yield list;
            }
            case OBJECT -> nullable(ofArgument(expression, argument));
            default -> throw notAValue(expression);
        };
    }

    private static @Nullable Object ofArgument(JsonNode expression, @Nullable Object argument) {
        Object plain = argument instanceof Throwable t ? OracleException.nameOf(t) : argument;
        String function = expression.fieldNames().next();
        long k = expression.get(function).longValue();
        return switch (function) {
            case "arg" -> plain instanceof Long n ? (Object) (n + k) : plain;
            case "fst" -> plain instanceof Both<?, ?> pair ? pair.first() : plain;
            case "snd" -> plain instanceof Both<?, ?> pair ? pair.second() : plain;
            case "sum" -> plain instanceof Both<?, ?> pair ? sum(pair) : plain;
            case "even" -> plain instanceof Long n && n % 2 == 0;
            case "lt" -> plain instanceof Long n && n < k;
            default -> throw notAValue(expression);
        };
    }

    /** An error, because traces have a name for exceptions: a faulty file must not look right. */
    private static AssertionError notAValue(JsonNode expression) {
        return new AssertionError("not a value: " + expression);
    }

    private static @Nullable Object sum(Both<?, ?> pair) {
        if (pair.first() instanceof Long a && pair.second() instanceof Long b) {
            return a + b;
        }
        return pair.first();
    }

    /** A value as traces show it; an exception too, for callbacks that got one. */
    static String print(@Nullable Object value) {
        if (value == null) {
            return "()";
        }
        if (value instanceof String string) {
            return "'" + string + "'";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Values::print).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Both<?, ?> pair) {
            return "(" + print(pair.first()) + "," + print(pair.second()) + ")";
        }
        if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? "some(" + print(optional.get()) + ")" : "none";
        }
        if (value instanceof Promise.State.Fulfilled<?> fulfilled) {
            return "ok(" + print(fulfilled.value()) + ")";
        }
        if (value instanceof Promise.State.Rejected<?> rejected) {
            return "error(" + print(rejected.cause()) + ")";
        }
        if (value instanceof Throwable exception) {
            return "!" + OracleException.nameOf(exception);
        }
        return value.toString();
    }

    /** A promise's state as traces show it. */
    static String printState(Promise<?> promise) {
        Promise.State<?> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<?> fulfilled) {
            return "ok " + print(fulfilled.value());
        }
        if (state instanceof Promise.State.Rejected<?> rejected) {
            String name = OracleException.nameOf(rejected.cause());
            return name.equals("Canceled") ? "canceled" : "err " + name;
        }
        return "pending";
    }
}
