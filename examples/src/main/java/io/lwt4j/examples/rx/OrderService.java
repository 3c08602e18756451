package io.lwt4j.examples.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;

import java.time.Duration;

/** The service that is converted. Its callers stay with RxJava. */
interface OrderService {

    int RETRIES = 2;
    Duration PRICE_PATIENCE = Duration.ofSeconds(2);
    Duration DISCOUNT_PATIENCE = Duration.ofSeconds(1);
    int CONCURRENT_PRICES = 2;

    /** What a customer pays for an item. Without an answer in time there is no discount. */
    Single<Integer> quote(String customer, String item);

    /** The warehouse that answers first, and how many days it needs. */
    Single<String> soonest(String item);

    /** The prices of items, in their order; two are asked for at a time. */
    Observable<Integer> prices(Observable<String> items);

    /** What the stock of an item is worth: now, and whenever that changes. */
    Observable<Integer> worth(String item);

    /** What is left of a price. */
    static int reduced(int price, int discount) {
        return price * (100 - discount) / 100;
    }
}
