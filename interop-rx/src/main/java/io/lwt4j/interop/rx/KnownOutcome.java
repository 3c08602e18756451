package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.operators.ScalarSupplier;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes the outcome of a source that has it from the beginning: {@code just}, {@code empty},
 * {@code error}. It needs no loop, and nothing that would hear of a cancellation.
 */
final class KnownOutcome<T> implements SingleObserver<T>, MaybeObserver<T>, CompletableObserver {

    /** Sources that are no {@link ScalarSupplier}s, but tell their outcome during the call. */
    private static final Set<String> SOURCES = Set.of(
            "io.reactivex.rxjava3.internal.operators.single.SingleJust",
            "io.reactivex.rxjava3.internal.operators.single.SingleError",
            "io.reactivex.rxjava3.internal.operators.maybe.MaybeError",
            "io.reactivex.rxjava3.internal.operators.completable.CompletableEmpty",
            "io.reactivex.rxjava3.internal.operators.completable.CompletableError");

    private @Nullable T value;
    private @Nullable Throwable error;

    private KnownOutcome() {}

    /**
     * The outcome as a resolved promise, of null if there is no value.
     *
     * @param source the source
     * @param subscription subscribes an observer to it
     * @param <T> the type of its value
     * @param <R> the same, nullable if there need not be a value
     * @return null if the outcome is not known
     */
    static <T, R extends @Nullable Object> @Nullable Promise<R> of(
            Object source, Consumer<KnownOutcome<T>> subscription) {
        if (source instanceof ScalarSupplier<?> scalar) {
            return fulfilled(scalar.get());
        }
        if (!SOURCES.contains(source.getClass().getName())) {
            return null;
        }
        KnownOutcome<T> outcome = new KnownOutcome<>();
        subscription.accept(outcome);
        return outcome.error == null ? fulfilled(outcome.value) : Promise.failed(outcome.error);
    }

    /** The source is one of such values. */
    private static <R extends @Nullable Object> Promise<R> fulfilled(@Nullable Object value) {
        return Promise.of(Nulls.<R>allowed(value));
    }

    @Override
    public void onSubscribe(Disposable disposable) {}

    @Override
    public void onSuccess(T result) {
        value = result;
    }

    @Override
    public void onComplete() {}

    @Override
    public void onError(Throwable cause) {
        error = cause;
    }
}
