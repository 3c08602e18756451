package io.lwt4j.examples.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;

/** The services that {@link OrderService} asks. They speak RxJava, and are not ours to change. */
interface Backends {

    /** The price of an item. An {@link java.io.IOException} is worth another try. */
    Single<Integer> price(String item);

    /** What a customer does not have to pay, in percent. */
    Single<Integer> discount(String customer);

    /** How many days an item takes from a warehouse. */
    Single<Integer> delivery(String warehouse, String item);

    /** How many of an item there are: now, and whenever that changes. */
    Observable<Integer> stock(String item);

    /** The price at which an item is valued: now, and whenever that changes. */
    Observable<Integer> value(String item);
}
