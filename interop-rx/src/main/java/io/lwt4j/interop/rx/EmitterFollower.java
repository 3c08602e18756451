package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.CompletableEmitter;
import io.reactivex.rxjava3.core.MaybeEmitter;
import io.reactivex.rxjava3.core.SingleEmitter;

import org.jspecify.annotations.Nullable;

/** Tells the outcome of a promise to an emitter, which may have been disposed of meanwhile. */
abstract class EmitterFollower<T, E> extends Follower<T, E> {

    private EmitterFollower(E emitter) {
        super(emitter);
    }

    abstract boolean tryOnError(E emitter, Throwable cause);

    @Override
    final void error(E emitter, Throwable cause) {
        if (!tryOnError(emitter, cause)) {
            Late.report(cause);
        }
    }

    static final class OfSingle<T> extends EmitterFollower<T, SingleEmitter<? super T>> {

        OfSingle(SingleEmitter<? super T> emitter) {
            super(emitter);
            emitter.setDisposable(this);
        }

        @Override
        void value(SingleEmitter<? super T> emitter, @Nullable T value) {
            if (value == null) {
                error(emitter, Late.noValue("resolveInto", "resolveInto with a MaybeEmitter"));
            } else {
                emitter.onSuccess(value);
            }
        }

        @Override
        boolean tryOnError(SingleEmitter<? super T> emitter, Throwable cause) {
            return emitter.tryOnError(cause);
        }
    }

    static final class OfMaybe<T> extends EmitterFollower<T, MaybeEmitter<? super T>> {

        OfMaybe(MaybeEmitter<? super T> emitter) {
            super(emitter);
            emitter.setDisposable(this);
        }

        @Override
        void value(MaybeEmitter<? super T> emitter, @Nullable T value) {
            if (value == null) {
                emitter.onComplete();
            } else {
                emitter.onSuccess(value);
            }
        }

        @Override
        boolean tryOnError(MaybeEmitter<? super T> emitter, Throwable cause) {
            return emitter.tryOnError(cause);
        }
    }

    static final class OfCompletable extends EmitterFollower<Object, CompletableEmitter> {

        OfCompletable(CompletableEmitter emitter) {
            super(emitter);
            emitter.setDisposable(this);
        }

        @Override
        void value(CompletableEmitter emitter, @Nullable Object value) {
            emitter.onComplete();
        }

        @Override
        boolean tryOnError(CompletableEmitter emitter, Throwable cause) {
            return emitter.tryOnError(cause);
        }
    }
}
