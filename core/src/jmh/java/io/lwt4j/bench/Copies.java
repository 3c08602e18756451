package io.lwt4j.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/** Functions for call sites that see one class, or many. */
final class Copies {

    /** A power of two, for call sites that go through them in turn. */
    static final int COUNT = 8;

    private Copies() {}

    /**
     * Fills an array with functions.
     *
     * @param original one function, which has no fields
     * @param many whether each one is to be of a class of its own, with the same code
     */
    static <F> F[] fill(F[] copies, F original, boolean many) {
        for (int i = 0; i < copies.length; i++) {
            copies[i] = many ? copy(original) : original;
        }
        return copies;
    }

    @SuppressWarnings("unchecked")
    private static <F> F copy(F original) {
        Class<?> type = original.getClass();
        String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
        try (InputStream in = type.getResourceAsStream(file)) {
            // The same code defined again is another class to the virtual machine.
            var constructor = MethodHandles.lookup()
                    .defineHiddenClass(in.readAllBytes(), true)
                    .lookupClass()
                    .getDeclaredConstructor();
            constructor.setAccessible(true);
            return (F) constructor.newInstance();
        } catch (IOException | ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
