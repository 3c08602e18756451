package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Monos whose promise is made for each subscriber. */
class DeferTest {

    @Test
    void nothingIsRunBeforeSomebodySubscribesAndThenOnceForEach() throws Exception {
        Bridge.run(bridge -> {
            AtomicInteger runs = new AtomicInteger();
            Mono<Integer> mono = ReactorBridge.deferMono(() -> Promise.of(runs.incrementAndGet()));
            assertThat(runs).hasValue(0);
            Ear<Integer> first = Ear.all();
            Ear<Integer> second = new Ear<>(0);
            mono.subscribe(first);
            mono.subscribe(second);
            assertThat(runs).hasValue(2);
            assertThat(first.heard).containsExactly(1, "end");
            assertThat(second.heard).isEmpty();
            second.subscription.request(1);
            assertThat(second.heard).containsExactly(2, "end");
        });
    }

    @Test
    void itNeedsALoopToBeMade() {
        assertThatThrownBy(() -> ReactorBridge.deferMono(() -> Promise.of(1)))
                .isInstanceOf(LoopThreadException.class);
    }

    @Test
    void theSupplierRunsOnTheLoopWhoeverSubscribes() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            List<Boolean> onLoop = new CopyOnWriteArrayList<>();
            Mono<String> mono = ReactorBridge.deferMono(loop, () -> {
                onLoop.add(loop.isCurrent());
                return EventLoop.pause().map(done -> "v");
            });
            StepVerifier.create(mono.doOnNext(v -> onLoop.add(loop.isCurrent())))
                    .expectNext("v")
                    .verifyComplete();
            assertThat(onLoop).containsExactly(true, true);
        }
    }

    @Test
    void whatTheSupplierThrowsOrRejectsIsTheVerySameError() throws Exception {
        IOException thrown = new IOException("thrown");
        IOException rejected = new IOException("rejected");
        Bridge.run(bridge -> {
            Ear<String> first = Ear.all();
            ReactorBridge.<String>deferMono(() -> {
                        throw Bridge.sneaky(thrown);
                    })
                    .subscribe(first);
            Ear<String> second = Ear.all();
            ReactorBridge.<String>deferMono(() -> Promise.failed(rejected)).subscribe(second);
            Ear<String> third = Ear.all();
            ReactorBridge.<String>deferMono(() -> null).subscribe(third);
            assertThat(first.heard).containsExactly(thrown);
            assertThat(second.heard).containsExactly(rejected);
            assertThat(third.heard).singleElement().isInstanceOf(NullPointerException.class);
        });
    }

    @Test
    void nullIsEmpty() throws Exception {
        Bridge.run(bridge -> {
            Ear<String> ear = new Ear<>(0);
            ReactorBridge.<String>deferMono(() -> Promise.of(null)).subscribe(ear);
            assertThat(ear.heard).containsExactly("end");
        });
    }

    @Test
    void aFatalErrorOfTheSupplierLeavesTheLoopAndIsToldToTheSubscriber() {
        LinkageError fatal = new LinkageError("fatal");
        Ear<String> ear = Ear.all();
        assertThatThrownBy(() -> Bridge.runAsync(bridge -> {
                    Mono<String> mono = ReactorBridge.deferMono(() -> {
                        throw fatal;
                    });
                    Bridge.elsewhere(() -> mono.subscribe(ear));
                    return Bridge.turn();
                }))
                .isSameAs(fatal);
        assertThat(ear.heard).containsExactly(fatal);
    }

    @Test
    void cancelledBeforeItRanTheSupplierDoesNotRun() throws Exception {
        Bridge.runAsync(bridge -> {
            AtomicInteger runs = new AtomicInteger();
            Mono<Integer> mono = ReactorBridge.deferMono(() -> Promise.of(runs.incrementAndGet()));
            Ear<Integer> at = Ear.<Integer>all().subscribing(Subscription::cancel);
            mono.subscribe(at);
            Ear<Integer> far = Ear.all();
            Bridge.elsewhere(() -> {
                mono.subscribe(far);
                far.subscription.cancel();
            });
            Ear<Integer> bad = new Ear<Integer>(0).subscribing(s -> s.request(-1));
            mono.subscribe(bad);
            return Bridge.turn().map(done -> {
                assertThat(runs).hasValue(0);
                assertThat(at.heard).isEmpty();
                assertThat(far.heard).isEmpty();
                assertThat(bad.heard).singleElement().isInstanceOf(IllegalArgumentException.class);
                return done;
            });
        });
    }

    @Test
    void cancellingCancelsThePromiseOnce() throws Exception {
        Bridge.run(bridge -> {
            List<String> cancelled = new ArrayList<>();
            Ear<String> ear = Ear.all();
            ReactorBridge.<String>deferMono(() -> {
                        Resolver<String> resolver = Resolver.cancellable();
                        resolver.promise().onCancel(() -> cancelled.add("cancelled"));
                        return resolver.promise();
                    })
                    .subscribe(ear);
            ear.subscription.cancel();
            ear.subscription.cancel();
            assertThat(cancelled).containsExactly("cancelled");
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void aPromiseThatCancelsItselfIsAnError() throws Exception {
        Bridge.run(bridge -> {
            Ear<String> ear = Ear.all();
            ReactorBridge.<String>deferMono(() -> Promise.failed(CanceledException.instance()))
                    .subscribe(ear);
            assertThat(ear.heard).singleElement().isInstanceOf(CanceledException.class);
        });
    }

    /* ---- What comes too late ---- */

    @Test
    void aValueThatComesAfterTheCancellationIsDiscarded() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.uncancellable();
            Ear<String> ear = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.deferMono(resolver::promise).subscribe(ear);
            ear.subscription.cancel();
            resolver.resolve("late");
            assertThat(bridge.takeDiscarded()).containsExactly("late");
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void anErrorThatComesAfterTheCancellationIsDroppedOnce() throws Exception {
        IOException late = new IOException("late");
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.uncancellable();
            Ear<String> ear = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.deferMono(resolver::promise).subscribe(ear);
            ear.subscription.cancel();
            resolver.reject(late);
            assertThat(bridge.takeDroppedErrors()).containsExactly(late);
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void aValueThatNobodyHadAskedForIsDiscardedOnCancellation() throws Exception {
        Bridge.run(bridge -> {
            Ear<String> ear = new Ear<>(0, bridge.context());
            ReactorBridge.deferMono(() -> Promise.of("unread")).subscribe(ear);
            ear.subscription.cancel();
            assertThat(bridge.takeDiscarded()).containsExactly("unread");
            ear.subscription.cancel();
            ear.subscription.request(1);
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void aValueThatNobodyHadAskedForIsDiscardedOnABadRequest() throws Exception {
        Bridge.run(bridge -> {
            Ear<String> ear = new Ear<>(0, bridge.context());
            ReactorBridge.deferMono(() -> Promise.of("unread")).subscribe(ear);
            ear.subscription.request(0);
            assertThat(bridge.takeDiscarded()).containsExactly("unread");
            assertThat(ear.heard).singleElement().isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void aValueWhoseSupplierCancelledTheSubscriptionIsDiscarded() throws Exception {
        Bridge.run(bridge -> {
            Ear<String> ear = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.deferMono(() -> {
                        ear.subscription.cancel();
                        return Promise.of("useless");
                    })
                    .subscribe(ear);
            assertThat(bridge.takeDiscarded()).containsExactly("useless");
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void anErrorWhoseSupplierCancelledTheSubscriptionIsDropped() throws Exception {
        IllegalStateException thrown = new IllegalStateException("thrown");
        IllegalStateException rejected = new IllegalStateException("rejected");
        Bridge.run(bridge -> {
            Ear<String> ear = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.<String>deferMono(() -> {
                        ear.subscription.cancel();
                        throw thrown;
                    })
                    .subscribe(ear);
            assertThat(bridge.takeDroppedErrors()).containsExactly(thrown);
            Ear<String> other = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.<String>deferMono(() -> {
                        other.subscription.cancel();
                        return Promise.failed(rejected);
                    })
                    .subscribe(other);
            assertThat(bridge.takeDroppedErrors()).containsExactly(rejected);
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void theValueOnItsWayWhenAForeignThreadCancelsIsDiscarded() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.deferMono(resolver::promise).subscribe(ear);
            Bridge.elsewhere(ear.subscription::cancel);
            resolver.resolve("crossed");
            assertThat(bridge.takeDiscarded()).containsExactly("crossed");
            assertThat(ear.heard).isEmpty();
        });
    }

    /* ---- The end of the loop ---- */

    @Test
    void theEndOfTheLoopIsAnError() throws Exception {
        Ear<String> waiting = Ear.all();
        Ear<String> late = Ear.all();
        AtomicReference<Mono<String>> made = new AtomicReference<>();
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> {
                made.set(ReactorBridge.deferMono(
                        () -> Resolver.<String>uncancellable().promise()));
                made.get().subscribe(waiting);
                return Promise.unit();
            });
        }
        made.get().subscribe(late);
        assertThat(waiting.heard).singleElement().isInstanceOf(RejectedExecutionException.class);
        assertThat(late.heard).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void sleepsTakeTheTimeOfTheLoop() throws Exception {
        Bridge.runAsync(bridge -> {
            long start = EventLoop.current().engine().nanoTime();
            Mono<Long> mono = ReactorBridge.deferMono(() -> EventLoop.sleep(Duration.ofDays(1))
                    .map(done -> EventLoop.current().engine().nanoTime() - start));
            return ReactorBridge.toPromise(mono)
                    .onSuccess(nanos ->
                            assertThat(nanos).isEqualTo(Duration.ofDays(1).toNanos()));
        });
    }

    @Test
    void manyOfThemInARowTakeNoStack() throws Exception {
        Bridge.runAsync(
                bridge -> ReactorBridge.toPromise(ReactorBridge.deferMono(() -> Promise.of(1))
                                .repeat(100_000)
                                .reduce(0, Integer::sum))
                        .onSuccess(count -> assertThat(count).isEqualTo(100_001)));
    }
}
