package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.concurrent.Callable;

/** {@link Promise#using}. */
class UsingTest {

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    private static CheckedFunction<String, Promise<Integer>> closes(VirtualLoop loop) {
        return resource -> {
            loop.log("close " + resource);
            return Promise.of(0);
        };
    }

    private static Promise<Integer> length(VirtualLoop loop, Callable<Promise<String>> open) {
        return Promise.using(
                open,
                resource -> {
                    loop.log("use " + resource);
                    return Promise.of(resource.length());
                },
                closes(loop));
    }

    @Test
    void whatIsOpenedIsUsedAndThenClosed() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(length(loop, () -> Promise.of("abc")).state()).isEqualTo(fulfilled(3));
            assertThat(loop.takeTrace()).containsExactly("use abc", "close abc");

            Resolver<String> open = Resolver.cancellable();
            Promise<Integer> result = length(loop, open::promise);
            assertThat(loop.takeTrace()).isEmpty();
            open.resolve("ab");
            assertThat(result.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("use ab", "close ab");
        });
    }

    @Test
    void itIsClosedAfterEveryOutcomeOfItsUse() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> failed =
                    Promise.using(() -> Promise.of("a"), a -> Promise.failed(error), closes(loop));
            assertThat(failed.state()).isEqualTo(rejected(error));

            Promise<Integer> thrown = Promise.using(
                    () -> Promise.of("b"),
                    b -> {
                        throw error;
                    },
                    closes(loop));
            assertThat(thrown.state()).isEqualTo(rejected(error));

            Promise<Integer> gone = Promise.using(
                    () -> Promise.of("c"),
                    c -> Resolver.<Integer>cancellable().promise(),
                    closes(loop));
            gone.cancel();
            assertThat(gone.state()).isEqualTo(cancelled());

            assertThat(loop.takeTrace()).containsExactly("close a", "close b", "close c");
        });
    }

    @Test
    void whatCannotBeOpenedIsNeitherUsedNorClosed() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(length(loop, () -> Promise.failed(error)).state())
                    .isEqualTo(rejected(error));
            Promise<Integer> thrown = length(loop, () -> {
                throw error;
            });
            assertThat(thrown.state()).isEqualTo(rejected(error));

            Resolver<String> open = Resolver.cancellable();
            Promise<Integer> later = length(loop, open::promise);
            open.reject(other);
            assertThat(later.state()).isEqualTo(rejected(other));
        });
    }

    @Test
    void cancellingCancelsTheOpening() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> open = Resolver.cancellable();
            Promise<Integer> result = length(loop, open::promise);

            result.cancel();

            assertThat(open.promise().state()).isEqualTo(cancelled());
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void anOpeningThatCannotBeCancelledIsWaitedForAndWhatItOpensClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> open = Resolver.uncancellable();
            Promise<Integer> result = length(loop, open::promise);

            result.cancel();
            assertThat(result.state()).as("nothing must stay open").isEqualTo(pending());
            open.resolve("late");

            assertThat(loop.takeTrace()).containsExactly("close late");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void whatWasOpenedJustBeforeTheCancellationIsClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.uncancellable();
            Resolver<String> open = Resolver.cancellable();
            Promise<Integer> result = length(loop, open::promise);
            gate.promise().onSuccess(now -> {
                // Fulfilled, but nobody hears of it before the end of this resolution.
                open.resolve("just now");
                result.cancel();
            });

            gate.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("close just now");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void anOpeningThatFailsAfterTheCancellationRejectsTheResultAndIsNoOtherError()
            throws Exception {
        VirtualLoop.runAsync(loop -> {
            Resolver<String> open = Resolver.uncancellable();
            Promise<Integer> result = length(loop, open::promise);

            result.cancel();
            open.reject(error);

            assertThat(result.state()).isEqualTo(rejected(error));
            return loop.collect();
        });
    }

    @Test
    @Rule("B-11")
    void closingIsNeverCancelledAndTheResultWaitsForIt() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> close = Resolver.cancellable();
            Promise<Integer> result =
                    Promise.using(() -> Promise.of("a"), a -> Promise.of(1), a -> close.promise());
            result.cancel();
            assertThat(close.promise().state()).isEqualTo(pending());
            close.resolve(0);
            assertThat(result.state()).isEqualTo(fulfilled(1));

            Resolver<String> open = Resolver.uncancellable();
            Resolver<Integer> lateClose = Resolver.cancellable();
            Promise<Integer> late =
                    Promise.using(open::promise, a -> Promise.of(1), a -> lateClose.promise());
            late.cancel();
            open.resolve("late");
            late.cancel();
            assertThat(lateClose.promise().state()).isEqualTo(pending());
            assertThat(late.state()).isEqualTo(pending());
            lateClose.resolve(0);
            assertThat(late.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("B-10")
    void theErrorOfClosingTakesThePlaceOfTheOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> value = Promise.using(
                    () -> Promise.of("a"), a -> Promise.of(1), a -> Promise.failed(error));
            assertThat(value.state()).isEqualTo(rejected(error));

            Promise<Integer> failed =
                    Promise.using(() -> Promise.of("a"), a -> Promise.failed(other), a -> {
                        throw error;
                    });
            assertThat(failed.state()).isEqualTo(rejected(error));

            Resolver<String> open = Resolver.uncancellable();
            Promise<Integer> late =
                    Promise.using(open::promise, a -> Promise.of(1), a -> Promise.failed(error));
            late.cancel();
            open.resolve("late");
            assertThat(late.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void aLoserOfARaceIsClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> slow = Resolver.uncancellable();
            Resolver<Integer> winner = Resolver.cancellable();
            Promise<Integer> result = Promise.pick(length(loop, slow::promise), winner.promise());

            winner.resolve(1);
            assertThat(result.state()).isEqualTo(fulfilled(1));
            slow.resolve("slow");

            assertThat(loop.takeTrace()).containsExactly("close slow");
        });
    }

    @Test
    @Rule("H-8")
    void itIsClosedAlsoWhenTheMachineFails() {
        InternalError fatal = new InternalError("fatal");
        boolean[] closed = new boolean[1];
        assertThatThrownBy(() -> {
                    try (EventLoop loop =
                            EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
                        loop.runUntilComplete(() -> Promise.using(
                                () -> Promise.of("a"),
                                a -> {
                                    throw fatal;
                                },
                                a -> {
                                    closed[0] = true;
                                    return Promise.unit();
                                }));
                    }
                })
                .isSameAs(fatal);
        assertThat(closed[0]).isTrue();
    }
}
