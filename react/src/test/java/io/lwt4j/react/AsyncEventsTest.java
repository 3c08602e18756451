package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class AsyncEventsTest {

    private final Exception error = new Exception("error");

    /** Promises that a function has made, to be resolved by hand. */
    private static final class Work {
        final List<Integer> calls = new ArrayList<>();
        final List<Resolver<Integer>> promises = new ArrayList<>();

        Promise<Integer> start(int n) {
            calls.add(n);
            Resolver<Integer> resolver = Resolver.cancellable();
            promises.add(resolver);
            return resolver.promise();
        }

        void resolve(int index) {
            promises.get(index).resolve(calls.get(index) * 10);
        }

        boolean isCancelled(int index) {
            return promises.get(index).promise().isCancelled();
        }
    }

    @Test
    void sequentialCallsTheFunctionWhenTheLastPromiseIsResolvedAndKeepsTheOrder() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Work work = new Work();
            AsyncEvents.mapSequential(in.event(), work::start).observe(loop.log::add);
            in.send(1);
            in.send(2);
            in.send(3);
            assertThat(work.calls).containsExactly(1);
            work.resolve(0);
            assertThat(work.calls).containsExactly(1, 2);
            work.resolve(1);
            work.resolve(2);
            assertThat(loop.log).containsExactly(10, 20, 30);
            return Promise.unit();
        });
    }

    @Test
    void concurrentCallsTheFunctionAtOnceAndHasResultsAsTheyCome() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Work work = new Work();
            AsyncEvents.mapConcurrent(in.event(), work::start).observe(loop.log::add);
            in.send(1);
            in.send(2);
            in.send(3);
            assertThat(work.calls).containsExactly(1, 2, 3);
            work.resolve(2);
            work.resolve(0);
            work.resolve(1);
            assertThat(loop.log).containsExactly(30, 10, 20);
            return Promise.unit();
        });
    }

    @Test
    void latestCancelsThePromiseOfTheOccurrenceBefore() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Work work = new Work();
            AsyncEvents.mapLatest(in.event(), work::start).observe(loop.log::add);
            in.send(1);
            in.send(2);
            assertThat(work.isCancelled(0)).isTrue();
            work.resolve(1);
            in.send(3);
            assertThat(work.promises.get(1).promise().isFulfilled()).isTrue();
            work.resolve(2);
            assertThat(loop.log).containsExactly(20, 30);
            return Promise.unit();
        });
    }

    @Test
    void resolvedPromisesOccurInStepsOfTheirOwn() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Event<Integer> out = AsyncEvents.mapSequential(in.event(), Promise::of);
            out.observe(n -> loop.log.add("out " + n));
            Event.lift(in.event(), out, Integer::sum).observe(n -> loop.log.add("both"));
            in.event().observe(n -> loop.log.add("in " + n));
            in.send(1);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly("in 1", "out 1", "in 2", "out 2");
            return Promise.unit();
        });
    }

    @Test
    void aHundredThousandResolvedPromisesThatWaitNeedNoStack() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Resolver<Integer> first = Resolver.cancellable();
            int[] count = {0};
            AsyncEvents.mapSequential(in.event(), n -> n == 0 ? first.promise() : Promise.of(n))
                    .observe(n -> count[0]++);
            for (int i = 0; i < 100_000; i++) {
                in.send(i);
            }
            first.resolve(0);
            assertThat(count[0]).isEqualTo(100_000);
            return Promise.unit();
        });
    }

    @Test
    void aRejectedPromiseReachesTheObserverAndTheNextOneGoesOn() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Event<Integer> out = AsyncEvents.mapSequential(
                    in.event(), n -> n == 1 ? Promise.failed(error) : Promise.of(n));
            Observation observation = out.map(n -> n + 1).observe(loop.log::add, loop.log::add);
            in.send(1);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(error, 3);
            observation.stop();

            out.observe(loop.log::add);
            in.send(1);
            assertThat(loop.takeErrors()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void aFunctionThatThrowsIsLikeARejectedPromise() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.<Integer, Integer>mapConcurrent(in.event(), n -> {
                        throw error;
                    })
                    .observe(loop.log::add, loop.log::add);
            in.send(1);
            assertThat(loop.takeLog()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void nothingIsStartedWithoutAnObserverAndTheLastOneThatLeavesCancelsWhatRuns()
            throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Work work = new Work();
            Event<Integer> out = AsyncEvents.mapSequential(in.event(), work::start);
            in.send(0);
            assertThat(work.calls).isEmpty();

            Observation one = out.observe(loop.log::add);
            Observation other = out.observe(loop.log::add);
            in.send(1);
            in.send(2);
            one.stop();
            assertThat(work.isCancelled(0)).isFalse();
            other.stop();
            assertThat(work.isCancelled(0)).isTrue();
            assertThat(work.calls).containsExactly(1);
            assertThat(loop.log).isEmpty();
            return Promise.unit();
        });
    }

    @Test
    void anErrorThatComesAfterTheCancellationReachesTheHandler() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Resolver<Integer> stubborn = Resolver.uncancellable();
            Observation observation = AsyncEvents.mapSequential(in.event(), n -> stubborn.promise())
                    .observe(loop.log::add);
            in.send(1);
            observation.stop();
            stubborn.reject(error);
            assertThat(loop.takeErrors()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void filtersKeepWhatThePromiseAccepts() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.filterSequential(in.event(), n -> Promise.of(n % 2 == 0))
                    .observe(n -> loop.log.add("s " + n));
            AsyncEvents.filterConcurrent(in.event(), n -> Promise.of(n % 2 == 1))
                    .observe(n -> loop.log.add("p " + n));
            AsyncEvents.filterMapSequential(
                            in.event(),
                            n -> Promise.of(n == 1 ? Optional.of("one") : Optional.empty()))
                    .observe(loop.log::add);
            AsyncEvents.filterMapConcurrent(
                            in.event(),
                            n -> Promise.of(n == 2 ? Optional.of("two") : Optional.empty()))
                    .observe(loop.log::add);
            in.send(1);
            assertThat(loop.takeLog()).containsExactlyInAnyOrder("p 1", "one");
            in.send(2);
            assertThat(loop.takeLog()).containsExactlyInAnyOrder("s 2", "two");
            return Promise.unit();
        });
    }

    @Test
    void promisesThatOccurAreRun() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Promise<Integer>> in = EventEmitter.create();
            AsyncEvents.runSequential(in.event()).observe(n -> loop.log.add("s" + n));
            AsyncEvents.runConcurrent(in.event()).observe(n -> loop.log.add("p" + n));
            Resolver<Integer> late = Resolver.uncancellable();
            in.send(late.promise());
            in.send(Promise.of(2));
            assertThat(loop.takeLog()).containsExactly("p2");
            late.resolve(1);
            assertThat(loop.takeLog()).contains("p1", "s1", "s2").hasSize(3);
            return Promise.unit();
        });
    }

    @Test
    void functionsThatOccurAreCalledWithArgumentsThatOccurAtTheSameTime() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.<Integer, Integer>applySequential(
                            in.event().map(n -> m -> Promise.of(n + m)), in.event())
                    .observe(loop.log::add);
            AsyncEvents.<Integer, Integer>applyConcurrent(
                            in.event().map(n -> m -> Promise.of(n * m)), in.event())
                    .observe(loop.log::add);
            in.send(3);
            assertThat(loop.takeLog()).containsExactlyInAnyOrder(6, 9);
            return Promise.unit();
        });
    }

    @Test
    void foldsGoOnFromTheLastResultAndStartAtOnce() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Event<Integer> sums =
                    AsyncEvents.foldSequential(in.event(), 0, (sum, n) -> Promise.of(sum + n));
            in.send(1);
            sums.observe(loop.log::add);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(3);

            EventEmitter<Integer> more = EventEmitter.create();
            AsyncEvents.<Integer>accumulateSequential(
                            more.event().map(n -> sum -> Promise.of(sum * n)), 1)
                    .observe(loop.log::add);
            more.send(2);
            more.send(5);
            assertThat(loop.takeLog()).containsExactly(2, 10);
            return Promise.unit();
        });
    }

    @Test
    void aRejectedStepOfAFoldLeavesItsState() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.foldSequential(
                            in.event(),
                            0,
                            (sum, n) -> n < 0 ? Promise.failed(error) : Promise.of(sum + n))
                    .observe(loop.log::add, loop.log::add);
            in.send(1);
            in.send(-1);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(1, error, 3);
            return Promise.unit();
        });
    }

    @Test
    void differencesAndMergesAreMadeOneAtATime() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.diffSequential(in.event(), (next, last) -> Promise.of(next - last))
                    .observe(n -> loop.log.add("diff " + n));
            EventEmitter<Integer> other = EventEmitter.create();
            AsyncEvents.<Integer, String>mergeSequential(
                            List.of(in.event(), other.event()), "", (s, n) -> Promise.of(s + n))
                    .observe(loop.log::add);
            in.send(1);
            in.send(5);
            assertThat(loop.takeLog()).containsExactlyInAnyOrder("1", "diff 4", "5");
            Step.batch(() -> {
                other.send(7);
                in.send(6);
            });
            assertThat(loop.takeLog()).containsExactlyInAnyOrder("67", "diff 1");
            return Promise.unit();
        });
    }

    /* ---- next, streams ---- */

    @Test
    void nextIsFulfilledByTheNextOccurrenceAndAFurtherOneInItsCallbackByTheSame() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.next(in.event()).onSuccess(n -> {
                loop.log.add(n);
                AsyncEvents.next(in.event()).onSuccess(loop.log::add);
            });
            in.send(1);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(1, 1);
            return Promise.unit();
        });
    }

    @Test
    void cancellingNextStopsTheWaiting() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            List<String> watch = new ArrayList<>();
            Event<Integer> watched = in.event().whileWatched(() -> {
                watch.add("on");
                return () -> watch.add("off");
            });
            Promise<Integer> next = AsyncEvents.next(watched);
            assertThat(watch).containsExactly("on");
            next.cancel();
            assertThat(watch).containsExactly("on", "off");
            assertThat(AsyncEvents.next(Event.never()).isPending()).isTrue();
            return Promise.unit();
        });
    }

    @Test
    void nextOfAnErrorIsRejected() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Promise<Integer> next = AsyncEvents.next(in.event().map(n -> 1 / n));
            in.send(0);
            next.onFailure(e -> loop.log.add(e.getClass()));
            assertThat(loop.takeLog()).containsExactly(ArithmeticException.class);
            return Promise.unit();
        });
    }

    @Test
    void aStreamKeepsAllOccurrencesUntilItIsClosed() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            PullStream<Integer> stream = AsyncEvents.toStream(in.event());
            Promise<Integer> waiting = stream.next();
            assertThat(waiting.isPending()).isTrue();
            in.send(42);
            assertThat(waiting.poll()).contains(42);
            for (int i = 0; i < 1000; i++) {
                in.send(i);
            }
            assertThat(stream.nget(1000).poll().orElseThrow())
                    .hasSize(1000)
                    .last()
                    .isEqualTo(999);
            stream.close();
            in.send(1);
            return Promise.unit();
        });
    }

    @Test
    void anEventOfAStreamTakesItsElementsWhileItIsObserved() throws Exception {
        TestLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            Event<Integer> event = AsyncEvents.ofStream(pushed.stream());
            pushed.writer().push(1);
            pushed.writer().push(2);
            Observation observation = event.observe(loop.log::add, loop.log::add);
            assertThat(loop.log).isEmpty();
            return EventLoop.pause().flatMap(turn -> {
                assertThat(loop.takeLog()).containsExactly(1, 2);
                observation.stop();
                pushed.writer().push(3);
                assertThat(pushed.stream().next().poll()).contains(3);
                return Promise.unit();
            });
        });
    }

    @Test
    void anEventOfAFunctionCallsItAgainAndAgainUntilItFails() throws Exception {
        TestLoop.run(loop -> {
            int[] calls = {0};
            Event<Integer> event = AsyncEvents.from(() -> ++calls[0] > 3
                    ? Promise.failed(error)
                    : EventLoop.sleep(Duration.ofSeconds(1)).map(v -> calls[0]));
            event.observe(loop.log::add, loop.log::add);
            assertThat(calls[0]).isZero();
            return EventLoop.sleep(Duration.ofSeconds(10)).map(slept -> {
                assertThat(loop.takeLog()).containsExactly(1, 2, 3, error);
                assertThat(calls[0]).isEqualTo(4);
                return true;
            });
        });
    }

    @Test
    void whoTakesTheFirstOccurrenceOnlyEndsWhatMakesThem() throws Exception {
        TestLoop.run(loop -> {
            int[] calls = {0};
            Promise<Integer> first = AsyncEvents.next(AsyncEvents.from(
                    () -> EventLoop.sleep(Duration.ofSeconds(1)).map(v -> ++calls[0])));
            return EventLoop.sleep(Duration.ofSeconds(10)).map(slept -> {
                assertThat(first.poll()).contains(1);
                assertThat(calls[0]).isEqualTo(1);
                return true;
            });
        });
    }

    @Test
    void whoTakesTheFirstElementOnlyLeavesTheOthersInTheStream() throws Exception {
        TestLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.of(1, 2, 3);
            Promise<Integer> first = AsyncEvents.next(AsyncEvents.ofStream(stream));
            return EventLoop.pause().flatMap(turn -> {
                assertThat(first.poll()).contains(1);
                return stream.toList().map(rest -> assertThat(rest).containsExactly(2, 3));
            });
        });
    }

    @Test
    void aDelayedEventIsThatOfThePromise() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            Resolver<Event<Integer>> promise = Resolver.cancellable();
            AsyncEvents.delay(promise.promise()).observe(loop.log::add);
            in.send(1);
            promise.resolve(in.event());
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(2);
            assertThat(AsyncEvents.delay(Promise.of(in.event()))).isSameAs(in.event());
            return Promise.unit();
        });
    }

    /* ---- limit ---- */

    @Test
    void limitLetsTheFirstPassAndThenTheLastOfEachPeriod() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            List<Resolver<Void>> periods = new ArrayList<>();
            AsyncEvents.limit(in.event(), () -> {
                        Resolver<Void> period = Resolver.cancellable();
                        periods.add(period);
                        return period.promise();
                    })
                    .observe(loop.log::add);
            in.send(1);
            in.send(0);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(1);
            periods.get(0).resolve(null);
            assertThat(loop.takeLog()).containsExactly(2);
            in.send(3);
            assertThat(loop.log).isEmpty();
            periods.get(1).resolve(null);
            assertThat(loop.takeLog()).containsExactly(3);
            periods.get(2).resolve(null);
            in.send(4);
            assertThat(loop.takeLog()).containsExactly(4);
            return Promise.unit();
        });
    }

    @Test
    void whatIsSentAtTheEndOfAPeriodIsNotLost() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.limit(in.event(), () -> {
                        Promise<Void> period = EventLoop.sleep(Duration.ofSeconds(1));
                        EventLoop.spawn(() -> EventLoop.sleep(Duration.ofMillis(100))
                                .map(v -> period.onSuccess(w -> in.send(2))));
                        return period;
                    })
                    .observe(loop.log::add);
            in.send(0);
            in.send(1);
            return EventLoop.sleep(Duration.ofMillis(2500)).map(slept -> {
                assertThat(loop.takeLog()).containsExactly(0, 2, 2);
                return true;
            });
        });
    }

    @Test
    void aPeriodThatFailsIsOverAndTheHandlerHears() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> in = EventEmitter.create();
            AsyncEvents.limit(in.event(), () -> Promise.failed(error)).observe(loop.log::add);
            in.send(1);
            in.send(2);
            assertThat(loop.takeLog()).containsExactly(1, 2);
            assertThat(loop.takeErrors()).containsExactly(error, error);
            return Promise.unit();
        });
    }
}
