package io.lwt4j.interop.rx;

import org.jspecify.annotations.Nullable;

/** Null where a type says that it may be, which the checker of JDK 17 does not understand. */
final class Nulls {

    private Nulls() {}

    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
    static <T extends @Nullable Object> T allowed(@Nullable Object value) {
        return (T) value;
    }
}
