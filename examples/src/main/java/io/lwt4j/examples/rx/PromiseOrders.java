package io.lwt4j.examples.rx;

import static io.lwt4j.interop.rx.RxJava3Bridge.deferSingle;
import static io.lwt4j.interop.rx.RxJava3Bridge.toPromise;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.Retry;
import io.lwt4j.sync.Scope;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;

import java.io.IOException;

/** Stage 1: what was a {@code Single} inside is a promise; what callers get still is one. */
final class PromiseOrders implements OrderService {

    private final Backends backends;
    private final EventLoop loop;

    PromiseOrders(Backends backends, EventLoop loop) {
        this.backends = backends;
        this.loop = loop;
    }

    @Override
    public Single<Integer> quote(String customer, String item) {
        // One that fails cancels the other, as zip does.
        return deferSingle(
                loop,
                () -> Scope.failFast(scope -> Promise.both(
                        scope.fork(() -> price(item)),
                        scope.fork(() -> discount(customer)),
                        OrderService::reduced)));
    }

    /** On the loop. */
    Promise<Integer> price(String item) {
        return EventLoop.withTimeout(
                PRICE_PATIENCE,
                () -> Retry.of(() -> toPromise(backends.price(item)))
                        .fatalIf(error -> !(error instanceof IOException))
                        .times(RETRIES)
                        .run());
    }

    private Promise<Integer> discount(String customer) {
        return Promise.pick(
                toPromise(backends.discount(customer)),
                EventLoop.sleep(DISCOUNT_PATIENCE).map(tooLate -> 0));
    }

    @Override
    public Single<String> soonest(String item) {
        return deferSingle(
                loop, () -> Promise.pick(delivery("north", item), delivery("south", item)));
    }

    private Promise<String> delivery(String warehouse, String item) {
        return toPromise(backends.delivery(warehouse, item))
                .map(days -> warehouse + ", " + days + " days");
    }

    /** Not converted yet: RxJava around what is. */
    @Override
    public Observable<Integer> prices(Observable<String> items) {
        return items.concatMapEager(
                item -> deferSingle(loop, () -> price(item)).toObservable(), CONCURRENT_PRICES, 1);
    }

    /** Not converted yet. */
    @Override
    public Observable<Integer> worth(String item) {
        return Observable.combineLatest(
                backends.stock(item), backends.value(item), (count, value) -> count * value);
    }
}
