package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.Retry.Attempt;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules Y, and code that is tried again in virtual time. */
class RetryTest {

    /** Code that fails with numbered errors so many times, and notes when it was called. */
    private static final class Flaky {
        final List<Exception> errors = new ArrayList<>();
        final List<Long> times = new ArrayList<>();
        private final int failures;

        Flaky(int failures) {
            this.failures = failures;
        }

        Promise<String> call() {
            times.add(EventLoop.current().engine().nanoTime() / 1_000_000);
            if (errors.size() == failures) {
                return Promise.of("done");
            }
            errors.add(new IOException("failure " + (errors.size() + 1)));
            return Promise.failed(errors.get(errors.size() - 1));
        }

        Exception error(int number) {
            return errors.get(number - 1);
        }
    }

    private static Attempt<String> retryable(int number, Throwable error) {
        return new Attempt.Retryable<>(number, error);
    }

    private static Attempt<String> fatal(int number, Throwable error) {
        return new Attempt.Fatal<>(number, error);
    }

    private static Attempt<String> succeeded(int number) {
        return new Attempt.Succeeded<>(number, "done");
    }

    /* ---- Attempts ---- */

    @Test
    @Rule("Y-1")
    void attemptsAreMadeOnDemandUntilOneSucceeds() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(2);
            PullStream<Attempt<String>> attempts = Retry.of(flaky::call).attempts();
            assertThat(flaky.times).isEmpty();
            assertThat(attempts.next().state()).isEqualTo(fulfilled(retryable(1, flaky.error(1))));
            assertThat(flaky.times).hasSize(1);
            assertThat(attempts.toList().state())
                    .isEqualTo(fulfilled(List.of(retryable(2, flaky.error(2)), succeeded(3))));
            assertThat(attempts.isClosed()).isTrue();
            assertThat(flaky.times).hasSize(3);
        });
    }

    @Test
    @Rule("Y-1")
    void attemptsEndBehindAFatalFailure() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(9);
            Retry<String> retry = Retry.of(flaky::call)
                    .fatalIf(error -> error.getMessage().equals("failure 2"))
                    .fatalIf(error -> error.getMessage().equals("failure 7"));
            assertThat(retry.attempts().toList().state())
                    .isEqualTo(fulfilled(
                            List.of(retryable(1, flaky.error(1)), fatal(2, flaky.error(2)))));
            assertThat(retry.run().state()).isEqualTo(rejected(flaky.errors.get(6)));
            assertThat(flaky.times).hasSize(7);
        });
    }

    @Test
    @Rule("Y-1")
    void soManyRetriesAreOneAttemptMore() throws Exception {
        VirtualLoop.run(loop -> {
            for (int retries = 0; retries < 4; retries++) {
                Flaky flaky = new Flaky(100);
                assertThat(Retry.of(flaky::call).times(retries).run().state())
                        .isEqualTo(rejected(flaky.errors.get(retries)));
                assertThat(flaky.times).hasSize(retries + 1);

                Promise<List<Attempt<String>>> attempts =
                        Retry.of(flaky::call).times(retries).attempts().toList();
                assertThat(attempts.poll().orElseThrow())
                        .hasSize(retries + 1)
                        .allMatch(attempt -> attempt instanceof Attempt.Retryable);
            }
        });
    }

    @Test
    @Rule("Y-1")
    void aNegativeNumberOfRetriesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.of(Promise::unit).times(-1))
                .withMessageContaining("-1");
    }

    @Test
    void anAttemptThatSucceedsWithTheLastRetryIsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(3);
            assertThat(Retry.of(flaky::call).times(3).run().state()).isEqualTo(fulfilled("done"));
            assertThat(flaky.times).hasSize(4);
        });
    }

    @Test
    void eachRunBeginsAnew() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(100);
            Retry<String> retry = Retry.of(flaky::call).times(1);
            assertThat(retry.run().state()).isEqualTo(rejected(flaky.error(2)));
            assertThat(retry.run().state()).isEqualTo(rejected(flaky.error(4)));
            assertThat(retry.times(0).run().state()).isEqualTo(rejected(flaky.error(5)));
            assertThat(flaky.times).hasSize(5);
        });
    }

    @Test
    void whatTheCodeThrowsIsAFailureToo() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            Retry<Integer> retry = Retry.of(() -> {
                if (calls.incrementAndGet() < 3) {
                    throw new IOException("thrown");
                }
                return Promise.of(calls.get());
            });
            assertThat(retry.run().state()).isEqualTo(fulfilled(3));
        });
    }

    @Test
    void aValueMayBeNull() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(Retry.of(Promise::unit).run().state()).isEqualTo(fulfilled(null));
            assertThat(Retry.of(Promise::unit).attempts().toList().state())
                    .isEqualTo(fulfilled(List.of(new Attempt.Succeeded<Void>(1, null))));
        });
    }

    @Test
    void errorsOfTheMachineAndCancellationsAreAlwaysFatal() throws Exception {
        VirtualLoop.run(loop -> {
            AssertionError error = new AssertionError("error");
            assertThat(Retry.of(() -> Promise.failed(error)).run().state())
                    .isEqualTo(rejected(error));
            CanceledException cancelled = CanceledException.instance();
            assertThat(Retry.of(() -> Promise.failed(cancelled))
                            .attempts()
                            .toList()
                            .state())
                    .isEqualTo(fulfilled(List.of(new Attempt.Fatal<>(1, cancelled))));
        });
    }

    @Test
    void whatThePredicateThrowsIsFatal() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(9);
            Exception thrown = new Exception("thrown");
            Retry<String> retry = Retry.of(flaky::call).fatalIf(error -> {
                throw thrown;
            });
            assertThat(retry.run().state()).isEqualTo(rejected(thrown));
            assertThat(thrown.getSuppressed()).containsExactly(flaky.error(1));
        });
    }

    @Test
    void theErrorsBeforeTheLastOneAreSuppressed() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(100);
            assertThat(Retry.of(flaky::call).times(2).run().state())
                    .isEqualTo(rejected(flaky.error(3)));
            assertThat(flaky.error(3).getSuppressed())
                    .containsExactly(flaky.error(1), flaky.error(2));

            Promise<String> failed = Retry.of(flaky::call).times(50).run();
            Throwable last = flaky.error(3 + 51);
            assertThat(failed.state()).isEqualTo(rejected(last));
            assertThat(last.getSuppressed())
                    .hasSize(10)
                    .endsWith(flaky.error(3 + 50))
                    .startsWith(flaky.error(3 + 41));
        });
    }

    @Test
    void anErrorThatIsThrownAgainAndAgainIsNotSuppressedByItself() throws Exception {
        VirtualLoop.run(loop -> {
            Exception same = new Exception("same");
            List<Promise<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                runs.add(Retry.of(() -> Promise.<Integer>failed(same)).times(3).run());
            }
            assertThat(runs).allSatisfy(run -> assertThat(run.state()).isEqualTo(rejected(same)));
            assertThat(same.getSuppressed()).isEmpty();
            assertThat(CanceledException.instance().getSuppressed()).isEmpty();
        });
    }

    @Test
    void attemptsHaveEqualsAndToString() {
        Exception error = new Exception("error");
        assertThat(retryable(1, error))
                .isEqualTo(retryable(1, error))
                .isNotEqualTo(retryable(2, error))
                .isNotEqualTo(retryable(1, new Exception("error")))
                .isNotEqualTo(fatal(1, error))
                .hasToString("Retryable[number=1, error=java.lang.Exception: error]");
        assertThat(fatal(2, error))
                .isEqualTo(fatal(2, error))
                .hasToString("Fatal[number=2, error=java.lang.Exception: error]");
        assertThat(succeeded(3))
                .isEqualTo(succeeded(3))
                .hasToString("Succeeded[number=3, value=done]");
        assertThat(succeeded(3).number()).isEqualTo(3);
    }

    /* ---- Waiting ---- */

    @Test
    @Rule("Y-2")
    void timePassesBeforeTheNextAttemptAndNeverBehindTheLastOne() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Flaky flaky = new Flaky(9);
            Promise<String> run = Retry.of(flaky::call)
                    .backoff(Duration.ofMillis(100))
                    .times(2)
                    .run();
            assertThat(flaky.times).containsExactly(0L);
            return run.outcome().onSuccess(outcome -> {
                assertThat(outcome).isEqualTo(rejected(flaky.error(3)));
                assertThat(flaky.times).containsExactly(0L, 100L, 200L);
                assertThat(now()).isEqualTo(200);
            });
        });
    }

    @Test
    @Rule("Y-2")
    void aFailureIsReportedAtOnceAlsoAFatalOne() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Flaky flaky = new Flaky(9);
            PullStream<Attempt<String>> attempts = Retry.of(flaky::call)
                    .fatalIf(error -> error.getMessage().equals("failure 2"))
                    .backoff(Duration.ofMillis(100))
                    .attempts();
            assertThat(attempts.next().state()).isEqualTo(fulfilled(retryable(1, flaky.error(1))));
            return attempts.next().flatMap(second -> {
                assertThat(second).isEqualTo(fatal(2, flaky.error(2)));
                assertThat(now()).isEqualTo(100);
                assertThat(attempts.get().state()).isEqualTo(fulfilled(Optional.empty()));
                return Promise.unit();
            });
        });
    }

    private static long now() {
        return EventLoop.current().engine().nanoTime() / 1_000_000;
    }

    @Test
    void theBackoffIsAskedWithTheNumberOfFailures() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Flaky flaky = new Flaky(4);
            List<Integer> asked = new ArrayList<>();
            return Retry.of(flaky::call)
                    .backoff(failures -> {
                        asked.add(failures);
                        return Duration.ofMillis(failures * 10L);
                    })
                    .run()
                    .onSuccess(v -> {
                        assertThat(asked).containsExactly(1, 2, 3, 4);
                        assertThat(flaky.times).containsExactly(0L, 10L, 30L, 60L, 100L);
                    });
        });
    }

    @Test
    void backoffsGrowAsTheySay() {
        assertThat(durations(Backoff.fixed(Duration.ofSeconds(7)))).containsExactly(7, 7, 7, 7, 7);
        assertThat(durations(Backoff.exponential(Duration.ofSeconds(3))))
                .containsExactly(3, 6, 12, 24, 48);
        assertThat(durations(Backoff.standard())).containsExactly(4, 16, 48, 128, 320);
        assertThat(durations(Backoff.standard().atMost(Duration.ofSeconds(50))))
                .containsExactly(4, 16, 48, 50, 50);
    }

    private static List<Integer> durations(Backoff backoff) {
        List<Integer> seconds = new ArrayList<>();
        for (int failures = 1; failures <= 5; failures++) {
            seconds.add((int) backoff.after(failures).toSeconds());
        }
        return seconds;
    }

    @Test
    void backoffsNeverOverflow() {
        Backoff exponential = Backoff.exponential(Duration.ofNanos(1));
        Duration longest = Duration.ofDays(1);
        for (int failures = 1; failures > 0; failures += failures / 2 + 1) {
            assertThat(exponential.after(failures)).as("after %s", failures).isPositive();
            assertThat(Backoff.standard().after(failures))
                    .as("after %s", failures)
                    .isPositive();
            assertThat(exponential.atMost(longest).after(failures))
                    .as("after %s", failures)
                    .isBetween(Duration.ofNanos(1), longest);
            assertThat(exponential.jittered(new Random(1)).after(failures))
                    .as("after %s", failures)
                    .isBetween(Duration.ZERO, exponential.after(failures));
            assertThat(Backoff.exponential(Duration.ZERO).after(failures)).isZero();
        }
    }

    @Test
    void jitterIsEvenlySpreadAndRepeatable() {
        Backoff fixed = Backoff.fixed(Duration.ofSeconds(1));
        Backoff jittered = fixed.jittered(new Random(42));
        Backoff same = fixed.jittered(new Random(42));
        Integer[] tenths = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int i = 1; i <= 10_000; i++) {
            Duration duration = jittered.after(i);
            assertThat(same.after(i)).isEqualTo(duration);
            tenths[(int) (duration.toNanos() / 100_000_000)]++;
        }
        assertThat(tenths).allSatisfy(count -> assertThat(count).isBetween(800, 1200));
    }

    @Test
    void theDefaultIsToWaitForNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(5);
            assertThat(Retry.of(flaky::call).run().state()).isEqualTo(fulfilled("done"));
        });
    }

    @Test
    void whatTheBackoffThrowsRejectsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(5);
            RuntimeException thrown = new RuntimeException("thrown");
            Retry<String> retry = Retry.of(flaky::call).backoff(failures -> {
                throw thrown;
            });
            assertThat(retry.run().state()).isEqualTo(rejected(thrown));
            assertThatNullPointerException()
                    .isThrownBy(Retry.of(flaky::call).backoff(failures -> null).run()::poll);
            assertThat(flaky.times).hasSize(2);
        });
    }

    /* ---- Cancellation ---- */

    @Test
    void cancellingARunCancelsTheAttemptUnderWay() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<String>> works = new ArrayList<>();
            Promise<String> run = Retry.of(() -> {
                        works.add(Resolver.cancellable());
                        return works.get(works.size() - 1).promise();
                    })
                    .run();
            works.get(0).reject(new IOException("failure"));
            assertThat(works).hasSize(2);

            run.cancel();

            assertThat(run.state()).isEqualTo(cancelled());
            assertThat(works.get(1).promise().state()).isEqualTo(cancelled());
            assertThat(works).hasSize(2);
        });
    }

    @Test
    void cancellingARunCancelsTheWait() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Flaky flaky = new Flaky(9);
            Promise<String> run =
                    Retry.of(flaky::call).backoff(Duration.ofMillis(100)).run();
            assertThat(run.state()).isEqualTo(pending());
            run.cancel();
            assertThat(run.state()).isEqualTo(cancelled());
            return EventLoop.sleep(Duration.ofSeconds(1))
                    .onSuccess(v -> assertThat(flaky.times).hasSize(1));
        });
    }

    @Test
    void aRunMayTakeNoLongerThanATimeout() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Flaky flaky = new Flaky(100);
            return EventLoop.withTimeout(
                            Duration.ofMillis(250),
                            () -> Retry.of(flaky::call)
                                    .backoff(Duration.ofMillis(100))
                                    .run())
                    .outcome()
                    .onSuccess(outcome -> assertThat(flaky.times).containsExactly(0L, 100L, 200L));
        });
    }

    @Test
    void aCancelledReadLeavesItsAttemptToTheNextOneAndClosingCancelsIt() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<String>> works = new ArrayList<>();
            PullStream<Attempt<String>> attempts = Retry.of(() -> {
                        works.add(Resolver.cancellable());
                        return works.get(works.size() - 1).promise();
                    })
                    .attempts();
            attempts.next().cancel();
            Exception error = new IOException("failure");
            works.get(0).reject(error);
            assertThat(attempts.next().state()).isEqualTo(fulfilled(retryable(1, error)));

            Promise<Optional<Attempt<String>>> second = attempts.get();
            attempts.close();
            assertThat(works.get(1).promise().state()).isEqualTo(cancelled());
            assertThat(second.state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    /* ---- The rest ---- */

    @Test
    void aMillionAttempts() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            AtomicInteger calls = new AtomicInteger();
            Exception error = new Exception("error");
            Promise<Integer> atOnce = Retry.of(() -> calls.incrementAndGet() < 1_000_000
                            ? Promise.failed(error)
                            : Promise.of(calls.get()))
                    .run();
            assertThat(atOnce.state()).isEqualTo(fulfilled(1_000_000));
            calls.set(0);
            return Retry.of(() -> EventLoop.pause()
                            .flatMap(v -> calls.incrementAndGet() < 1_000_000
                                    ? Promise.failed(error)
                                    : Promise.of(calls.get())))
                    .run()
                    .onSuccess(v -> assertThat(v).isEqualTo(1_000_000));
        });
    }

    @Test
    void withoutALoopThereIsNoWaiting() {
        Exception error = new Exception("error");
        assertThat(Retry.of(() -> Promise.of(1)).run().state()).isEqualTo(fulfilled(1));
        assertThatThrownBy(Retry.of(() -> Promise.failed(error))
                        .backoff(Duration.ZERO)
                        .run()::poll)
                .isInstanceOf(LoopThreadException.class);
    }

    @Test
    void nullIsRefusedAtOnce() {
        Retry<String> retry = Retry.of(() -> Promise.of("done"));
        Backoff backoff = Backoff.standard();
        List<ThrowingCallable> calls = List.of(
                () -> Retry.of(null),
                () -> retry.fatalIf(null),
                () -> retry.backoff((Backoff) null),
                () -> retry.backoff((Duration) null),
                () -> Backoff.fixed(null),
                () -> Backoff.exponential(null),
                () -> backoff.atMost(null),
                () -> backoff.jittered(null),
                () -> new Attempt.Fatal<>(1, null),
                () -> new Attempt.Retryable<>(1, null));
        assertThat(calls).allSatisfy(call -> assertThatNullPointerException().isThrownBy(call));
    }

    @Test
    void anErrorOfThePredicateIsFatalTooUnlessItIsOneOfTheMachine() throws Exception {
        VirtualLoop.run(loop -> {
            Flaky flaky = new Flaky(9);
            AssertionError thrown = new AssertionError("thrown");
            Retry<String> retry = Retry.of(flaky::call).fatalIf(error -> {
                throw thrown;
            });
            assertThat(retry.attempts().toList().state())
                    .isEqualTo(fulfilled(List.of(fatal(1, thrown))));
            assertThat(thrown.getSuppressed()).containsExactly(flaky.error(1));

            Retry<String> broken = Retry.of(flaky::call).fatalIf(error -> {
                throw new LinkageError("broken");
            });
            assertThatThrownBy(broken::run).isInstanceOf(LinkageError.class);
        });
    }

    @Test
    void aPredicateMustAnswer() throws Exception {
        VirtualLoop.run(loop -> assertThatNullPointerException()
                .isThrownBy(Retry.of(new Flaky(1)::call).fatalIf(error -> null).run()::poll)
                .withMessage("the function returned null"));
    }

    @Test
    void aTimeThatIsNegativeStaysSo() {
        Duration negative = Duration.ofSeconds(-1);
        for (int failures : new int[] {1, 3, 62, 63, 64, 1000}) {
            assertThat(Backoff.exponential(negative).after(failures)).isEqualTo(negative);
        }
        assertThat(Backoff.exponential(Duration.ofSeconds(3)).after(0))
                .isEqualTo(Duration.ofSeconds(3));
    }
}
