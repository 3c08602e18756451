package io.lwt4j.sync;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/** Calls code of the user while something is held that must be given back whatever happens. */
final class Calls {

    private Calls() {}

    /**
     * Like {@link Promise#apply}, but an error of the virtual machine is a rejection, too, so that
     * what follows is the same for all errors. It leaves the loop as well, in the next turn.
     */
    static <T extends @Nullable Object> Promise<T> call(Callable<? extends Promise<T>> body) {
        try {
            return Promise.apply(body);
        } catch (Throwable fatal) {
            EventLoop.current().execute(() -> {
                throw fatal;
            });
            return Promise.failed(fatal);
        }
    }

    /** The same where the type of the value does not matter. */
    @SuppressWarnings("unchecked")
    static Promise<?> callAny(Callable<? extends Promise<?>> body) {
        return call((Callable<Promise<Object>>) body);
    }
}
