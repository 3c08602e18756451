package io.lwt4j.examples.rx;

import io.lwt4j.EventLoop;
import io.lwt4j.interop.rx.LoopScheduler;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.TestScheduler;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks an {@link OrderService} the same questions at each {@link Stage} of its conversion. Time is
 * that of a {@code TestScheduler}, which also drives the loop, so that no second is really waited
 * for; a service uses {@code Schedulers.computation()} and {@code EventLoop.builder().start()}.
 */
public final class Conversion {

    private final PrintStream out;

    private Conversion(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs the program.
     *
     * @param args are ignored
     */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        Conversion conversion = new Conversion(out);
        conversion.ask(
                "a quote, where the price works at the third try",
                backends -> backends.fail(
                        "price of coffee",
                        SimulatedBackends.unreachable(),
                        SimulatedBackends.unreachable()),
                service -> service.quote("ann", "coffee").toObservable());
        conversion.ask(
                "a quote, where the discount takes too long",
                backends -> backends.delay("discount of ann", 60_000),
                service -> service.quote("ann", "tea").toObservable());
        conversion.ask(
                "a quote, where the price is not known",
                backends -> {
                    backends.fail("price of gold", new IllegalArgumentException("no such item"));
                    backends.delay("discount of ann", 500);
                },
                service -> service.quote("ann", "gold").toObservable());
        conversion.ask(
                "the warehouse that answers first",
                backends -> backends.delay("south for tea", 50),
                service -> service.soonest("tea").toObservable());
        conversion.ask(
                "the prices of three items, the second of which is slow",
                backends -> backends.delay("price of coffee", 900),
                service -> service.prices(Observable.just("tea", "coffee", "milk")));
        conversion.ask(
                "the worth of the stock, until a caller has seen three values",
                backends -> {},
                service -> service.worth("tea").take(3));
    }

    private void ask(
            String question,
            Consumer<SimulatedBackends> setUp,
            Function<OrderService, Observable<?>> call) {
        out.println(question);
        for (Stage stage : Stage.values()) {
            TestScheduler time = new TestScheduler();
            try (EventLoop loop =
                    EventLoop.builder().host(LoopScheduler.host(time)).build()) {
                SimulatedBackends backends = new SimulatedBackends(time);
                setUp.accept(backends);
                List<Object> answers = new ArrayList<>();
                Disposable caller = call.apply(stage.service(backends, time, loop))
                        .subscribe(answers::add, answers::add);
                time.scheduleDirect(() -> backends.stock.onNext(20), 1, TimeUnit.SECONDS);
                time.scheduleDirect(() -> backends.value.onNext(6), 2, TimeUnit.SECONDS);
                time.advanceTimeBy(10, TimeUnit.SECONDS);
                caller.dispose();
                out.println("  " + stage.label + ": " + answers + ", "
                        + backends.asked().size() + " calls, cancelled: " + backends.cancelled());
            }
        }
    }
}
