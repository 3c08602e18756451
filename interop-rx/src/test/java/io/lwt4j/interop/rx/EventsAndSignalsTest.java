package io.lwt4j.interop.rx;

import static io.lwt4j.interop.rx.RxToPromiseTest.error;
import static io.lwt4j.interop.rx.RxToPromiseTest.value;
import static io.lwt4j.interop.rx.VirtualLoop.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.Event;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.OverflowException;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.reactivex.rxjava3.subjects.BehaviorSubject;
import io.reactivex.rxjava3.subjects.PublishSubject;
import io.reactivex.rxjava3.subscribers.TestSubscriber;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.RejectedExecutionException;

class EventsAndSignalsTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");

    /* ---- Out ---- */

    @Test
    void anEventIsToldToThoseWhoHaveSubscribed() throws Exception {
        VirtualLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Flowable<Integer> flowable =
                    RxJava3Bridge.toFlowable(emitter.event(), Overflow.unbounded());
            Observable<Integer> observable = RxJava3Bridge.toObservable(emitter.event());
            emitter.send(1);
            TestSubscriber<Integer> subscriber = flowable.test();
            TestObserver<Integer> observer = observable.test();
            TestObserver<Integer> disposed = observable.test();
            emitter.send(2);
            disposed.dispose();
            emitter.send(3);
            emitter.event().stop();
            subscriber.assertResult(2, 3);
            observer.assertResult(2, 3);
            disposed.assertValues(2).assertNotComplete();
        });
    }

    @Test
    void theStrategySaysWhatBecomesOfWhatIsNotAskedFor() throws Exception {
        VirtualLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            var latest =
                    RxJava3Bridge.toFlowable(emitter.event(), Overflow.latest()).test(0);
            var dropped =
                    RxJava3Bridge.toFlowable(emitter.event(), Overflow.drop()).test(0);
            var failed =
                    RxJava3Bridge.toFlowable(emitter.event(), Overflow.error()).test(0);
            emitter.send(1);
            emitter.send(2);
            failed.assertFailure(OverflowException.class);
            latest.request(5);
            dropped.request(5);
            latest.assertValues(2);
            dropped.assertEmpty();
        });
    }

    @Test
    void aSignalIsItsValueNowAndThenItsChanges() throws Exception {
        VirtualLoop.run(loop -> {
            Var<Integer> variable = Var.of(1);
            TestSubscriber<Integer> subscriber =
                    RxJava3Bridge.toFlowable(variable.signal()).test();
            variable.set(2);
            variable.set(2);
            variable.set(3);
            variable.signal().stop();
            subscriber.assertResult(1, 2, 3);
        });
    }

    @Test
    void anObservableOfASignalGetsTheNewestValueOnceInATurn() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Var<Integer> variable = Var.of(1);
            TestObserver<Integer> observer =
                    RxJava3Bridge.toObservable(variable.signal()).test();
            observer.assertValues(1);
            variable.set(2);
            variable.set(3);
            observer.assertValues(1);
            return EventLoop.pause()
                    .map(turn -> {
                        observer.assertValues(1, 3);
                        variable.set(4);
                        variable.signal().stop();
                        return true;
                    })
                    .flatMap(done -> EventLoop.pause())
                    .flatMap(turn -> EventLoop.pause())
                    .map(turn -> {
                        observer.assertResult(1, 3, 4);
                        return true;
                    });
        });
    }

    @Test
    void theEndOfTheLoopIsAnError() throws Exception {
        TestObserver<Integer> observer = VirtualLoop.onLoopThatCloses(
                () -> RxJava3Bridge.toObservable(EventEmitter.<Integer>create().event())
                        .test());
        observer.assertFailure(RejectedExecutionException.class);
        TestSubscriber<Integer> subscriber = VirtualLoop.onLoopThatCloses(
                () -> RxJava3Bridge.toFlowable(Var.of(1).signal()).test());
        subscriber.assertFailure(RejectedExecutionException.class, 1);
    }

    @Test
    void anEventIsEmittedIntoASubjectUntilOneOfThemEnds() throws Exception {
        VirtualLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            PublishSubject<Integer> subject = PublishSubject.create();
            PublishProcessor<Integer> processor = PublishProcessor.create();
            TestObserver<Integer> observer = subject.test();
            TestSubscriber<Integer> subscriber = processor.test();
            Disposable first = RxJava3Bridge.emitInto(emitter.event(), subject);
            Disposable second = RxJava3Bridge.emitInto(emitter.event(), processor);
            emitter.send(1);
            subject.onComplete();
            emitter.send(2);
            assertThat(first.isDisposed()).isTrue();
            second.dispose();
            emitter.send(3);
            observer.assertResult(1);
            subscriber.assertValues(1, 2).assertNotComplete();

            PublishSubject<Integer> stopped = PublishSubject.create();
            TestObserver<Integer> last = stopped.test();
            Disposable third = RxJava3Bridge.emitInto(emitter.event(), stopped);
            emitter.send(4);
            emitter.event().stop();
            last.assertResult(4);
            assertThat(third.isDisposed()).isTrue();
        });
    }

    @Test
    void aSignalFeedsABehaviorSubject() throws Exception {
        VirtualLoop.run(loop -> {
            Var<Integer> variable = Var.of(1);
            BehaviorSubject<Integer> subject = BehaviorSubject.create();
            BehaviorProcessor<Integer> processor = BehaviorProcessor.create();
            Disposable first =
                    RxJava3Bridge.toObservable(variable.signal()).subscribe(subject::onNext);
            Disposable second =
                    RxJava3Bridge.toFlowable(variable.signal()).subscribe(processor::onNext);
            assertThat(subject.getValue()).isEqualTo(1);
            assertThat(processor.getValue()).isEqualTo(1);
            first.dispose();
            second.dispose();
            assertThat(subject.hasComplete()).isFalse();
        });
    }

    /* ---- In ---- */

    @Test
    void aFlowableAndAnObservableBecomeEvents() throws Exception {
        VirtualLoop.run(loop -> {
            PublishProcessor<Integer> processor = PublishProcessor.create();
            PublishSubject<Integer> subject = PublishSubject.create();
            Feed<Event<Integer>> one = RxJava3Bridge.toEvent(processor);
            Feed<Event<Integer>> other = RxJava3Bridge.toEvent(subject);
            TestObserver<Integer> first = RxJava3Bridge.toObservable(one.node()).test();
            TestObserver<Integer> second =
                    RxJava3Bridge.toObservable(other.node()).test();
            processor.onNext(1);
            subject.onNext(2);
            processor.onComplete();
            subject.onError(failure);
            first.assertResult(1);
            second.assertResult(2);
            assertThat(value(one.done())).isNull();
            assertThat(error(other.done())).isSameAs(failure);
        });
    }

    @Test
    void cancellingTheEndOfAFeedDisposesOfTheSource() throws Exception {
        VirtualLoop.run(loop -> {
            PublishProcessor<Integer> processor = PublishProcessor.create();
            PublishSubject<Integer> subject = PublishSubject.create();
            Feed<Event<Integer>> one = RxJava3Bridge.toEvent(processor);
            Feed<Signal<Integer>> other = RxJava3Bridge.toSignal(subject, 0);
            one.done().cancel();
            other.node().stop();
            assertThat(processor.hasSubscribers()).isFalse();
            assertThat(subject.hasObservers()).isFalse();
            assertThat(other.done().isCancelled()).isTrue();
        });
    }

    @Test
    void aSignalHasTheLastElement() throws Exception {
        VirtualLoop.run(loop -> {
            PublishProcessor<Integer> processor = PublishProcessor.create();
            PublishSubject<Integer> subject = PublishSubject.create();
            Feed<Signal<Integer>> one = RxJava3Bridge.toSignal(processor, 0);
            Feed<Signal<Integer>> other = RxJava3Bridge.toSignal(subject, 0);
            assertThat(one.node().get()).isZero();
            processor.onNext(1);
            subject.onNext(2);
            assertThat(one.node().get()).isEqualTo(1);
            assertThat(other.node().get()).isEqualTo(2);
            subject.onError(failure);
            assertThat(other.node().get()).isEqualTo(2);
            assertThat(error(other.done())).isSameAs(failure);
            one.done().cancel();
        });
    }

    @Test
    void aBehaviorSubjectWithAValueIsASignalAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            BehaviorSubject<Integer> subject = BehaviorSubject.createDefault(1);
            BehaviorProcessor<Integer> processor = BehaviorProcessor.createDefault(1);
            for (Promise<Feed<Signal<Integer>>> promise :
                    List.of(RxJava3Bridge.toSignal(subject), RxJava3Bridge.toSignal(processor))) {
                assertThat(promise.isFulfilled()).isTrue();
                promise.onSuccess(feed -> {
                    assertThat(feed.node().get()).isEqualTo(1);
                    subject.onNext(2);
                    processor.onNext(2);
                    assertThat(feed.node().get()).isEqualTo(2);
                    feed.done().cancel();
                    subject.onNext(1);
                    processor.onNext(1);
                });
            }
            assertThat(subject.hasObservers()).isFalse();
            assertThat(processor.hasSubscribers()).isFalse();
        });
    }

    @Test
    void aBehaviorSubjectWithoutAValueIsASignalLater() throws Exception {
        VirtualLoop.run(loop -> {
            BehaviorSubject<Integer> subject = BehaviorSubject.create();
            Promise<Feed<Signal<Integer>>> promise = RxJava3Bridge.toSignal(subject);
            assertThat(promise.isPending()).isTrue();
            subject.onNext(1);
            assertThat(promise.isFulfilled()).isTrue();
            promise.onSuccess(feed -> feed.done().cancel());

            Promise<Feed<Signal<Integer>>> cancelled =
                    RxJava3Bridge.toSignal(BehaviorProcessor.<Integer>create());
            cancelled.cancel();
            assertThat(cancelled.isCancelled()).isTrue();
            assertThat(error(RxJava3Bridge.toSignal(Observable.<Integer>empty())))
                    .isInstanceOf(NoSuchElementException.class);
            assertThat(error(RxJava3Bridge.toSignal(Flowable.<Integer>error(failure))))
                    .isSameAs(failure);
        });
    }

    @Test
    void lateErrorsOfAFeedAreReported() throws Exception {
        VirtualLoop.run(loop -> {
            Inward.Manual source = new Inward.Manual();
            Feed<Event<String>> feed = RxJava3Bridge.toEvent(Inward.flowable(source));
            feed.done().cancel();
            assertThat(source.disposals).hasValue(1);
            source.error(failure);
            assertThat(late.take()).containsExactly(failure);
        });
    }

    @Test
    void elementsFromAnotherThreadTakeEffectOnTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            PublishSubject<Integer> subject = PublishSubject.create();
            Feed<Signal<Integer>> feed = RxJava3Bridge.toSignal(subject, 0);
            elsewhere(() -> {
                subject.onNext(1);
                subject.onComplete();
            });
            assertThat(feed.node().get()).isZero();
            return feed.done().map(end -> {
                assertThat(feed.node().get()).isEqualTo(1);
                return true;
            });
        });
    }

    @Test
    void awayFromALoopThereAreNone() {
        assertThatThrownBy(() -> RxJava3Bridge.toEvent(Flowable.just(1)))
                .isInstanceOf(IllegalStateException.class);
    }
}
