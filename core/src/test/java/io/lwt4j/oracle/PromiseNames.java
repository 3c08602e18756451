package io.lwt4j.oracle;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The names of promises, with their resolvers, and what was last reported of each. */
final class PromiseNames {

    /** In the order of first definition, which is the order of reports. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        final Promise<@Nullable Object> promise;
        final @Nullable Resolver<@Nullable Object> resolver;

        /** Null makes the next report show the state, whatever it is: the name is newly defined. */
        @Nullable
        String reported;

        Entry(Promise<@Nullable Object> promise, @Nullable Resolver<@Nullable Object> resolver) {
            this.promise = promise;
            this.resolver = resolver;
        }
    }

    /** Defines a name; a resolver that an earlier definition gave it is gone. */
    void define(String name, Promise<@Nullable Object> promise) {
        entries.put(name, new Entry(promise, null));
    }

    void define(String name, Resolver<@Nullable Object> resolver) {
        entries.put(name, new Entry(resolver.promise(), resolver));
    }

    Promise<@Nullable Object> get(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UndefinedNameException(name);
        }
        return entry.promise;
    }

    Resolver<@Nullable Object> resolver(String name) {
        Entry entry = entries.get(name);
        if (entry == null || entry.resolver == null) {
            throw new UndefinedNameException(name);
        }
        return entry.resolver;
    }

    /** Emits a line for every name whose state changed, or that was defined, since last time. */
    void report(Consumer<String> trace) {
        entries.forEach((name, entry) -> {
            String state = Values.printState(entry.promise);
            if (!state.equals(entry.reported)) {
                entry.reported = state;
                trace.accept(name + ": " + state);
            }
        });
    }
}
