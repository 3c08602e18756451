package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class AsyncSignalsTest {

    private final RuntimeException error = new RuntimeException("error");

    private static <A> A now(Promise<A> promise) throws Exception {
        return promise.poll().orElseThrow();
    }

    @Test
    void theSignalIsThereWhenItsFirstValueIsAndNoValueIsLeftOut() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            List<Resolver<Integer>> work = new ArrayList<>();
            Promise<Signal<Integer>> promise = AsyncSignals.mapSequential(in.signal(), n -> {
                loop.log.add(n);
                work.add(Resolver.cancellable());
                return work.get(work.size() - 1).promise();
            });
            in.set(2);
            in.set(3);
            assertThat(loop.takeLog()).containsExactly(1);
            assertThat(promise.isPending()).isTrue();
            work.get(0).resolve(10);
            Signal<Integer> out = now(promise);
            out.observe(n -> loop.log.add("out " + n));
            assertThat(loop.takeLog()).containsExactly(2, "out 10");
            work.get(1).resolve(20);
            work.get(2).resolve(30);
            assertThat(loop.takeLog()).containsExactly("out 20", 3, "out 30");
            return Promise.unit();
        });
    }

    @Test
    void latestCancelsThePromiseOfTheValueBefore() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            List<Resolver<Integer>> work = new ArrayList<>();
            Promise<Signal<Integer>> promise = AsyncSignals.mapLatest(in.signal(), n -> {
                work.add(Resolver.cancellable());
                return work.get(work.size() - 1).promise();
            });
            in.set(2);
            assertThat(work.get(0).promise().isCancelled()).isTrue();
            work.get(1).resolve(20);
            assertThat(now(promise).get()).isEqualTo(20);
            return Promise.unit();
        });
    }

    @Test
    void aFirstPromiseThatIsRejectedRejectsThatOfTheSignal() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            Promise<Signal<Integer>> promise =
                    AsyncSignals.mapSequential(in.signal(), n -> Promise.failed(error));
            promise.onFailure(loop.log::add);
            in.set(2);
            assertThat(loop.takeLog()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void aLaterErrorIsTheValueUntilTheNextResult() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            Signal<Integer> out = now(AsyncSignals.mapSequential(
                    in.signal(), n -> n < 0 ? Promise.failed(error) : Promise.of(n)));
            out.observe(loop.log::add, loop.log::add);
            in.set(-1);
            assertThatThrownBy(out::get).isSameAs(error);
            in.set(5);
            assertThat(out.get()).isEqualTo(5);
            assertThat(loop.takeLog()).containsExactly(1, error, 5);
            return Promise.unit();
        });
    }

    @Test
    void cancellingThePromiseOrStoppingTheSignalCancelsWhatRuns() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            List<Promise<Integer>> work = new ArrayList<>();
            Promise<Signal<Integer>> promise = AsyncSignals.mapSequential(in.signal(), n -> {
                work.add(Resolver.<Integer>cancellable().promise());
                return work.get(work.size() - 1);
            });
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(work.get(0).isCancelled()).isTrue();
            in.set(2);
            assertThat(work).hasSize(1);

            Var<Integer> other = Var.of(0);
            Signal<Integer> out = now(AsyncSignals.mapSequential(other.signal(), n -> {
                if (n == 0) {
                    return Promise.of(0);
                }
                work.add(Resolver.<Integer>cancellable().promise());
                return work.get(work.size() - 1);
            }));
            other.set(1);
            out.stop();
            assertThat(work.get(1).isCancelled()).isTrue();
            assertThat(out.get()).isZero();
            return Promise.unit();
        });
    }

    @Test
    void theOwnerEndsIt() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            Owner owner = Owner.create();
            Promise<Integer> work = Resolver.<Integer>cancellable().promise();
            owner.own(() -> AsyncSignals.mapSequential(in.signal(), n -> work));
            owner.close();
            assertThat(work.isCancelled()).isTrue();
            return Promise.unit();
        });
    }

    @Test
    void filtersHaveTheInitialValueAsLongAsNothingPasses() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            Signal<Integer> even =
                    now(AsyncSignals.filterSequential(in.signal(), n -> Promise.of(n % 2 == 0), 0));
            Signal<String> words = now(AsyncSignals.<Integer, String>filterMapSequential(
                    in.signal(),
                    n -> Promise.of(n == 3 ? Optional.of("three") : Optional.empty()),
                    "none"));
            assertThat(even.get()).isZero();
            in.set(2);
            in.set(3);
            assertThat(even.get()).isEqualTo(2);
            assertThat(words.get()).isEqualTo("three");
            in.set(4);
            assertThat(words.get()).isEqualTo("three");
            return Promise.unit();
        });
    }

    @Test
    void functionsOfSeveralSignalsRunAgainWhenOneChanges() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> a = Var.of(1);
            Var<Integer> b = Var.of(2);
            Signal<Integer> sum = now(AsyncSignals.liftSequential(
                    a.signal(), b.signal(), (x, y) -> Promise.of(x + y)));
            Signal<Integer> six = now(AsyncSignals.liftSequential(
                    a.signal(),
                    b.signal(),
                    a.signal(),
                    b.signal(),
                    a.signal(),
                    b.signal(),
                    (c, d, e, f, g, h) -> Promise.of(c + d + e + f + g + h)));
            Signal<String> merged = now(AsyncSignals.<Integer, String>mergeSequential(
                    List.of(a.signal(), b.signal()), "", (s, n) -> Promise.of(s + n)));
            Signal<Integer> applied = now(AsyncSignals.<Integer, Integer>applySequential(
                    a.signal().map(n -> m -> Promise.of(n * m)), b.signal()));
            b.set(5);
            assertThat(sum.get()).isEqualTo(6);
            assertThat(six.get()).isEqualTo(18);
            assertThat(merged.get()).isEqualTo("15");
            assertThat(applied.get()).isEqualTo(5);
            return Promise.unit();
        });
    }

    @Test
    void theSignalThatIsPromisedIsFollowed() throws Exception {
        TestLoop.run(loop -> {
            Var<Boolean> which = Var.of(true);
            Var<Integer> a = Var.of(1);
            Var<Integer> b = Var.of(2);
            Signal<Integer> out = now(AsyncSignals.flatMapSequential(
                    which.signal(), first -> Promise.of(first ? a.signal() : b.signal())));
            out.observe(loop.log::add);
            a.set(10);
            which.set(false);
            a.set(11);
            b.set(20);
            assertThat(loop.takeLog()).containsExactly(1, 10, 2, 20);
            return Promise.unit();
        });
    }

    @Test
    void eventsOfSignalsAreMadeOneAtATime() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(1);
            AsyncSignals.diffSequential(in.signal(), (next, last) -> Promise.of(next - last))
                    .observe(loop.log::add);
            EventEmitter<String> events = EventEmitter.create();
            AsyncSignals.sampleSequential(events.event(), in.signal(), (s, n) -> Promise.of(s + n))
                    .observe(loop.log::add);
            in.set(4);
            events.send("x");
            assertThat(loop.takeLog()).containsExactly(3, "x4");
            Signal<Integer> sum = AsyncSignals.foldSequential(
                    in.signal().changes(), 0, (s, n) -> Promise.of(s + n));
            Signal<Integer> product = AsyncSignals.<Integer>accumulateSequential(
                    in.signal().changes().map(n -> p -> Promise.of(p * n)), 1);
            in.set(5);
            in.set(6);
            assertThat(sum.get()).isEqualTo(11);
            assertThat(product.get()).isEqualTo(30);
            return Promise.unit();
        });
    }

    @Test
    void limitTakesTheLastValueAtTheEndOfEachPeriod() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(0);
            Signal<Integer> out =
                    AsyncSignals.limit(in.signal(), () -> EventLoop.sleep(Duration.ofSeconds(1)));
            out.changes().observe(loop.log::add);
            in.set(1);
            in.set(2);
            assertThat(loop.log).isEmpty();
            return EventLoop.sleep(Duration.ofMillis(1500)).flatMap(v -> {
                assertThat(loop.takeLog()).containsExactly(2);
                in.set(3);
                return EventLoop.sleep(Duration.ofSeconds(3)).map(w -> {
                    assertThat(loop.takeLog()).containsExactly(3);
                    in.set(4);
                    assertThat(loop.takeLog()).containsExactly(4);
                    return true;
                });
            });
        });
    }

    @Test
    void whatIsSetAtTheEndOfAPeriodTakesThePlaceOfWhatWaits() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> in = Var.of(0);
            AsyncSignals.limit(in.signal(), () -> {
                        Promise<Void> period = EventLoop.sleep(Duration.ofSeconds(1));
                        EventLoop.spawn(() -> EventLoop.sleep(Duration.ofMillis(100))
                                .map(v -> period.onSuccess(w -> in.set(2))));
                        return period;
                    })
                    .changes()
                    .observe(loop.log::add);
            in.set(1);
            return EventLoop.sleep(Duration.ofSeconds(2)).map(slept -> {
                assertThat(loop.takeLog()).containsExactly(2);
                return true;
            });
        });
    }
}
