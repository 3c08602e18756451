package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Deque;

/**
 * What a pending promise remembers of where it was made: its loop, and the values of
 * {@link PromiseLocal}s at that time. Immutable; most promises share the empty context of their
 * loop.
 */
final class Context {

    private static final @Nullable Object[] EMPTY = {};

    final LoopCore loop;

    /** Keys and values in turn. Few keys are ever in use at once, so a scan beats a map. */
    private final @Nullable Object[] entries;

    /** Whether a value is bound to something that has to be told when it is in force. */
    final boolean bound;

    private Context(LoopCore loop, @Nullable Object[] entries, boolean bound) {
        this.loop = loop;
        this.entries = entries;
        this.bound = bound;
    }

    static Context empty(LoopCore loop) {
        return new Context(loop, EMPTY, false);
    }

    boolean isEmpty() {
        return entries.length == 0;
    }

    @Nullable
    Object get(PromiseLocal<?> key) {
        int i = indexOf(key);
        return i < 0 ? null : entries[i + 1];
    }

    /** This context with another value for one key; null takes the key out. */
    Context with(PromiseLocal<?> key, @Nullable Object value) {
        int i = indexOf(key);
        if (i < 0 && value == null) {
            return this;
        }
        int kept = i < 0 ? entries.length : entries.length - 2;
        @Nullable Object[] copy = new Object[value == null ? kept : kept + 2];
        int at = 0;
        for (int j = 0; j < entries.length; j += 2) {
            if (j != i) {
                copy[at++] = entries[j];
                copy[at++] = entries[j + 1];
            }
        }
        if (value != null) {
            copy[at++] = key;
            copy[at] = value;
        }
        return new Context(loop, copy, isBound(copy));
    }

    private static boolean isBound(@Nullable Object[] entries) {
        for (int i = 0; i < entries.length; i += 2) {
            if (((PromiseLocal<?>) requireNonNull(entries[i])).isBound()) {
                return true;
            }
        }
        return false;
    }

    /** Tells what the values are bound to that they are in force; adds the ways back. */
    void enter(Deque<Runnable> waysBack) {
        for (int i = 0; i < entries.length; i += 2) {
            PromiseLocal<?> key = (PromiseLocal<?>) requireNonNull(entries[i]);
            if (key.isBound()) {
                waysBack.push(key.enter(requireNonNull(entries[i + 1])));
            }
        }
    }

    /** The same values on another loop. */
    Context on(LoopCore other) {
        if (loop == other) {
            return this;
        }
        return entries.length == 0 ? other.base : new Context(other, entries, bound);
    }

    private int indexOf(PromiseLocal<?> key) {
        for (int i = 0; i < entries.length; i += 2) {
            if (entries[i] == key) {
                return i;
            }
        }
        return -1;
    }
}
