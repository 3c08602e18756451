package io.lwt4j.bridge;

import java.util.List;
import java.util.Objects;

/**
 * Something an observer heard, or should have heard. Errors are compared by identity; an error that
 * the bridge makes is expected as a class.
 */
public record Signal(Type type, Object payload) {

    /** What there is to hear. */
    public enum Type {
        VALUE,
        END,
        ERROR
    }

    public static Signal value(Object value) {
        return new Signal(Type.VALUE, value);
    }

    public static Signal end() {
        return new Signal(Type.END, null);
    }

    /** An error: a throwable, or the class of it. */
    public static Signal error(Object error) {
        return new Signal(Type.ERROR, error);
    }

    static boolean match(List<Signal> expected, List<Signal> heard) {
        boolean same = expected.size() == heard.size();
        for (int i = 0; same && i < expected.size(); i++) {
            same = expected.get(i).matches(heard.get(i));
        }
        return same;
    }

    private boolean matches(Signal heard) {
        if (type != heard.type) {
            return false;
        }
        if (type != Type.ERROR) {
            return Objects.equals(payload, heard.payload);
        }
        return payload instanceof Class<?> expected
                ? expected.isInstance(heard.payload)
                : payload == heard.payload;
    }

    @Override
    public String toString() {
        Object shown = payload instanceof Class<?> c ? c.getSimpleName() : payload;
        return type == Type.END ? "end" : (type == Type.VALUE ? "value " : "error ") + shown;
    }
}
