package io.lwt4j.sync;

import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/** Calls code of the user while something is held that must be given back whatever happens. */
final class Calls {

    private static final CheckedRunnable NOTHING = () -> {};

    private Calls() {}

    /**
     * Like {@link Promise#apply}, but an error of the virtual machine is a rejection, too, so that
     * what follows is the same for all errors. It leaves the loop as well, in the next turn. And so
     * is a pending promise of another loop, which would refuse every callback: then what follows
     * would not even begin.
     */
    static <T extends @Nullable Object> Promise<T> call(Callable<? extends Promise<T>> body) {
        Promise<T> made;
        try {
            made = Promise.apply(body);
        } catch (Throwable fatal) {
            EventLoop.current().execute(() -> {
                throw fatal;
            });
            return Promise.failed(fatal);
        }
        try {
            return made.onCancel(NOTHING);
        } catch (LoopThreadException stranger) {
            return Promise.failed(stranger);
        }
    }

    /** The same where the type of the value does not matter. */
    @SuppressWarnings("unchecked")
    static Promise<?> callAny(Callable<? extends Promise<?>> body) {
        return call((Callable<Promise<Object>>) body);
    }
}
