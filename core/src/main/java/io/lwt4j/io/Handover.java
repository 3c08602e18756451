package io.lwt4j.io;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

/** What a worker makes for somebody who may give up meanwhile. */
final class Handover {

    private Handover() {}

    /**
     * A promise that can be cancelled at any time: if what is being made comes all the same, it is
     * disposed of.
     */
    static <T> Promise<T> of(Promise<T> making, CheckedConsumer<? super T> disposer) {
        Resolver<T> result = Resolver.cancellable();
        result.promise().onCancel(making::cancel);
        making.onAny(
                made -> {
                    if (!result.tryResolve(made)) {
                        disposer.accept(made);
                    }
                },
                result::tryReject);
        return result.promise();
    }
}
