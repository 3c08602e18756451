package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.subjects.Subject;

/** Emits into something that others may have ended, which ends this. */
abstract class Emission<T> implements Observer<T>, Disposable {

    private final Upstream upstream = new Upstream();

    private Emission() {}

    abstract boolean isTargetOver();

    @Override
    public final void dispose() {
        upstream.dispose();
    }

    @Override
    public final boolean isDisposed() {
        return upstream.isOver();
    }

    @Override
    public final void onSubscribe(Disposable disposable) {
        upstream.accept(disposable);
    }

    @Override
    public final void onNext(T element) {
        if (isTargetOver()) {
            upstream.dispose();
        } else {
            emit(element);
        }
    }

    abstract void emit(T element);

    @Override
    public final void onError(Throwable cause) {
        upstream.end();
        emitError(cause);
    }

    abstract void emitError(Throwable cause);

    @Override
    public final void onComplete() {
        upstream.end();
        emitEnd();
    }

    abstract void emitEnd();

    static final class IntoSubject<T> extends Emission<T> {

        private final Subject<? super T> target;

        IntoSubject(Subject<? super T> target) {
            this.target = target;
        }

        @Override
        boolean isTargetOver() {
            return target.hasComplete() || target.hasThrowable();
        }

        @Override
        void emit(T element) {
            target.onNext(element);
        }

        @Override
        void emitError(Throwable cause) {
            target.onError(cause);
        }

        @Override
        void emitEnd() {
            target.onComplete();
        }
    }

    static final class IntoProcessor<T> extends Emission<T> {

        private final FlowableProcessor<? super T> target;

        IntoProcessor(FlowableProcessor<? super T> target) {
            this.target = target;
        }

        @Override
        boolean isTargetOver() {
            return target.hasComplete() || target.hasThrowable();
        }

        @Override
        void emit(T element) {
            target.onNext(element);
        }

        @Override
        void emitError(Throwable cause) {
            target.onError(cause);
        }

        @Override
        void emitEnd() {
            target.onComplete();
        }
    }
}
