package io.lwt4j.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.CanceledException;

import org.jspecify.annotations.Nullable;

/** An exception of the program's own, known by its name alone. */
final class OracleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private OracleException(String name) {
        super(name, null, false, false);
    }

    /** The exception that an expression of a program stands for. */
    static Throwable evaluate(JsonNode expression, @Nullable Object argument) {
        if (expression.has("rethrow")) {
            return argument instanceof Throwable t ? t : new OracleException("NotExn");
        }
        String name = expression.textValue();
        return name.equals("Canceled") ? CanceledException.instance() : new OracleException(name);
    }

    /**
     * The name that traces show. An exception of the library that the format gives no name is shown
     * by its class, which makes the trace differ.
     */
    static String nameOf(Throwable exception) {
        if (exception instanceof OracleException own) {
            return String.valueOf(own.getMessage());
        }
        if (exception instanceof CanceledException) {
            return "Canceled";
        }
        // Exactly these two: what is wrong with a call's thread, say, is a subclass of them.
        Class<?> type = exception.getClass();
        if (type == IllegalArgumentException.class || type == IllegalStateException.class) {
            return "invalid_arg";
        }
        return type.getName();
    }
}
