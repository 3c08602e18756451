package io.lwt4j.oracle;

import java.util.HashMap;
import java.util.Map;

/** Names of one kind of thing: storage keys, for instance. A name may be defined again. */
final class Namespace<T> {

    /**
     * A kind of thing, for things that have their names from the interpreter. Made once for all
     * runs; each run has its own namespace of that kind.
     */
    static final class Kind<T> {
        Namespace<T> newNamespace() {
            return new Namespace<>();
        }
    }

    private final Map<String, T> things = new HashMap<>();

    void define(String name, T thing) {
        things.put(name, thing);
    }

    T get(String name) {
        T thing = things.get(name);
        if (thing == null) {
            throw new UndefinedNameException(name);
        }
        return thing;
    }
}
