package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import io.reactivex.rxjava3.subjects.BehaviorSubject;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs both sides of the page for those who know RxJava. */
class ComingFromRxJavaTest {

    private final TestScheduler time = new TestScheduler();

    private Single<String> userSingle() {
        return Single.timer(1, TimeUnit.SECONDS, time).map(done -> "ann");
    }

    private Single<List<String>> ordersSingle() {
        return Single.timer(3, TimeUnit.SECONDS, time).map(done -> List.of("tea"));
    }

    private static Promise<String> user() {
        return EventLoop.sleep(Duration.ofSeconds(1)).map(done -> "ann");
    }

    private static Promise<List<String>> orders() {
        return EventLoop.sleep(Duration.ofSeconds(3)).map(done -> List.of("tea"));
    }

    @Test
    void aPageBefore() {
        Single<String> page = Single.zip(
                userSingle(),
                ordersSingle().timeout(2, TimeUnit.SECONDS, time).onErrorReturnItem(List.of()),
                (name, orders) -> name + " has " + orders.size() + " orders");

        TestObserver<String> observer = page.test();
        time.advanceTimeBy(2, TimeUnit.SECONDS);
        observer.assertResult("ann has 0 orders");
    }

    @Test
    void aPageAfter() throws Exception {
        TestLoop.run(() -> {
            Promise<String> page = Promise.both(
                    user(),
                    EventLoop.withTimeout(Duration.ofSeconds(2), () -> orders())
                            .recover(error -> Promise.of(List.of())),
                    (name, orders) -> name + " has " + orders.size() + " orders");
            return page.map(text -> assertThat(text).isEqualTo("ann has 0 orders"));
        });
    }

    @Test
    void grossBefore() {
        BehaviorSubject<Integer> net = BehaviorSubject.createDefault(100);
        Observable<Integer> tax = net.map(n -> n * 20 / 100);
        Observable<Integer> gross = Observable.combineLatest(net, tax, Integer::sum);

        TestObserver<Integer> observer = gross.test();
        net.onNext(200);
        observer.assertValues(120, 220, 240);
    }

    @Test
    void grossAfter() {
        Var<Integer> net = Var.of(100);
        Signal<Integer> tax = net.signal().map(n -> n * 20 / 100);
        Signal<Integer> gross = Signal.lift(net.signal(), tax, Integer::sum);

        List<Integer> seen = new ArrayList<>();
        gross.observe(seen::add);
        net.set(200);
        assertThat(seen).containsExactly(120, 240);
    }
}
