package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;

import org.jspecify.annotations.Nullable;

import java.util.NoSuchElementException;
import java.util.Optional;

/** The promise of the value of a {@code Maybe}. */
abstract class PromiseFromMaybe<T, R extends @Nullable Object> extends RxSettler<R>
        implements MaybeObserver<T> {

    private PromiseFromMaybe() {}

    final Promise<R> of(Maybe<T> source) {
        return follow(() -> source.subscribe(this));
    }

    private static <T> @Nullable Promise<@Nullable T> known(Maybe<T> source) {
        return KnownOutcome.<T, @Nullable T>of(source, source::subscribe);
    }

    private static NoSuchElementException empty() {
        return new NoSuchElementException("RxJava3Bridge.toPromiseRequired: the Maybe is empty; use"
                + " RxJava3Bridge.toPromise or toPromiseOptional");
    }

    /** No value is null. */
    static <T> Promise<@Nullable T> nullable(Maybe<T> source) {
        Promise<@Nullable T> known = known(source);
        return known != null ? known : new OrNull<T>().of(source);
    }

    private static final class OrNull<T> extends PromiseFromMaybe<T, @Nullable T> {

        @Override
        public void onSuccess(T value) {
            settleValue(value);
        }

        @Override
        public void onComplete() {
            settle(Nulls.<@Nullable T>allowed(null));
        }
    }

    /** No value is an error. */
    static <T> Promise<T> required(Maybe<T> source) {
        Promise<@Nullable T> known = known(source);
        if (known == null) {
            return new OrError<T>().of(source);
        }
        return known.flatMap(value -> value == null ? Promise.failed(empty()) : Promise.of(value));
    }

    private static final class OrError<T> extends PromiseFromMaybe<T, T> {

        @Override
        public void onSuccess(T value) {
            settleValue(value);
        }

        /** Not the source's error, so nobody misses it if it is late. */
        private @Nullable Throwable ours;

        @Override
        public void onComplete() {
            NoSuchElementException empty = empty();
            ours = empty;
            onError(empty);
        }

        @Override
        protected void dropError(Throwable cause) {
            if (cause != ours) {
                super.dropError(cause);
            }
        }
    }

    static <T> Promise<Optional<T>> optional(Maybe<T> source) {
        Promise<@Nullable T> known = known(source);
        return known != null ? known.map(Optional::ofNullable) : new OrEmpty<T>().of(source);
    }

    private static final class OrEmpty<T> extends PromiseFromMaybe<T, Optional<T>> {

        @Override
        public void onSuccess(T value) {
            settleValue(value == null ? null : Optional.of(value));
        }

        @Override
        public void onComplete() {
            settle(Optional.empty());
        }
    }
}
