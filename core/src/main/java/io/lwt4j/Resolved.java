package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/** A promise that was never pending. */
final class Resolved<T extends @Nullable Object> extends Promise<T> {

    static final Promise<@Nullable Void> UNIT = new Resolved<>(null);
    static final Promise<Boolean> TRUE = new Resolved<>(true);
    static final Promise<Boolean> FALSE = new Resolved<>(false);
    static final Promise<Optional<Object>> EMPTY = new Resolved<>(Optional.empty());
    static final Promise<List<Object>> NIL = new Resolved<>(List.of());

    Resolved(@Nullable Object outcome) {
        super(outcome);
    }
}
