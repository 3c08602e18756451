package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableObserver;

import org.jspecify.annotations.Nullable;

/** The promise of the end of a {@code Completable}. */
final class PromiseFromCompletable extends RxSettler<@Nullable Void>
        implements CompletableObserver {

    private PromiseFromCompletable() {}

    static Promise<@Nullable Void> of(Completable source) {
        Promise<@Nullable Void> known =
                KnownOutcome.<Object, @Nullable Void>of(source, source::subscribe);
        if (known != null) {
            return known;
        }
        PromiseFromCompletable settler = new PromiseFromCompletable();
        return settler.follow(() -> source.subscribe(settler));
    }

    @Override
    public void onComplete() {
        settle(Nulls.<@Nullable Void>allowed(null));
    }
}
