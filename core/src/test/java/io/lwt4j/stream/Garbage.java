package io.lwt4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.function.Supplier;

/** Collects garbage until something is gone, since the collector owes nobody a first try. */
final class Garbage {

    private static final int TRIES = 500;

    private Garbage() {}

    /** Lets the loop run until what the collector causes there has happened. */
    static Promise<Void> collectUntil(Supplier<Boolean> happened) {
        return collectUntil(happened, TRIES);
    }

    private static Promise<Void> collectUntil(Supplier<Boolean> happened, int tries) {
        if (happened.get()) {
            return Promise.unit();
        }
        assertThat(tries).as("tries left").isPositive();
        System.gc();
        return EventLoop.pause().flatMap(v -> collectUntil(happened, tries - 1));
    }

    static void assertCollected(WeakReference<?> reference) {
        assertCollected(List.of(reference));
    }

    static void assertCollected(List<? extends WeakReference<?>> references) {
        for (int i = 0; i < TRIES; i++) {
            if (references.stream().allMatch(reference -> reference.get() == null)) {
                return;
            }
            System.gc();
        }
        assertThat(references.stream().filter(reference -> reference.get() != null))
                .as("what has not been collected")
                .isEmpty();
    }
}
