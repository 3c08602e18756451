package io.lwt4j.examples.rx;

import static io.lwt4j.interop.rx.RxJava3Bridge.toCompletable;
import static io.lwt4j.interop.rx.RxJava3Bridge.toObservable;
import static io.lwt4j.interop.rx.RxJava3Bridge.toPullStream;
import static io.lwt4j.interop.rx.RxJava3Bridge.toSignal;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.rx.LoopScheduler;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Signal;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;

import java.util.Optional;

/** Stage 2: what was an {@code Observable} inside is a stream or a signal, too. */
final class SignalOrders implements OrderService {

    private final Backends backends;
    private final PromiseOrders promises;
    private final Scheduler scheduler;

    SignalOrders(Backends backends, EventLoop loop) {
        this.backends = backends;
        promises = new PromiseOrders(backends, loop);
        scheduler = LoopScheduler.of(loop);
    }

    @Override
    public Single<Integer> quote(String customer, String item) {
        return promises.quote(customer, item);
    }

    @Override
    public Single<String> soonest(String item) {
        return promises.soonest(item);
    }

    @Override
    public Observable<Integer> prices(Observable<String> items) {
        return Observable.defer(() -> toObservable(toPullStream(items, BackpressureStrategy.BUFFER)
                        .mapConcurrent(CONCURRENT_PRICES, promises::price)))
                .subscribeOn(scheduler);
    }

    @Override
    public Observable<Integer> worth(String item) {
        return Observable.defer(() -> follow(backends.stock(item), backends.value(item)))
                .subscribeOn(scheduler);
    }

    /** On the loop. What both have at the same time is one step, and one value. */
    private static Observable<Integer> follow(
            Observable<Integer> stock, Observable<Integer> value) {
        Intake intake = Intake.create();
        Feed<Signal<Optional<Integer>>> counts =
                toSignal(stock.map(Optional::of), Optional.empty(), intake);
        Feed<Signal<Optional<Integer>>> values =
                toSignal(value.map(Optional::of), Optional.empty(), intake);
        Signal<Optional<Integer>> worth = Signal.lift(
                counts.node(),
                values.node(),
                (count, each) -> count.flatMap(n -> each.map(v -> n * v)));
        // An error of one is the end of both, and so is a caller that disposes.
        Promise<?> ended =
                Promise.joinFailFast(counts.done(), values.done()).onSuccess(both -> worth.stop());
        return toObservable(worth)
                .mergeWith(toCompletable(ended))
                .filter(Optional::isPresent)
                .map(Optional::get);
    }
}
