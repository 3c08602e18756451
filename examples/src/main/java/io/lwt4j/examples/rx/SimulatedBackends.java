package io.lwt4j.examples.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.BehaviorSubject;
import io.reactivex.rxjava3.subjects.Subject;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Backends that take the time of a scheduler, fail when they are told to, and note all calls. */
final class SimulatedBackends implements Backends {

    private final Scheduler scheduler;
    private final Map<String, Long> delays = new HashMap<>();
    private final Map<String, List<Throwable>> failures = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();

    final Subject<Integer> stock = BehaviorSubject.createDefault(10);
    final Subject<Integer> value = BehaviorSubject.createDefault(5);

    SimulatedBackends(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Says how long a call takes; 100 milliseconds if it is not said. */
    void delay(String call, long millis) {
        delays.put(call, millis);
    }

    /** Says what the next times of a call fail with. */
    void fail(String call, Throwable... errors) {
        failures.computeIfAbsent(call, none -> new ArrayList<>()).addAll(List.of(errors));
    }

    /** The calls so far. */
    List<String> asked() {
        return asked;
    }

    /** The calls that were disposed of before their end, by name. */
    List<String> cancelled() {
        return cancelled.stream().sorted().toList();
    }

    @Override
    public Single<Integer> price(String item) {
        return call("price of " + item, item.length() * 10);
    }

    @Override
    public Single<Integer> discount(String customer) {
        return call("discount of " + customer, 10);
    }

    @Override
    public Single<Integer> delivery(String warehouse, String item) {
        return call(warehouse + " for " + item, 3);
    }

    @Override
    public Observable<Integer> stock(String item) {
        return watched("stock of " + item, stock);
    }

    @Override
    public Observable<Integer> value(String item) {
        return watched("value of " + item, value);
    }

    private Single<Integer> call(String name, int answer) {
        return Single.timer(delays.getOrDefault(name, 100L), TimeUnit.MILLISECONDS, scheduler)
                .flatMap(over -> outcome(name, answer))
                .doOnSubscribe(subscription -> asked.add(name))
                .doOnDispose(() -> cancelled.add(name));
    }

    private Single<Integer> outcome(String name, int answer) {
        List<Throwable> errors = failures.getOrDefault(name, List.of());
        return errors.isEmpty() ? Single.just(answer) : Single.error(errors.remove(0));
    }

    private Observable<Integer> watched(String name, Observable<Integer> source) {
        return source.doOnSubscribe(subscription -> asked.add(name))
                .doOnDispose(() -> cancelled.add(name));
    }

    static IOException unreachable() {
        return new IOException("unreachable");
    }
}
