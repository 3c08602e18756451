package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/** What a promise says as a mono. */
class MonoConversionTest {

    /* ---- Promises that are resolved ---- */

    @Test
    void aFulfilledPromiseIsAMonoThatReactorKnowsTheValueOf() {
        Mono<String> mono = ReactorBridge.toMono(Promise.of("v"));
        assertThat(mono).isInstanceOf(Fuseable.ScalarCallable.class);
        StepVerifier.create(mono).expectNext("v").verifyComplete();
        StepVerifier.create(ReactorBridge.toFlux(Promise.of("v")))
                .expectNext("v")
                .verifyComplete();
    }

    @Test
    void aPromiseOfNullIsAnEmptyMono() throws Exception {
        Mono<String> known = ReactorBridge.toMono(Promise.of(null));
        assertThat(known).isInstanceOf(Fuseable.ScalarCallable.class);
        StepVerifier.create(known).verifyComplete();
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = new Ear<>(0);
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            resolver.resolve(null);
            assertThat(ear.heard).containsExactly("end");
        });
    }

    @Test
    void aRejectedPromiseIsAMonoOfTheVerySameError() throws Exception {
        for (Throwable cause : List.of(new Exception("e"), new OutOfMemoryError("data"))) {
            Mono<String> mono = ReactorBridge.toMono(Promise.failed(cause));
            StepVerifier.create(mono).verifyErrorSatisfies(e -> assertThat(e).isSameAs(cause));
            Bridge.run(bridge -> {
                Resolver<String> resolver = Resolver.cancellable();
                Ear<String> ear = Ear.all();
                ReactorBridge.toMono(resolver.promise()).subscribe(ear);
                resolver.reject(cause);
                assertThat(ear.heard).containsExactly(cause);
            });
        }
    }

    /* ---- Demand ---- */

    @Test
    void theValueWaitsForTheRequestAndTheRequestForTheValue() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise());
            Ear<String> early = Ear.all();
            Ear<String> late = new Ear<>(0);
            mono.subscribe(early);
            mono.subscribe(late);
            assertThat(early.heard).isEmpty();
            resolver.resolve("v");
            assertThat(early.heard).containsExactly("v", "end");
            assertThat(late.heard).isEmpty();
            late.subscription.request(1);
            late.subscription.request(1);
            assertThat(late.heard).containsExactly("v", "end");
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aRequestThatIsNotPositiveIsAnErrorAndLetsGoOfThePromise(long n) throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = new Ear<>(0);
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            ear.subscription.request(n);
            ear.subscription.request(1);
            assertThat(resolver.promise().isCancelled()).isTrue();
            assertThat(ear.heard)
                    .singleElement()
                    .satisfies(e -> assertThat((Throwable) e)
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("3.9"));
        });
    }

    @Test
    void aBadRequestWhileBeingSubscribedIsOneErrorAndNothingElse() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = new Ear<String>(0).subscribing(s -> {
                s.request(-1);
                s.request(0);
                s.request(1);
            });
            ReactorBridge.toMono(resolver.promise(), CancelPolicy.DETACH).subscribe(ear);
            resolver.resolve("v");
            assertThat(ear.heard).singleElement().isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void aForeignThreadMayRequestAndIsAnsweredOnTheLoop() throws Exception {
        Bridge.runAsync(bridge -> {
            EventLoop loop = EventLoop.current();
            Resolver<String> resolver = Resolver.cancellable();
            List<Boolean> onLoop = new ArrayList<>();
            Ear<String> ear = new Ear<String>(0).hearing(v -> onLoop.add(loop.isCurrent()));
            Bridge.elsewhere(() -> ReactorBridge.toMono(resolver.promise()).subscribe(ear));
            return Bridge.turn().flatMap(done -> {
                resolver.resolve("v");
                Bridge.elsewhere(() -> ear.subscription.request(1));
                assertThat(ear.heard).isEmpty();
                return Bridge.turn().map(later -> {
                    assertThat(ear.heard).containsExactly("v", "end");
                    assertThat(onLoop).containsExactly(true);
                    return later;
                });
            });
        });
    }

    /* ---- Cancellation ---- */

    @Test
    void cancellingTheSubscriptionCancelsThePromise() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            List<String> cancelled = new ArrayList<>();
            resolver.promise().onCancel(() -> cancelled.add("cancelled"));
            Ear<String> ear = Ear.all();
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            ear.subscription.cancel();
            ear.subscription.cancel();
            assertThat(cancelled).containsExactly("cancelled");
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void cancellingWhileBeingSubscribedCancelsThePromiseAndNothingIsTold() throws Exception {
        for (CancelPolicy policy : CancelPolicy.values()) {
            Bridge.run(bridge -> {
                Resolver<String> resolver = Resolver.cancellable();
                Ear<String> ear = Ear.<String>all().subscribing(s -> s.cancel());
                ReactorBridge.toMono(resolver.promise(), policy).subscribe(ear);
                assertThat(resolver.promise().isCancelled())
                        .isEqualTo(policy != CancelPolicy.DETACH);
                assertThat(ear.heard).isEmpty();
            });
        }
    }

    @Test
    void cancellingAfterTheValueDoesNothing() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = Ear.all();
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            resolver.resolve("v");
            ear.subscription.cancel();
            ear.subscription.request(-1);
            assertThat(ear.heard).containsExactly("v", "end");
            assertThat(resolver.promise().isFulfilled()).isTrue();
        });
    }

    @Test
    void cancellingWithTheValueInHandOmitsTheEnd() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            AtomicReference<Ear<String>> self = new AtomicReference<>();
            Ear<String> ear =
                    Ear.<String>all().hearing(v -> self.get().subscription.cancel());
            self.set(ear);
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            resolver.resolve("v");
            assertThat(ear.heard).containsExactly("v");
        });
    }

    @Test
    void aPromiseThatIsCancelledByOthersIsAnError() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = new Ear<>(0);
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            resolver.promise().cancel();
            assertThat(ear.heard).singleElement().isInstanceOf(CanceledException.class);
        });
    }

    @Test
    void detachedSubscribersLeaveThePromiseAlone() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.DETACH);
            Ear<String> leaving = Ear.all();
            Ear<String> staying = Ear.all();
            mono.subscribe(leaving);
            mono.subscribe(staying);
            leaving.subscription.cancel();
            resolver.resolve("v");
            assertThat(leaving.heard).isEmpty();
            assertThat(staying.heard).containsExactly("v", "end");
        });
    }

    @Test
    void countedSubscribersCancelThePromiseWhenTheLastOneLeaves() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.REFCOUNT);
            List<Ear<String>> ears = List.of(Ear.all(), Ear.all(), new Ear<>(0));
            ears.forEach(mono::subscribe);
            ears.get(1).subscription.cancel();
            ears.get(1).subscription.cancel();
            ears.get(0).subscription.cancel();
            assertThat(resolver.promise().isPending()).isTrue();
            mono.subscribe(Ear.<String>all().subscribing(s -> s.cancel()));
            assertThat(resolver.promise().isPending()).isTrue();
            ears.get(2).subscription.request(-1);
            assertThat(resolver.promise().isCancelled()).isTrue();
        });
    }

    @Test
    void aCountedSubscriberOfAnotherThreadCountsFromTheMomentItSubscribed() throws Exception {
        Bridge.runAsync(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.REFCOUNT);
            Ear<String> far = Ear.all();
            Ear<String> near = Ear.all();
            Bridge.elsewhere(() -> mono.subscribe(far));
            mono.subscribe(near);
            near.subscription.cancel();
            assertThat(resolver.promise().isPending()).isTrue();
            return Bridge.turn().flatMap(done -> {
                far.subscription.cancel();
                assertThat(resolver.promise().isCancelled()).isTrue();
                return Promise.unit();
            });
        });
    }

    @Test
    void aCountedSubscriberOfAnotherThreadThatLeftBeforeItWasHeardOfCountsNoMore()
            throws Exception {
        Bridge.runAsync(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.REFCOUNT);
            Ear<String> far = Ear.all();
            Ear<String> near = Ear.all();
            mono.subscribe(near);
            Bridge.elsewhere(() -> {
                mono.subscribe(far);
                far.subscription.cancel();
                far.subscription.cancel();
            });
            return Bridge.turn().flatMap(done -> {
                assertThat(resolver.promise().isPending()).isTrue();
                near.subscription.cancel();
                assertThat(resolver.promise().isCancelled()).isTrue();
                return Promise.unit();
            });
        });
    }

    @Test
    void aForeignThreadMayCancel() throws Exception {
        Bridge.runAsync(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Ear<String> ear = Ear.all();
            ReactorBridge.toMono(resolver.promise()).subscribe(ear);
            Bridge.elsewhere(() -> ear.subscription.cancel());
            assertThat(resolver.promise().isPending()).isTrue();
            return Bridge.turn().map(done -> {
                assertThat(resolver.promise().isCancelled()).isTrue();
                assertThat(ear.heard).isEmpty();
                return done;
            });
        });
    }

    /* ---- Many subscribers ---- */

    @Test
    void subscribersThatThrowHarmNobodyElse() throws Exception {
        RuntimeException bad = new RuntimeException("bad subscriber");
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise());
            Ear<String> first = Ear.all();
            Ear<String> last = Ear.all();
            mono.subscribe(first);
            mono.subscribe(Ear.<String>all().hearing(v -> {
                throw bad;
            }));
            mono.subscribe(last);
            resolver.resolve("v");
            assertThat(first.heard).containsExactly("v", "end");
            assertThat(last.heard).containsExactly("v", "end");
            assertThat(bridge.takeErrors()).containsExactly(bad);
        });
    }

    @Test
    void aFatalErrorOfASubscriberLeavesTheLoop() {
        StackOverflowError fatal = new StackOverflowError("fatal");
        Ear<String> other = Ear.all();
        assertThatThrownBy(() -> Bridge.run(bridge -> {
                    Resolver<String> resolver = Resolver.cancellable();
                    Mono<String> mono = ReactorBridge.toMono(resolver.promise());
                    mono.subscribe(other);
                    mono.subscribe(Ear.<String>all().hearing(v -> {
                        throw fatal;
                    }));
                    resolver.resolve("v");
                }))
                .isSameAs(fatal);
        assertThat(other.heard).containsExactly("v", "end");
    }

    @Test
    void subscribersThatCancelLeaveNothingBehind() throws Exception {
        Bridge.run(bridge -> {
            EventLoop loop = EventLoop.current();
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.DETACH);
            int before = Bridge.closeHooks(loop);
            List<WeakReference<Ear<String>>> ears = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                Ear<String> ear = Ear.all();
                ears.add(new WeakReference<>(ear));
                mono.subscribe(ear);
                ear.subscription.cancel();
            }
            assertThat(Bridge.closeHooks(loop)).isEqualTo(before);
            Bridge.assertCollected(ears);
            assertThat(resolver.promise().isPending()).isTrue();
        });
    }

    /* ---- Values of promise-locals ---- */

    @Test
    void signalsComeWithThePromiseLocalsOfTheSubscriberAlsoIfThePromiseWasResolvedMeanwhile()
            throws Exception {
        PromiseLocal<String> key = PromiseLocal.create();
        Bridge.runAsync(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            List<String> seen = new ArrayList<>();
            Ear<String> ear = Ear.<String>all().hearing(v -> seen.add(key.get()));
            Mono<String> mono = ReactorBridge.toMono(resolver.promise());
            Bridge.elsewhere(() -> key.with("theirs", () -> {
                mono.subscribe(ear);
                return true;
            }));
            resolver.resolve("v");
            return Bridge.turn().map(done -> {
                assertThat(ear.heard).containsExactly("v", "end");
                assertThat(seen).containsExactly("theirs");
                return done;
            });
        });
    }

    /* ---- The end of the loop ---- */

    @ParameterizedTest
    @EnumSource(CancelPolicy.class)
    void theEndOfTheLoopIsAnErrorForWhoStillWaits(CancelPolicy policy) throws Exception {
        Ear<String> waiting = new Ear<>(0);
        Ear<String> gone = Ear.all();
        Ear<String> late = Ear.all();
        AtomicReference<Mono<String>> made = new AtomicReference<>();
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> {
                Resolver<String> resolver = Resolver.uncancellable();
                Mono<String> mono = ReactorBridge.toMono(resolver.promise(), policy);
                made.set(mono);
                mono.subscribe(waiting);
                mono.subscribe(gone);
                gone.subscription.cancel();
                return Promise.unit();
            });
        }
        assertThat(waiting.heard).singleElement().isInstanceOf(RejectedExecutionException.class);
        assertThat(gone.heard).isEmpty();
        made.get().subscribe(late);
        assertThat(late.heard).singleElement().isInstanceOf(RejectedExecutionException.class);
        waiting.subscription.request(1);
        waiting.subscription.cancel();
        waiting.subscription.request(-1);
        assertThat(waiting.heard).hasSize(1);
    }

    @Test
    void aValueThatNobodyAskedForIsToldAlsoWhenTheLoopIsClosed() throws Exception {
        Ear<String> ear = new Ear<>(0);
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> {
                Resolver<String> resolver = Resolver.cancellable();
                ReactorBridge.toMono(resolver.promise()).subscribe(ear);
                resolver.resolve("v");
                return Promise.unit();
            });
        }
        assertThat(ear.heard).isEmpty();
        ear.subscription.request(1);
        assertThat(ear.heard).containsExactly("v", "end");
    }

    /* ---- In Reactor's eyes ---- */

    @Test
    void theSubscriptionTellsReactorOfItsState() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.DETACH);
            assertThat(Scannable.from(mono).scan(Scannable.Attr.RUN_STYLE))
                    .isEqualTo(Scannable.Attr.RunStyle.ASYNC);
            Ear<String> ear = new Ear<>(0);
            Ear<String> leaving = new Ear<>(0);
            mono.subscribe(ear);
            mono.subscribe(leaving);
            leaving.subscription.cancel();
            Scannable open = Scannable.from(ear.subscription);
            Scannable left = Scannable.from(leaving.subscription);
            assertThat(open.scan(Scannable.Attr.RUN_STYLE))
                    .isEqualTo(Scannable.Attr.RunStyle.ASYNC);
            assertThat(open.scan(Scannable.Attr.CANCELLED)).isFalse();
            assertThat(open.scan(Scannable.Attr.TERMINATED)).isFalse();
            assertThat(open.scanUnsafe(Scannable.Attr.ACTUAL)).isSameAs(ear);
            assertThat(left.scan(Scannable.Attr.CANCELLED)).isTrue();
            assertThat(left.scan(Scannable.Attr.TERMINATED)).isFalse();
            resolver.resolve("v");
            ear.subscription.request(1);
            assertThat(open.scan(Scannable.Attr.TERMINATED)).isTrue();
            assertThat(open.scan(Scannable.Attr.CANCELLED)).isFalse();
        });
    }

    @Test
    void theMonoOffersNoFusionAndWorksWithOperatorsThatWouldUseIt() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            TestSubscriber<String> subscriber = TestSubscriber.builder()
                    .requireFusion(Fuseable.NONE)
                    .initialRequestUnbounded()
                    .build();
            ReactorBridge.toMono(resolver.promise()).subscribe(subscriber);
            TestSubscriber<Integer> further = TestSubscriber.create();
            Flux.range(0, 3)
                    .concatMap(i -> ReactorBridge.toMono(resolver.promise(), CancelPolicy.DETACH)
                            .map(v -> v.length() + i))
                    .subscribe(further);
            resolver.resolve("four");
            assertThat(subscriber.getReceivedOnNext()).containsExactly("four");
            assertThat(further.getReceivedOnNext()).containsExactly(4, 5, 6);
            assertThat(further.isTerminatedComplete()).isTrue();
        });
    }
}
