package io.lwt4j.interop.rx;

import static io.lwt4j.interop.rx.VirtualLoop.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.exceptions.ProtocolViolationException;
import io.reactivex.rxjava3.subjects.SingleSubject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;

class RxToPromiseTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");
    private final Inward.Manual source = new Inward.Manual();

    @ParameterizedTest
    @EnumSource
    void theSourceIsSubscribedToOnceDuringTheCall(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<?> promise = kind.convert(source);
            assertThat(source.subscriptions).hasValue(1);
            assertThat(promise.isPending()).isTrue();
            promise.cancel();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aValueFulfilsThePromise(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<?> promise = kind.convert(source);
            source.value("value");
            assertThat(value(promise)).isEqualTo(kind.expected("value"));
            promise.cancel();
            assertThat(source.disposals.get()).isEqualTo(kind.name().endsWith("FIRST") ? 1 : 0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aValueFromAnotherThreadArrivesOnTheLoop(Inward kind) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<?> promise = kind.convert(source);
            List<Boolean> heard = new ArrayList<>();
            promise.onSuccess(value -> heard.add(EventLoop.isLoopThread()));
            elsewhere(() -> source.value("value"));
            assertThat(heard).isEmpty();
            return EventLoop.pause().map(turn -> {
                assertThat(value(promise)).isEqualTo(kind.expected("value"));
                assertThat(heard).containsExactly(true);
                return true;
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorIsTheVerySame(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<?> promise = kind.convert(source);
            source.error(failure);
            assertThat(error(promise)).isSameAs(failure);
            promise.cancel();
            assertThat(source.disposals).hasValue(0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancellationDisposesOfTheSourceOnce(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<?> promise = kind.convert(source);
            promise.cancel();
            promise.cancel();
            assertThat(source.disposals).hasValue(1);
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancellationBeforeTheSourceHasAcceptedIsRemembered(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            source.isEager = false;
            Promise<?> promise = kind.convert(source);
            promise.cancel();
            assertThat(source.disposals).hasValue(0);
            source.accept();
            assertThat(source.disposals).hasValue(1);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatComesAfterCancellationIsNotLost(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<?> promise = kind.convert(source);
            promise.cancel();
            source.error(failure);
            assertThat(late.take()).containsExactly(failure);
            source.error(new CancellationException("the answer"));
            source.value("value");
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorFromAnotherThreadThatCrossesACancellationIsReportedOnce(Inward kind)
            throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<?> promise = kind.convert(source);
            elsewhere(() -> source.error(failure));
            promise.cancel();
            return EventLoop.pause().map(turn -> {
                assertThat(late.take()).containsExactly(failure);
                assertThat(source.disposals).as("after its end").hasValue(0);
                return true;
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSecondErrorIsReported(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Exception second = new Exception("second");
            Promise<?> promise = kind.convert(source);
            source.error(failure);
            source.error(second);
            assertThat(error(promise)).isSameAs(failure);
            assertThat(late.take()).containsExactly(second);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSecondSubscriptionIsDisposedOfAndReported(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<?> promise = kind.convert(source);
            source.accept();
            assertThat(source.disposals).hasValue(1);
            assertThat(late.take()).singleElement().isInstanceOf(ProtocolViolationException.class);
            source.value("value");
            assertThat(value(promise)).isEqualTo(kind.expected("value"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatDisposeThrowsIsReportedAndStopsNothing(Inward kind) throws Exception {
        VirtualLoop.run(loop -> {
            source.thrownByDispose = new IllegalStateException("dispose");
            Promise<?> promise = kind.convert(source);
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(late.take()).containsExactly(source.thrownByDispose);
        });
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheLoopDisposesOfTheSource(Inward kind) throws Exception {
        Promise<?> promise = VirtualLoop.onLoopThatCloses(() -> kind.convert(source));
        assertThat(source.disposals).hasValue(1);
        assertThat(error(promise)).isInstanceOf(RejectedExecutionException.class);
        source.error(failure);
        assertThat(late.take()).containsExactly(failure);
    }

    @ParameterizedTest
    @EnumSource
    void awayFromALoopThereIsNoPromise(Inward kind) {
        assertThatThrownBy(() -> kind.convert(source)).isInstanceOf(LoopThreadException.class);
        assertThat(source.subscriptions).hasValue(0);
    }

    @Test
    void constantsAreResolvedFromTheBeginningAndNeedNoLoop() {
        assertThat(value(RxJava3Bridge.toPromise(Single.just(1)))).isEqualTo(1);
        assertThat(error(RxJava3Bridge.toPromise(Single.error(failure)))).isSameAs(failure);
        assertThat(value(RxJava3Bridge.toPromise(Maybe.just(1)))).isEqualTo(1);
        assertThat(value(RxJava3Bridge.toPromise(Maybe.empty()))).isNull();
        assertThat(error(RxJava3Bridge.toPromise(Maybe.error(failure)))).isSameAs(failure);
        assertThat(value(RxJava3Bridge.toPromise(Completable.complete()))).isNull();
        assertThat(error(RxJava3Bridge.toPromise(Completable.error(failure)))).isSameAs(failure);
        assertThat(value(RxJava3Bridge.toPromiseRequired(Maybe.just(1)))).isEqualTo(1);
        assertThat(error(RxJava3Bridge.toPromiseRequired(Maybe.empty())))
                .isInstanceOf(NoSuchElementException.class);
        assertThat(value(RxJava3Bridge.toPromiseOptional(Maybe.just(1)))).isEqualTo(Optional.of(1));
        assertThat(value(RxJava3Bridge.toPromiseOptional(Maybe.empty())))
                .isEqualTo(Optional.empty());
    }

    @Test
    void anEmptyMaybeIsNullOrAnErrorOrAnEmptyOptional() throws Exception {
        VirtualLoop.run(loop -> {
            Maybe<String> empty = Maybe.<String>empty().hide();
            assertThat(value(RxJava3Bridge.toPromise(empty))).isNull();
            assertThat(error(RxJava3Bridge.toPromiseRequired(empty)))
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessageContaining("toPromiseOptional");
            assertThat(value(RxJava3Bridge.toPromiseOptional(empty))).isEqualTo(Optional.empty());
        });
    }

    @Test
    void elementsBecomeTheFirstTheLastTheOnlyOneOrAList() throws Exception {
        VirtualLoop.run(loop -> {
            Flowable<Integer> three = Flowable.range(1, 3);
            Observable<Integer> same = Observable.range(1, 3);
            assertThat(value(RxJava3Bridge.toPromiseFirst(three))).isEqualTo(1);
            assertThat(value(RxJava3Bridge.toPromiseFirst(same))).isEqualTo(1);
            assertThat(value(RxJava3Bridge.toPromiseLast(three))).isEqualTo(3);
            assertThat(value(RxJava3Bridge.toPromiseLast(same))).isEqualTo(3);
            assertThat(value(RxJava3Bridge.toPromiseList(three, 3))).isEqualTo(List.of(1, 2, 3));
            assertThat(value(RxJava3Bridge.toPromiseList(same, 3))).isEqualTo(List.of(1, 2, 3));
            for (Promise<?> tooMany : List.of(
                    RxJava3Bridge.toPromiseSingle(three),
                    RxJava3Bridge.toPromiseSingle(same),
                    RxJava3Bridge.toPromiseList(three, 2),
                    RxJava3Bridge.toPromiseList(same, 2))) {
                assertThat(error(tooMany)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        });
    }

    @Test
    void noElementsAreNullOrAnEmptyList() throws Exception {
        VirtualLoop.run(loop -> {
            Flowable<Integer> none = Flowable.empty();
            Observable<Integer> same = Observable.empty();
            for (Promise<?> empty : List.of(
                    RxJava3Bridge.toPromiseFirst(none),
                    RxJava3Bridge.toPromiseFirst(same),
                    RxJava3Bridge.toPromiseLast(none),
                    RxJava3Bridge.toPromiseLast(same),
                    RxJava3Bridge.toPromiseSingle(none),
                    RxJava3Bridge.toPromiseSingle(same))) {
                assertThat(value(empty)).isNull();
            }
            assertThat(value(RxJava3Bridge.toPromiseList(none, 0))).isEqualTo(List.of());
            assertThat(value(RxJava3Bridge.toPromiseList(same, 0))).isEqualTo(List.of());
        });
    }

    @Test
    void firstAsksForOneElementAndCancelsOnce() throws Exception {
        VirtualLoop.run(loop -> {
            List<String> log = new ArrayList<>();
            Promise<Integer> first = RxJava3Bridge.toPromiseFirst(Flowable.range(1, 10)
                    .doOnRequest(n -> log.add("request " + n))
                    .doOnCancel(() -> log.add("cancel")));
            assertThat(value(first)).isEqualTo(1);
            assertThat(log).containsExactly("request 1", "cancel");
        });
    }

    @Test
    void whatSubscribeThrowsRejectsThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            NullPointerException thrown = new NullPointerException("thrown");
            Promise<Object> promise = RxJava3Bridge.toPromise(Single.unsafeCreate(observer -> {
                throw thrown;
            }));
            assertThat(error(promise)).isSameAs(thrown);
        });
    }

    @Test
    void thereAndBackItIsTheSameOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            SingleSubject<String> subject = SingleSubject.create();
            var observer = RxJava3Bridge.toSingle(RxJava3Bridge.toPromise((Single<String>) subject))
                    .test();
            subject.onSuccess("value");
            observer.assertResult("value");

            SingleSubject<String> cancelled = SingleSubject.create();
            RxJava3Bridge.toSingle(RxJava3Bridge.toPromise((Single<String>) cancelled))
                    .test()
                    .dispose();
            assertThat(cancelled.hasObservers()).isFalse();
        });
    }

    static Object value(Promise<?> promise) {
        return ((Promise.State.Fulfilled<?>) promise.state()).value();
    }

    static Throwable error(Promise<?> promise) {
        return ((Promise.State.Rejected<?>) promise.state()).cause();
    }
}
