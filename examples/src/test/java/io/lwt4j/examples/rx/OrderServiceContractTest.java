package io.lwt4j.examples.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.examples.ExamplePage;
import io.lwt4j.interop.rx.LoopScheduler;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import io.reactivex.rxjava3.subjects.PublishSubject;
import io.reactivex.rxjava3.subjects.Subject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What callers and backends see is the same at each stage of the conversion. */
class OrderServiceContractTest {

    private final TestScheduler time = new TestScheduler();
    private final List<Throwable> uncaught = new ArrayList<>();
    private final EventLoop loop = EventLoop.builder()
            .host(LoopScheduler.host(time))
            .uncaughtHandler(uncaught::add)
            .build();
    private final SimulatedBackends backends = new SimulatedBackends(time);

    private void pass(long millis) {
        time.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        assertThat(uncaught).isEmpty();
    }

    private OrderService service(Stage stage) {
        return stage.service(backends, time, loop);
    }

    private <T> TestObserver<T> call(Observable<T> observable) {
        TestObserver<T> caller = observable.test();
        pass(0);
        return caller;
    }

    private TestObserver<Integer> quote(Stage stage) {
        return call(service(stage).quote("ann", "tea").toObservable());
    }

    @ParameterizedTest
    @EnumSource
    void aQuoteIsThePriceWithoutTheDiscount(Stage stage) {
        TestObserver<Integer> caller = quote(stage);
        pass(99);
        caller.assertEmpty();
        pass(1);
        caller.assertResult(27);
        assertThat(backends.asked()).containsExactlyInAnyOrder("price of tea", "discount of ann");
        assertThat(backends.cancelled()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aCallIsMadeForEachSubscriberAndNotBefore(Stage stage) {
        var quote = service(stage).quote("ann", "tea");
        pass(1000);
        assertThat(backends.asked()).isEmpty();
        TestObserver<Integer> one = quote.test();
        TestObserver<Integer> two = quote.test();
        pass(1000);
        one.assertResult(27);
        two.assertResult(27);
        assertThat(backends.asked()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void aPriceIsAskedForThreeTimes(Stage stage) {
        backends.fail("price of tea", SimulatedBackends.unreachable());
        backends.fail("price of tea", SimulatedBackends.unreachable());
        TestObserver<Integer> caller = quote(stage);
        pass(300);
        caller.assertResult(27);
        assertThat(backends.asked()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void theLastErrorIsTheCallersAndTheOtherCallIsCancelled(Stage stage) {
        IOException last = SimulatedBackends.unreachable();
        backends.fail("price of tea", SimulatedBackends.unreachable());
        backends.fail("price of tea", SimulatedBackends.unreachable(), last);
        backends.delay("discount of ann", 400);
        TestObserver<Integer> caller = quote(stage);
        pass(300);
        caller.assertNoValues().assertError(last);
        assertThat(backends.cancelled()).containsExactly("discount of ann");
    }

    @ParameterizedTest
    @EnumSource
    void anotherErrorIsNotTriedAgain(Stage stage) {
        IllegalArgumentException error = new IllegalArgumentException("no such item");
        backends.fail("price of tea", error);
        TestObserver<Integer> caller = quote(stage);
        pass(1000);
        caller.assertNoValues().assertError(error);
        assertThat(backends.asked()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfTheDiscountIsTheCallersAsWell(Stage stage) {
        IOException error = SimulatedBackends.unreachable();
        backends.fail("discount of ann", error);
        backends.delay("price of tea", 500);
        TestObserver<Integer> caller = quote(stage);
        pass(100);
        caller.assertNoValues().assertError(error);
        assertThat(backends.cancelled()).containsExactly("price of tea");
    }

    @ParameterizedTest
    @EnumSource
    void aDiscountThatIsLateIsNone(Stage stage) {
        backends.delay("discount of ann", 1001);
        TestObserver<Integer> caller = quote(stage);
        pass(999);
        caller.assertEmpty();
        pass(1);
        caller.assertResult(30);
        assertThat(backends.cancelled()).containsExactly("discount of ann");
    }

    @ParameterizedTest
    @EnumSource
    void aPriceThatIsLateIsAnErrorWhateverItsTries(Stage stage) {
        backends.fail("price of tea", SimulatedBackends.unreachable());
        backends.delay("price of tea", 1100);
        TestObserver<Integer> caller = quote(stage);
        pass(1999);
        caller.assertEmpty();
        pass(1);
        caller.assertFailure(TimeoutException.class);
        assertThat(backends.asked()).hasSize(3);
        assertThat(backends.cancelled()).containsExactly("price of tea");
    }

    @ParameterizedTest
    @EnumSource
    void aCallerThatDisposesCancelsAllCalls(Stage stage) {
        TestObserver<Integer> caller = quote(stage);
        pass(50);
        caller.dispose();
        pass(0);
        assertThat(backends.cancelled()).containsExactly("discount of ann", "price of tea");
        pass(10_000);
        caller.assertEmpty();
        assertThat(backends.asked()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void aCallerThatDisposesBetweenTwoTriesEndsThem(Stage stage) {
        backends.fail("price of tea", SimulatedBackends.unreachable());
        TestObserver<Integer> caller = quote(stage);
        pass(150);
        caller.dispose();
        pass(10_000);
        assertThat(backends.cancelled()).containsExactly("price of tea");
        assertThat(backends.asked()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void theWarehouseThatIsSlowerIsCancelled(Stage stage) {
        backends.delay("south for tea", 50);
        TestObserver<String> caller = call(service(stage).soonest("tea").toObservable());
        pass(50);
        caller.assertResult("south, 3 days");
        assertThat(backends.cancelled()).containsExactly("north for tea");
    }

    @ParameterizedTest
    @EnumSource
    void theFirstAnswerMayBeAnError(Stage stage) {
        IOException error = SimulatedBackends.unreachable();
        backends.delay("south for tea", 50);
        backends.fail("south for tea", error);
        TestObserver<String> caller = call(service(stage).soonest("tea").toObservable());
        pass(50);
        caller.assertNoValues().assertError(error);
        assertThat(backends.cancelled()).containsExactly("north for tea");
    }

    @ParameterizedTest
    @EnumSource
    void pricesComeInTheOrderOfTheirItemsAndTwoAreAskedForAtATime(Stage stage) {
        backends.delay("price of coffee", 300);
        TestObserver<Integer> caller =
                call(service(stage).prices(Observable.just("coffee", "tea", "milk", "mate")));
        assertThat(backends.asked()).containsExactly("price of coffee", "price of tea");
        pass(299);
        caller.assertEmpty();
        pass(1);
        caller.assertValues(60, 30);
        pass(200);
        caller.assertResult(60, 30, 40, 40);
        assertThat(backends.cancelled()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anItemThatHasNoPriceIsTheEnd(Stage stage) {
        IllegalArgumentException error = new IllegalArgumentException("no such item");
        backends.fail("price of gold", error);
        backends.delay("price of milk", 500);
        Subject<String> items = PublishSubject.create();
        TestObserver<Integer> caller = call(service(stage).prices(items));
        items.onNext("gold");
        items.onNext("milk");
        pass(0);
        pass(100);
        caller.assertNoValues().assertError(error);
        assertThat(backends.cancelled()).containsExactly("price of milk");
        assertThat(items.hasObservers()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aCallerThatDisposesOfPricesEndsTheItemsAndTheCalls(Stage stage) {
        Subject<String> items = PublishSubject.create();
        TestObserver<Integer> caller = call(service(stage).prices(items));
        items.onNext("tea");
        items.onNext("milk");
        pass(50);
        caller.dispose();
        pass(0);
        assertThat(items.hasObservers()).isFalse();
        assertThat(backends.cancelled()).containsExactly("price of milk", "price of tea");
    }

    @ParameterizedTest
    @EnumSource
    void theWorthFollowsStockAndValue(Stage stage) {
        TestObserver<Integer> caller = call(service(stage).worth("tea"));
        backends.stock.onNext(20);
        pass(10);
        backends.value.onNext(6);
        pass(10);
        caller.assertValues(50, 100, 120);
        caller.dispose();
        pass(0);
        assertThat(backends.cancelled()).containsExactly("stock of tea", "value of tea");
        assertThat(backends.stock.hasObservers()).isFalse();
        assertThat(backends.value.hasObservers()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfTheStockIsTheEndOfTheValue(Stage stage) {
        IOException error = SimulatedBackends.unreachable();
        TestObserver<Integer> caller = call(service(stage).worth("tea"));
        backends.stock.onError(error);
        pass(0);
        caller.assertValues(50).assertError(error);
        assertThat(backends.cancelled()).containsExactly("value of tea");
        assertThat(backends.value.hasObservers()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theWorthEndsWithBoth(Stage stage) {
        TestObserver<Integer> caller = call(service(stage).worth("tea"));
        backends.stock.onComplete();
        pass(10);
        backends.value.onNext(6);
        pass(10);
        caller.assertValues(50, 60).assertNotComplete();
        backends.value.onComplete();
        pass(10);
        caller.assertResult(50, 60);
    }

    @Test
    void whatChangesAtTheSameTimeIsOneValueOfASignal() {
        TestObserver<Integer> rx = call(service(Stage.RX).worth("tea"));
        TestObserver<Integer> signals = call(service(Stage.SIGNALS).worth("tea"));
        backends.stock.onNext(20);
        backends.value.onNext(6);
        pass(10);
        rx.assertValues(50, 100, 120);
        signals.assertValues(50, 120);
    }

    @Test
    void theProgramPrintsWhatThePageShows() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Conversion.run(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"))
                .isEqualTo(ExamplePage.output("rx"));
    }
}
