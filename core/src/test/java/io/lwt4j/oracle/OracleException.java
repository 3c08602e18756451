package io.lwt4j.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.CanceledException;
import io.lwt4j.stream.StreamClosedException;
import io.lwt4j.stream.StreamEmptyException;
import io.lwt4j.stream.StreamFullException;
import io.lwt4j.sync.SwitchOffException;

import org.jspecify.annotations.Nullable;

/** An exception of the program's own, or of a model, known by its name alone. */
final class OracleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OracleException(String name) {
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
        if (exception instanceof SwitchOffException) {
            return "Off";
        }
        if (exception instanceof StreamClosedException) {
            return "Closed";
        }
        if (exception instanceof StreamFullException) {
            return "Full";
        }
        if (exception instanceof StreamEmptyException) {
            return "Empty";
        }
        // Exactly these two: what is wrong with a call's thread, say, is a subclass of them.
        Class<?> type = exception.getClass();
        if (type == IllegalArgumentException.class || type == IllegalStateException.class) {
            return "invalid_arg";
        }
        return type.getName();
    }
}
