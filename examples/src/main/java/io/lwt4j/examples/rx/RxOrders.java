package io.lwt4j.examples.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Stage 0: everything is RxJava. */
final class RxOrders implements OrderService {

    private final Backends backends;
    private final Scheduler scheduler;

    RxOrders(Backends backends, Scheduler scheduler) {
        this.backends = backends;
        this.scheduler = scheduler;
    }

    @Override
    public Single<Integer> quote(String customer, String item) {
        Single<Integer> discount = backends.discount(customer)
                .timeout(
                        DISCOUNT_PATIENCE.toMillis(),
                        TimeUnit.MILLISECONDS,
                        scheduler,
                        Single.just(0));
        return Single.zip(price(item), discount, OrderService::reduced);
    }

    private Single<Integer> price(String item) {
        return backends.price(item)
                .retry(RETRIES, error -> error instanceof IOException)
                .timeout(PRICE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS, scheduler);
    }

    @Override
    public Single<String> soonest(String item) {
        return Single.amb(List.of(delivery("north", item), delivery("south", item)));
    }

    private Single<String> delivery(String warehouse, String item) {
        return backends.delivery(warehouse, item).map(days -> warehouse + ", " + days + " days");
    }

    @Override
    public Observable<Integer> prices(Observable<String> items) {
        return items.concatMapEager(item -> price(item).toObservable(), CONCURRENT_PRICES, 1);
    }

    @Override
    public Observable<Integer> worth(String item) {
        return Observable.combineLatest(
                backends.stock(item), backends.value(item), (count, value) -> count * value);
    }
}
