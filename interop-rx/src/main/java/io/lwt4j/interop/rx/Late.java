package io.lwt4j.interop.rx;

import io.lwt4j.DropHandler;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;

/** Where signals go that nobody can hear any more. RxJava has a place for errors only. */
final class Late implements DropHandler<Object> {

    private static final Late HANDLER = new Late();

    private Late() {}

    /** The handler for core's converters. */
    static DropHandler<Object> handler() {
        return HANDLER;
    }

    @Override
    public void element(Object element) {}

    @Override
    public void error(Throwable cause) {
        report(cause);
    }

    /** Reports an error, unless it is the answer to a cancellation. */
    static void report(Throwable cause) {
        if (!(cause instanceof CancellationException)) {
            RxJavaPlugins.onError(cause);
        }
    }

    /** What somebody gets who must have a value, of a promise of null. */
    static NoSuchElementException noValue(String target, String instead) {
        return new NoSuchElementException("RxJava3Bridge." + target + ": the value of the promise"
                + " is null, which this cannot emit; use RxJava3Bridge." + instead);
    }
}
