package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What a mono comes to as a promise. */
class PromiseConversionTest {

    /** A mono whose signals are in the hands of the test, and which counts what is done to it. */
    private static final class Source<T> extends Mono<T> {

        CoreSubscriber<? super T> subscriber;
        final AtomicInteger cancelled = new AtomicInteger();
        final List<Long> requests = new ArrayList<>();
        RuntimeException onCancel;

        final Subscription subscription = new Subscription() {
            @Override
            public void request(long n) {
                requests.add(n);
            }

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
                if (onCancel != null) {
                    throw onCancel;
                }
            }
        };

        private final boolean silent;

        Source() {
            this(false);
        }

        /** Silent ones do not give the subscription away by themselves. */
        Source(boolean silent) {
            this.silent = silent;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            subscriber = actual;
            if (!silent) {
                actual.onSubscribe(subscription);
            }
        }
    }

    @Test
    void whatReactorKnowsTheValueOfIsAResolvedPromiseWithoutASubscription() throws Exception {
        Exception error = new Exception("e");
        RuntimeException wrapper = Exceptions.propagate(new IOException("inner"));
        Error fatal = new OutOfMemoryError("data");
        Bridge.run(bridge -> {
            assertThat(ReactorBridge.toPromise(Mono.just("v")).poll()).contains("v");
            assertThat(ReactorBridge.toPromise(Mono.empty()).isFulfilled()).isTrue();
            assertThat(ReactorBridge.toPromise(Mono.empty()).poll()).isEmpty();
            assertThat(causeOf(ReactorBridge.toPromise(Mono.error(error)))).isSameAs(error);
            assertThat(causeOf(ReactorBridge.toPromise(Mono.error(wrapper)))).isSameAs(wrapper);
            assertThat(causeOf(ReactorBridge.toPromise(Mono.error(fatal)))).isSameAs(fatal);
            assertThat(Bridge.closeHooks(EventLoop.current())).isZero();
        });
    }

    private static Throwable causeOf(Promise<?> promise) {
        return ((Promise.State.Rejected<?>) promise.state()).cause();
    }

    @Test
    void aSupplierIsCalledForEachPromise() throws Exception {
        Bridge.run(bridge -> {
            AtomicInteger calls = new AtomicInteger();
            Mono<Integer> mono = Mono.fromSupplier(calls::incrementAndGet);
            assertThat(ReactorBridge.toPromise(mono).poll()).contains(1);
            assertThat(ReactorBridge.toPromise(mono).poll()).contains(2);
        });
    }

    @Test
    void itNeedsALoop() {
        PublisherProbe<String> probe = PublisherProbe.empty();
        assertThatThrownBy(() -> ReactorBridge.toPromise(probe.mono().hide()))
                .isInstanceOf(LoopThreadException.class);
        probe.assertWasNotSubscribed();
    }

    @Test
    void theMonoIsSubscribedToOnceAtTheCallAndAskedForAll() throws Exception {
        Bridge.run(bridge -> {
            PublisherProbe<String> probe = PublisherProbe.of(Mono.just("v").hide());
            Promise<String> promise = ReactorBridge.toPromise(probe.mono());
            assertThat(probe.subscribeCount()).isEqualTo(1);
            assertThat(promise.poll()).contains("v");
            probe.assertWasNotCancelled();
            Source<String> source = new Source<>();
            ReactorBridge.toPromise(source).onSuccess(v -> {});
            assertThat(source.requests).containsExactly(Long.MAX_VALUE);
        });
    }

    @Test
    void theValueCountsWhenTheMonoIsThrough() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onNext("v");
            assertThat(promise.isPending()).isTrue();
            source.subscriber.onComplete();
            assertThat(promise.poll()).contains("v");
            promise.cancel();
            assertThat(source.cancelled).hasValue(0);
        });
    }

    @Test
    void anErrorAfterTheValueWins() throws Exception {
        IOException error = new IOException("after the value");
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onNext("v");
            source.subscriber.onError(error);
            assertThat(causeOf(promise)).isSameAs(error);
            assertThat(bridge.takeDiscarded()).containsExactly("v");
        });
    }

    @Test
    void aFatalErrorThatIsToldIsData() throws Exception {
        Bridge.run(bridge -> {
            Error fatal = new StackOverflowError("data");
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onError(fatal);
            assertThat(causeOf(promise)).isSameAs(fatal);
        });
    }

    /* ---- Cancellation ---- */

    @Test
    void cancellingThePromiseCancelsTheMonoOnce() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            promise.cancel();
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(source.cancelled).hasValue(1);
        });
    }

    @Test
    void aCancellationThatComesBeforeTheSubscriptionIsRemembered() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>(true);
            Promise<String> promise = ReactorBridge.toPromise(source);
            promise.cancel();
            assertThat(source.cancelled).hasValue(0);
            source.subscriber.onSubscribe(source.subscription);
            assertThat(source.cancelled).hasValue(1);
            assertThat(source.requests).isEmpty();
        });
    }

    @Test
    void aCancelThatThrowsIsADroppedErrorAndDoesNotReachAnybodyElse() throws Exception {
        RuntimeException bad = new RuntimeException("bad cancel");
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            source.onCancel = bad;
            Promise<String> promise = ReactorBridge.toPromise(source);
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(bridge.takeDroppedErrors()).containsExactly(bad);
            Source<String> late = new Source<>(true);
            late.onCancel = bad;
            ReactorBridge.toPromise(late).cancel();
            late.subscriber.onSubscribe(late.subscription);
            assertThat(late.cancelled).hasValue(1);
            assertThat(bridge.takeDroppedErrors()).containsExactly(bad);
        });
    }

    @Test
    void aSecondSubscriptionIsCancelled() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Source<String> second = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onSubscribe(second.subscription);
            assertThat(second.cancelled).hasValue(1);
            assertThat(second.requests).isEmpty();
            assertThat(source.cancelled).hasValue(0);
            source.subscriber.onComplete();
            assertThat(promise.isFulfilled()).isTrue();
        });
    }

    @Test
    void nothingIsCancelledThatHasEndedThoughTheLoopDoesNotKnowYet() throws Exception {
        Bridge.runAsync(bridge -> {
            Source<String> valued = new Source<>();
            Source<String> failed = new Source<>();
            Promise<String> value = ReactorBridge.toPromise(valued);
            Promise<String> failure = ReactorBridge.toPromise(failed);
            IOException error = new IOException("crossed");
            Bridge.elsewhere(() -> {
                valued.subscriber.onNext("crossed");
                valued.subscriber.onComplete();
                failed.subscriber.onError(error);
            });
            value.cancel();
            failure.cancel();
            assertThat(valued.cancelled).hasValue(0);
            assertThat(failed.cancelled).hasValue(0);
            return Bridge.turn().map(done -> {
                assertThat(value.isCancelled()).isTrue();
                assertThat(bridge.takeDiscarded()).containsExactly("crossed");
                assertThat(bridge.takeDroppedErrors()).containsExactly(error);
                return done;
            });
        });
    }

    @Test
    void theValueInHandIsDiscardedOnCancellation() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onNext("v");
            promise.cancel();
            assertThat(source.cancelled).hasValue(0);
            assertThat(bridge.takeDiscarded()).containsExactly("v");
            source.subscriber.onComplete();
            assertThat(bridge.takeDiscarded()).isEmpty();
        });
    }

    @Test
    void whatComesAfterTheCancellationGoesToTheHooks() throws Exception {
        IOException error = new IOException("late");
        Bridge.runAsync(bridge -> {
            Source<String> source = new Source<>();
            ReactorBridge.toPromise(source).cancel();
            source.subscriber.onNext("late");
            source.subscriber.onComplete();
            assertThat(bridge.takeDiscarded()).containsExactly("late");
            Source<String> failing = new Source<>();
            ReactorBridge.toPromise(failing).cancel();
            failing.subscriber.onError(error);
            assertThat(bridge.takeDroppedErrors()).containsExactly(error);
            Source<String> obedient = new Source<>();
            ReactorBridge.toPromise(obedient).cancel();
            obedient.subscriber.onError(new CancellationException("as you wished"));
            Source<String> far = new Source<>();
            ReactorBridge.toPromise(far).cancel();
            Bridge.elsewhere(() -> far.subscriber.onError(error));
            return Bridge.turn().map(done -> {
                assertThat(bridge.takeDroppedErrors()).containsExactly(error);
                return done;
            });
        });
    }

    @Test
    void whatComesAfterTheEndGoesToTheHooks() throws Exception {
        IOException error = new IOException("late");
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onNext("v");
            source.subscriber.onComplete();
            source.subscriber.onNext("late");
            source.subscriber.onError(error);
            source.subscriber.onComplete();
            assertThat(promise.poll()).contains("v");
            assertThat(bridge.takeDropped()).containsExactly("late");
            assertThat(bridge.takeDroppedErrors()).containsExactly(error);
        });
    }

    @Test
    void signalsOfAForeignThreadTakeEffectOnTheLoop() throws Exception {
        Bridge.runAsync(bridge -> {
            EventLoop loop = EventLoop.current();
            Source<String> source = new Source<>(true);
            Promise<String> promise = ReactorBridge.toPromise(source);
            List<Boolean> onLoop = new ArrayList<>();
            promise.onSuccess(v -> onLoop.add(loop.isCurrent()));
            Bridge.elsewhere(() -> {
                source.subscriber.onSubscribe(source.subscription);
                source.subscriber.onNext("v");
                source.subscriber.onComplete();
            });
            assertThat(promise.isPending()).isTrue();
            return Bridge.turn().map(done -> {
                assertThat(promise.poll()).contains("v");
                assertThat(onLoop).containsExactly(true);
                return done;
            });
        });
    }

    /* ---- Sources that break the rules ---- */

    @Test
    void theSecondValueOfAMonoIsDropped() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            source.subscriber.onNext("first");
            source.subscriber.onNext("second");
            source.subscriber.onComplete();
            assertThat(promise.poll()).contains("first");
            assertThat(bridge.takeDropped()).containsExactly("second");
        });
    }

    @Test
    void nullIsRefused() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Promise<String> promise = ReactorBridge.toPromise(source);
            assertThatThrownBy(() -> source.subscriber.onNext(null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> source.subscriber.onError(null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> source.subscriber.onSubscribe(null))
                    .isInstanceOf(NullPointerException.class);
            assertThat(promise.isPending()).isTrue();
            source.subscriber.onComplete();
        });
    }

    @Test
    void aPublisherThatGoesOnAfterItsEndIsHeardOnce() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<String> publisher =
                    TestPublisher.createNoncompliant(Violation.CLEANUP_ON_TERMINATE);
            Promise<String> promise = ReactorBridge.toPromise(publisher.mono());
            publisher.next("v").complete();
            publisher.next("late").error(new IOException("late"));
            assertThat(promise.poll()).contains("v");
            assertThat(bridge.takeDropped()).containsExactly("late");
            assertThat(bridge.takeDroppedErrors()).hasSize(1);
            publisher.assertNotCancelled();
        });
    }

    @Test
    void aPublisherThatGoesOnAfterItsCancellationIsHeardNoMore() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<String> publisher =
                    TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
            Promise<String> promise = ReactorBridge.toPromise(publisher.mono());
            promise.cancel();
            publisher.next("late").error(new IOException("late"));
            publisher.assertCancelled(1);
            assertThat(bridge.takeDiscarded()).containsExactly("late");
            assertThat(bridge.takeDroppedErrors()).hasSize(1);
        });
    }

    @Test
    void aPublisherOfNullAndOneOfTooMuchHarmNobody() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<String> ofNull = TestPublisher.createNoncompliant(Violation.ALLOW_NULL);
            Promise<String> promise = ReactorBridge.toPromise(ofNull.mono());
            assertThatThrownBy(() -> ofNull.next((String) null))
                    .isInstanceOf(NullPointerException.class);
            promise.cancel();
            ofNull.assertCancelled(1);
            TestPublisher<String> tooMuch =
                    TestPublisher.createNoncompliant(Violation.REQUEST_OVERFLOW);
            Promise<String> first = ReactorBridge.toPromiseFirst(tooMuch.flux());
            tooMuch.next("1", "2");
            assertThat(first.poll()).contains("1");
            tooMuch.assertCancelled(1);
            assertThat(bridge.takeDropped()).containsExactly("2");
        });
    }

    /* ---- What remains ---- */

    @Test
    void cancelledPromisesLeaveNothingBehind() throws Exception {
        Bridge.run(bridge -> {
            Sinks.One<String> sink = Sinks.one();
            Mono<String> hot = sink.asMono();
            List<WeakReference<Promise<String>>> promises = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                Promise<String> promise = ReactorBridge.toPromise(hot);
                promises.add(new WeakReference<>(promise));
                promise.cancel();
            }
            assertThat(sink.currentSubscriberCount()).isZero();
            assertThat(Bridge.closeHooks(EventLoop.current())).isZero();
            Bridge.assertCollected(promises);
        });
    }

    @Test
    void theEndOfTheLoopCancelsTheMonoAndTheLateSignalsGoToTheHooks() throws Exception {
        Source<String> source = new Source<>();
        IOException error = new IOException("late");
        Bridge.run(bridge -> {
            AtomicReference<Promise<String>> promise = new AtomicReference<>();
            Bridge.elsewhere(() -> {
                try (EventLoop other = bridge.newLoop()) {
                    other.runUntilComplete(() -> {
                        ReactorBridge.context().with(bridge.context(), () -> {
                            promise.set(ReactorBridge.toPromise(source));
                            return true;
                        });
                        return Promise.unit();
                    });
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertThatThrownBy(promise.get()::poll).isInstanceOf(RejectedExecutionException.class);
            assertThat(source.cancelled).hasValue(1);
            source.subscriber.onNext("late");
            source.subscriber.onError(error);
            assertThat(bridge.takeDiscarded()).containsExactly("late");
            assertThat(bridge.takeDroppedErrors()).containsExactly(error);
        });
    }

    @Test
    void theSubscriberTellsReactorOfItsState() throws Exception {
        Bridge.run(bridge -> {
            Source<String> source = new Source<>();
            Source<String> other = new Source<>();
            ReactorBridge.toPromise(source).onSuccess(v -> {});
            ReactorBridge.toPromise(other).cancel();
            Scannable open = Scannable.from(source.subscriber);
            assertThat(open.scanUnsafe(Scannable.Attr.PARENT)).isSameAs(source.subscription);
            assertThat(open.scan(Scannable.Attr.CANCELLED)).isFalse();
            assertThat(open.scan(Scannable.Attr.TERMINATED)).isFalse();
            assertThat(Scannable.from(other.subscriber).scan(Scannable.Attr.CANCELLED))
                    .isTrue();
            source.subscriber.onComplete();
            assertThat(open.scan(Scannable.Attr.TERMINATED)).isTrue();
            assertThat(open.scan(Scannable.Attr.CANCELLED)).isFalse();
        });
    }

    /* ---- Required and optional ---- */

    @Test
    void anEmptyMonoIsAnErrorWhereAValueIsRequiredAndEmptyWhereItIsOptional() throws Exception {
        Bridge.run(bridge -> {
            assertThat(causeOf(ReactorBridge.toPromiseRequired(Mono.empty())))
                    .isInstanceOf(NoSuchElementException.class);
            assertThat(ReactorBridge.toPromiseRequired(Mono.just(1)).poll()).contains(1);
            assertThat(ReactorBridge.toPromiseOptional(Mono.empty()).poll())
                    .contains(Optional.empty());
            assertThat(ReactorBridge.toPromiseOptional(Mono.just(1)).poll())
                    .contains(Optional.of(1));
            Source<String> required = new Source<>();
            Source<String> optional = new Source<>();
            ReactorBridge.toPromiseRequired(required).cancel();
            ReactorBridge.toPromiseOptional(optional).cancel();
            assertThat(required.cancelled).hasValue(1);
            assertThat(optional.cancelled).hasValue(1);
        });
    }
}
