package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;

/** The promise of the value of a {@code Single}. */
final class PromiseFromSingle<T> extends RxSettler<T> implements SingleObserver<T> {

    private PromiseFromSingle() {}

    static <T> Promise<T> of(Single<T> source) {
        Promise<T> known = KnownOutcome.<T, T>of(source, source::subscribe);
        if (known != null) {
            return known;
        }
        PromiseFromSingle<T> settler = new PromiseFromSingle<>();
        return settler.follow(() -> source.subscribe(settler));
    }

    @Override
    public void onSuccess(T value) {
        settleValue(value);
    }
}
