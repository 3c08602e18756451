package io.lwt4j.sync;

/** The one value of type {@link Void}. */
final class Nothing {

    private Nothing() {}

    /** Null, where a type parameter stands for {@code @Nullable Void}. */
    @SuppressWarnings("NullAway") // Takes type arguments for non-null, except in its JSpecify mode.
    static Void nothing() {
        return null;
    }
}
