package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rules. */
class PoolTest {

    private static final int MANY = 100_000;

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    /** Numbers for elements, and a trace of what happens to them. */
    private static final class Elements {

        private final VirtualLoop loop;
        private int made;

        /** What happens instead of the ordinary, each once. */
        private final Deque<Promise<Integer>> creations = new ArrayDeque<>();

        private final Deque<Promise<Boolean>> validations = new ArrayDeque<>();
        private final Deque<Promise<?>> disposals = new ArrayDeque<>();

        Elements(VirtualLoop loop) {
            this.loop = loop;
        }

        Pool.Builder<Integer> pool(int max) {
            return Pool.builder(this::create)
                    .max(max)
                    .validate(this::validate)
                    .dispose(this::dispose);
        }

        private Promise<Integer> create() {
            loop.log("new " + ++made);
            return creations.isEmpty() ? Promise.of(made) : creations.remove();
        }

        private Promise<Boolean> validate(int element) {
            loop.log("valid? " + element);
            return validations.isEmpty() ? Promise.ofTrue() : validations.remove();
        }

        private Promise<?> dispose(int element) {
            loop.log("dispose " + element);
            return disposals.isEmpty() ? Promise.unit() : disposals.remove();
        }
    }

    /** A use that goes on until it is resolved. */
    private static Resolver<String> occupy(Pool<Integer> pool, List<Promise<String>> results) {
        Resolver<String> end = Resolver.cancellable();
        results.add(pool.use(element -> end.promise().map(value -> value + element)));
        return end;
    }

    private static Promise<Integer> borrow(Pool<Integer> pool) {
        return pool.use(Promise::of);
    }

    /* ---- Elements and those who wait for them ---- */

    @Test
    @Rule("X-9")
    void elementsAreMadeWhenTheyAreNeededAndNotMoreThanTheBound() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = new Elements(loop).pool(2).build();
            List<Promise<String>> results = new ArrayList<>();
            assertThat(pool.size()).isZero();

            Resolver<String> first = occupy(pool, results);
            Resolver<String> second = occupy(pool, results);
            Resolver<String> third = occupy(pool, results);
            assertThat(loop.takeTrace()).containsExactly("new 1", "new 2");
            assertThat(pool.size()).isEqualTo(2);
            assertThat(pool.waiting()).isOne();

            second.resolve("b");
            assertThat(loop.takeTrace()).containsExactly("valid? 2");
            assertThat(pool.waiting()).isZero();
            third.resolve("c");
            first.resolve("a");

            assertThat(results)
                    .extracting(Promise::state)
                    .containsExactly(fulfilled("a1"), fulfilled("b2"), fulfilled("c2"));
            assertThat(pool.idle()).isEqualTo(2);
        });
    }

    @Test
    @Rule("X-9")
    void theElementThatHasBeenIdleLongestIsUsedFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = new Elements(loop).pool(2).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> first = occupy(pool, results);
            Resolver<String> second = occupy(pool, results);
            second.resolve("b");
            first.resolve("a");
            loop.takeTrace();

            assertThat(borrow(pool).state()).isEqualTo(fulfilled(2));
            assertThat(borrow(pool).state()).isEqualTo(fulfilled(1));
            assertThat(borrow(pool).state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("valid? 2", "valid? 1", "valid? 2");
        });
    }

    @Test
    @Rule("X-9")
    void thoseWhoWaitComeInTheOrderOfTheirCallsAndMayBeCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = new Elements(loop).pool(1).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> first = occupy(pool, results);
            for (String name : List.of("a", "b", "c")) {
                results.add(pool.use(element -> {
                    loop.log(name);
                    return Promise.of(name);
                }));
            }

            results.get(2).cancel();
            assertThat(pool.waiting()).isEqualTo(2);
            first.resolve("");

            assertThat(results.get(2).state()).isEqualTo(cancelled());
            assertThat(loop.takeTrace()).containsExactly("new 1", "valid? 1", "a", "valid? 1", "c");
        });
    }

    @Test
    @Rule("X-9")
    void anElementThatIsNotValidIsDisposedOfAndANewOneMadeInItsPlace() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            borrow(pool);
            Resolver<Integer> disposal = Resolver.cancellable();
            elements.validations.add(Promise.ofFalse());
            elements.disposals.add(disposal.promise());
            loop.takeTrace();

            Promise<Integer> use = borrow(pool);
            assertThat(loop.takeTrace()).containsExactly("valid? 1", "dispose 1");
            assertThat(pool.size()).isOne();
            assertThat(borrow(pool).isPending()).as("the place is taken").isTrue();

            disposal.resolve(0);
            assertThat(loop.takeTrace()).containsExactly("new 2", "valid? 2");
            assertThat(use.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("X-9")
    void aFailedValidationRejectsTheUseAndDisposesOfTheElement() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            borrow(pool);
            elements.validations.add(Promise.failed(error));
            loop.takeTrace();

            assertThat(borrow(pool).state()).isEqualTo(rejected(error));

            assertThat(loop.takeTrace()).containsExactly("valid? 1", "dispose 1");
            assertThat(pool.size()).isZero();
            assertThat(borrow(pool).state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("new 2");
        });
    }

    @Test
    @Rule("X-9")
    void aFailedCreationRejectsTheUseAndTakesNoPlace() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            elements.creations.add(Promise.failed(error));

            assertThat(borrow(pool).state()).isEqualTo(rejected(error));

            assertThat(pool.size()).isZero();
            assertThat(borrow(pool).state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("new 1", "new 2");
        });
    }

    @Test
    @Rule("X-9")
    void cancellingAUseCancelsWhatItWaitsFor() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();

            Resolver<Integer> creation = Resolver.cancellable();
            elements.creations.add(creation.promise());
            Promise<Integer> use = borrow(pool);
            use.cancel();
            assertThat(use.state()).isEqualTo(cancelled());
            assertThat(creation.promise().state()).isEqualTo(cancelled());
            assertThat(pool.size()).isZero();

            borrow(pool);
            Resolver<Boolean> validation = Resolver.cancellable();
            elements.validations.add(validation.promise());
            use = borrow(pool);
            use.cancel();
            assertThat(use.state()).isEqualTo(cancelled());
            assertThat(pool.size()).as("what was being validated is gone").isZero();

            Resolver<Integer> work = Resolver.cancellable();
            use = pool.use(element -> work.promise());
            use.cancel();
            assertThat(use.state()).isEqualTo(cancelled());
            assertThat(work.promise().state()).isEqualTo(cancelled());
            assertThat(pool.idle()).as("what was in use is not").isOne();
            assertThat(loop.takeTrace())
                    .containsExactly("new 1", "new 2", "valid? 2", "dispose 2", "new 3");
        });
    }

    /* ---- After a use that failed ---- */

    @Test
    @Rule("X-10")
    void withoutACheckAnElementGoesBackAfterAFailedUse() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = Pool.builder(() -> Promise.of(1)).max(1).build();

            Promise<Integer> failed = pool.use(element -> Promise.failed(error));
            Promise<Integer> thrown = pool.use(element -> {
                throw other;
            });

            assertThat(failed.state()).isEqualTo(rejected(error));
            assertThat(thrown.state()).isEqualTo(rejected(other));
            assertThat(pool.idle()).isOne();
        });
    }

    @Test
    @Rule("X-10")
    void theCheckIsAskedAfterAFailedUseOnlyAndKnowsTheError() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = new Elements(loop)
                    .pool(1)
                    .check((element, cause) -> {
                        loop.log("good? " + element + " " + cause.getMessage());
                        return cause == error;
                    })
                    .build();

            pool.use(element -> Promise.of(1));
            assertThat(loop.takeTrace()).containsExactly("new 1");

            assertThat(pool.use(element -> Promise.failed(error)).state())
                    .isEqualTo(rejected(error));
            assertThat(loop.takeTrace()).containsExactly("valid? 1", "good? 1 error");
            assertThat(pool.idle()).isOne();

            assertThat(pool.use(element -> Promise.failed(other)).state())
                    .isEqualTo(rejected(other));
            assertThat(loop.takeTrace()).containsExactly("valid? 1", "good? 1 other", "dispose 1");
            assertThat(pool.size()).isZero();
        });
    }

    @Test
    @Rule({"X-10", "X-12"})
    void aCheckThatThrowsRejectsTheUseAndDisposesOfTheElement() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = new Elements(loop)
                    .pool(1)
                    .check((element, cause) -> {
                        throw other;
                    })
                    .build();
            Resolver<Integer> work = Resolver.cancellable();
            Promise<Integer> failing = pool.use(element -> work.promise());
            Promise<Integer> waiting = borrow(pool);

            work.reject(error);

            assertThat(failing.state()).isEqualTo(rejected(other));
            assertThat(waiting.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("new 1", "dispose 1", "new 2", "valid? 2");
        });
    }

    /* ---- Clearing ---- */

    @Test
    @Rule("X-11")
    void clearDisposesOfIdleElementsOneAfterTheOtherAndOfUsedOnesWhenTheyGoBack() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(3).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> first = occupy(pool, results);
            Resolver<String> second = occupy(pool, results);
            Resolver<String> third = occupy(pool, results);
            first.resolve("a");
            second.resolve("b");
            Resolver<Integer> disposal = Resolver.cancellable();
            elements.disposals.add(disposal.promise());
            loop.takeTrace();

            Promise<?> cleared = pool.clear();
            assertThat(loop.takeTrace()).containsExactly("dispose 2");
            assertThat(pool.idle()).isZero();
            disposal.resolve(0);
            assertThat(loop.takeTrace()).containsExactly("dispose 1");
            assertThat(cleared.state()).isEqualTo(fulfilled(null));
            assertThat(pool.size()).isOne();

            third.resolve("c");
            assertThat(loop.takeTrace()).containsExactly("dispose 3");
            assertThat(pool.size()).isZero();
            assertThat(borrow(pool).state()).isEqualTo(fulfilled(4));
            assertThat(loop.takeTrace()).containsExactly("new 4");
        });
    }

    @Test
    @Rule("X-11")
    void aFailureDuringAClearKeepsNoOtherElementFromBeingDisposedOf() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(2).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> first = occupy(pool, results);
            occupy(pool, results).resolve("b");
            first.resolve("a");
            elements.disposals.add(Promise.failed(error));
            loop.takeTrace();

            assertThat(pool.clear().state()).isEqualTo(rejected(error));

            assertThat(loop.takeTrace()).containsExactly("dispose 1", "dispose 2");
            assertThat(pool.size()).as("the one that is lost").isOne();
        });
    }

    @Test
    @Rule({"X-11", "B-11"})
    void noDisposalIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool =
                    elements.pool(1).check((element, cause) -> false).build();
            borrow(pool);
            Resolver<Integer> disposal = Resolver.cancellable();
            elements.disposals.add(disposal.promise());
            Promise<?> cleared = pool.clear();
            cleared.cancel();
            assertThat(disposal.promise().state()).isEqualTo(pending());
            disposal.resolve(0);
            assertThat(cleared.state()).isEqualTo(fulfilled(null));

            Resolver<Integer> second = Resolver.cancellable();
            elements.disposals.add(second.promise());
            Promise<Integer> use = pool.use(element -> Promise.failed(error));
            use.cancel();
            assertThat(second.promise().state()).isEqualTo(pending());
            second.resolve(0);
            assertThat(use.state()).isEqualTo(rejected(error));
            assertThat(pool.size()).isZero();
            loop.takeTrace();
        });
    }

    /* ---- Nobody starves ---- */

    @Test
    @Rule("X-12")
    void whoWaitsGetsANewElementWhenTheUsedOneIsDisposedOf() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool =
                    new Elements(loop).pool(1).check((element, cause) -> false).build();
            Resolver<Integer> work = Resolver.cancellable();
            Promise<Integer> failing = pool.use(element -> work.promise());
            Promise<Integer> waiting = borrow(pool);

            work.reject(error);

            assertThat(failing.state()).isEqualTo(rejected(error));
            assertThat(waiting.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("new 1", "dispose 1", "new 2", "valid? 2");
        });
    }

    @Test
    @Rule("X-12")
    void whoWaitsGetsANewElementWhenThePoolIsCleared() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            Resolver<Integer> work = Resolver.cancellable();
            Promise<Integer> use = pool.use(element -> work.promise());
            Promise<Integer> waiting = borrow(pool);
            pool.clear();

            work.resolve(7);
            assertThat(use.state()).isEqualTo(fulfilled(7));
            assertThat(waiting.state()).isEqualTo(fulfilled(2));

            Resolver<Integer> disposal = Resolver.cancellable();
            elements.disposals.add(disposal.promise());
            pool.clear();
            Promise<Integer> meanwhile = borrow(pool);
            assertThat(meanwhile.state()).isEqualTo(pending());
            disposal.resolve(0);
            assertThat(meanwhile.state()).isEqualTo(fulfilled(3));
            loop.takeTrace();
        });
    }

    @Test
    @Rule("X-12")
    void whoWaitsGetsAnElementOrAnErrorOfItsOwnWhenACreationFails() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            Resolver<Integer> creation = Resolver.cancellable();
            elements.creations.add(creation.promise());
            elements.creations.add(Promise.failed(other));
            Promise<Integer> first = borrow(pool);
            Promise<Integer> second = borrow(pool);
            Promise<Integer> third = borrow(pool);

            creation.reject(error);

            assertThat(first.state()).isEqualTo(rejected(error));
            assertThat(second.state()).isEqualTo(rejected(other));
            assertThat(third.state()).isEqualTo(fulfilled(3));
            assertThat(loop.takeTrace()).containsExactly("new 1", "new 2", "new 3", "valid? 3");
        });
    }

    @Test
    @Rule("X-12")
    void whoeverComesWhileAPlaceIsGivenAwayQueuesUpBehindThoseWhoWait() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            Resolver<Integer> creation = Resolver.cancellable();
            elements.creations.add(creation.promise());
            elements.creations.add(Promise.failed(error));
            Promise<Integer> first = borrow(pool);
            List<Promise<Integer>> late = new ArrayList<>();
            borrow(pool).onFailure(e -> late.add(borrow(pool).onSuccess(v -> loop.log("late"))));
            borrow(pool).onSuccess(v -> loop.log("third"));
            loop.takeTrace();

            creation.promise().cancel();

            assertThat(first.state()).isEqualTo(cancelled());
            assertThat(late.get(0).isFulfilled()).isTrue();
            assertThat(loop.takeTrace().stream().filter(line -> !line.contains(" ")))
                    .containsExactly("third", "late");
        });
    }

    @Test
    @Rule("X-12")
    void anElementMadeForOneThatIsCancelledMeanwhileGoesToTheNext() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool =
                    elements.pool(1).check((element, cause) -> false).build();
            Resolver<Integer> work = Resolver.cancellable();
            Promise<Integer> failing = pool.use(element -> work.promise());
            Promise<Integer> second = borrow(pool);
            Promise<Integer> third = borrow(pool);
            Resolver<Integer> creation = Resolver.cancellable();
            elements.creations.add(creation.promise());
            work.reject(error);
            assertThat(pool.waiting()).isOne();

            second.cancel();
            assertThat(creation.promise().state()).isEqualTo(pending());
            creation.resolve(2);

            assertThat(failing.state()).isEqualTo(rejected(error));
            assertThat(second.state()).isEqualTo(cancelled());
            assertThat(third.state()).isEqualTo(fulfilled(2));
            loop.takeTrace();
        });
    }

    @Test
    @Rule("X-13")
    void elementsMadeForThoseWhoWaitCount() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> first = occupy(pool, results);
            Promise<Integer> refused = borrow(pool);
            Resolver<String> third = occupy(pool, results);
            elements.validations.add(Promise.failed(error));

            first.resolve("a");
            assertThat(refused.state()).isEqualTo(rejected(error));
            assertThat(pool.size()).isOne();
            Promise<Integer> fourth = borrow(pool);
            assertThat(fourth.state()).as("the bound is 1").isEqualTo(pending());

            third.resolve("c");
            assertThat(results.get(1).state()).isEqualTo(fulfilled("c2"));
            assertThat(fourth.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace())
                    .containsExactly(
                            "new 1", "valid? 1", "dispose 1", "new 2", "valid? 2", "valid? 2");
        });
    }

    @Test
    @Rule("X-14")
    void aFailedDisposalRejectsTheUseAndItsPlaceStaysTaken() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool =
                    elements.pool(2).check((element, cause) -> false).build();
            elements.disposals.add(Promise.failed(other));

            Promise<Integer> use = pool.use(element -> Promise.failed(error));

            assertThat(use.state()).isEqualTo(rejected(other));
            assertThat(pool.size()).isOne();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> end = occupy(pool, results);
            Promise<Integer> waiting = borrow(pool);
            assertThat(waiting.state()).as("one place is left").isEqualTo(pending());
            end.resolve("");
            assertThat(waiting.state()).isEqualTo(fulfilled(2));
            loop.takeTrace();
        });
    }

    @Test
    @Rule({"X-12", "X-14"})
    void whenAllPlacesAreLostNobodyWaitsInVain() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool =
                    elements.pool(1).check((element, cause) -> false).build();
            Resolver<Integer> work = Resolver.cancellable();
            Promise<Integer> failing = pool.use(element -> work.promise());
            Promise<Integer> waiting = borrow(pool);
            elements.disposals.add(Promise.failed(other));

            work.reject(error);

            assertThat(failing.state()).isEqualTo(rejected(other));
            for (Promise<Integer> use : List.of(waiting, borrow(pool))) {
                assertThatThrownBy(use::poll)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("all 1 places of the pool are lost: disposing of their elements"
                                + " failed")
                        .hasCause(other);
            }
            loop.takeTrace();
        });
    }

    @Test
    @Rule({"X-12", "H-8"})
    void anErrorOfTheMachineLosesNoElementAndLeavesTheLoop() {
        InternalError fatal = new InternalError("fatal");
        Pool<Integer> pool = Pool.builder(() -> Promise.of(1)).max(1).build();
        List<Promise<?>> results = new ArrayList<>();
        assertThatThrownBy(() -> {
                    try (EventLoop loop =
                            EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
                        loop.runUntilComplete(() -> {
                            results.add(pool.use(element -> {
                                throw fatal;
                            }));
                            results.add(borrow(pool));
                            return EventLoop.pause();
                        });
                    }
                })
                .isSameAs(fatal);
        assertThat(results.get(0).state()).isEqualTo(rejected(fatal));
        assertThat(results.get(1).state()).isEqualTo(fulfilled(1));
    }

    /* ---- Closing ---- */

    @Test
    void closeDisposesOfEverythingAndRejectsThoseWhoWaitOrComeLater() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = new Elements(loop).pool(2).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> first = occupy(pool, results);
            Resolver<String> second = occupy(pool, results);
            Promise<Integer> waiting = borrow(pool);
            loop.takeTrace();

            Promise<?> closed = pool.close();
            assertThat(pool.close()).isSameAs(closed);
            for (Promise<Integer> use : List.of(waiting, borrow(pool))) {
                assertThatThrownBy(use::poll)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the pool is closed");
            }
            first.resolve("a");
            assertThat(loop.takeTrace()).containsExactly("dispose 1");
            assertThat(closed.state()).isEqualTo(pending());
            second.resolve("b");
            assertThat(loop.takeTrace()).containsExactly("dispose 2");
            assertThat(closed.state()).isEqualTo(fulfilled(null));
            assertThat(results)
                    .extracting(Promise::state)
                    .containsExactly(fulfilled("a1"), fulfilled("b2"));
        });
    }

    @Test
    void closeOfAnUnusedPoolIsOverAtOnceAndOfAnIdleOneAfterItsDisposals() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(new Elements(loop).pool(1).build().close().state())
                    .isEqualTo(fulfilled(null));

            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            borrow(pool);
            Resolver<Integer> disposal = Resolver.cancellable();
            elements.disposals.add(disposal.promise());
            Promise<?> closed = pool.close();
            closed.cancel();
            assertThat(closed.state()).isEqualTo(pending());
            disposal.resolve(0);
            assertThat(closed.state()).isEqualTo(fulfilled(null));
            loop.takeTrace();
        });
    }

    @Test
    void closeTellsTheFirstFailureOfADisposal() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(2).build();
            List<Promise<String>> results = new ArrayList<>();
            Resolver<String> used = occupy(pool, results);
            occupy(pool, results).resolve("b");
            elements.disposals.add(Promise.failed(error));
            elements.disposals.add(Promise.failed(other));

            Promise<?> closed = pool.close();
            assertThat(closed.state()).isEqualTo(pending());
            used.resolve("a");

            assertThat(results.get(0).state()).isEqualTo(rejected(other));
            assertThat(closed.state()).isEqualTo(rejected(error));
            loop.takeTrace();
        });
    }

    @Test
    void whatIsBeingMadeOrValidatedAtTheCloseIsDisposedOfAfterItsUse() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(2).build();
            borrow(pool);
            Resolver<Boolean> validation = Resolver.cancellable();
            elements.validations.add(validation.promise());
            Promise<Integer> validated = borrow(pool);
            Resolver<Integer> creation = Resolver.cancellable();
            elements.creations.add(creation.promise());
            Promise<Integer> made = borrow(pool);
            Promise<?> closed = pool.close();
            loop.takeTrace();

            creation.resolve(2);
            assertThat(made.state()).isEqualTo(fulfilled(2));
            validation.resolve(false);
            assertThatThrownBy(validated::poll).hasMessage("the pool is closed");

            assertThat(loop.takeTrace()).containsExactly("dispose 2", "dispose 1");
            assertThat(closed.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void anElementMadeForOneThatIsCancelledIsDisposedOfIfThePoolIsClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Elements elements = new Elements(loop);
            Pool<Integer> pool = elements.pool(1).build();
            Resolver<Integer> work = Resolver.cancellable();
            pool.use(element -> work.promise());
            Promise<Integer> waiting = borrow(pool);
            pool.clear();
            Resolver<Integer> creation = Resolver.cancellable();
            elements.creations.add(creation.promise());
            work.resolve(0);
            waiting.cancel();
            Promise<?> closed = pool.close();
            loop.takeTrace();

            creation.resolve(2);

            assertThat(loop.takeTrace()).containsExactly("dispose 2");
            assertThat(closed.state()).isEqualTo(fulfilled(null));
        });
    }

    /* ---- Making a pool ---- */

    @Test
    void aPoolNeedsABound() {
        assertThatThrownBy(() -> Pool.builder(Promise::unit).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("max(n)");
        assertThatThrownBy(() -> Pool.builder(Promise::unit).max(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max is 0");
    }

    @Test
    void anElementIsNeverNull() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool =
                    Pool.<Integer>builder(() -> Promise.of(null)).max(1).build();

            assertThatThrownBy(borrow(pool)::poll)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("the pool's create made a null element");
            assertThat(pool.size()).isZero();
        });
    }

    @Test
    void aPromiseOfAnotherLoopTakesNoPlaceOfThePool() throws Exception {
        try (EventLoop foreign = EventLoop.builder().start()) {
            Promise<Integer> stranger = Resolver.<Integer>cancellable(foreign).promise();
            Promise<Boolean> verdict = Resolver.<Boolean>cancellable(foreign).promise();
            VirtualLoop.run(loop -> {
                Elements elements = new Elements(loop);
                Pool<Integer> pool = elements.pool(1).build();

                elements.creations.add(stranger);
                assertStrange(borrow(pool));
                assertThat(pool.size()).isZero();

                assertStrange(pool.use(element -> stranger));
                assertThat(pool.idle()).isOne();

                elements.validations.add(verdict);
                assertStrange(borrow(pool));
                assertThat(pool.size()).isZero();
                assertThat(loop.takeTrace())
                        .containsExactly("new 1", "new 2", "valid? 2", "dispose 2");

                borrow(pool);
                elements.disposals.add(stranger);
                assertStrange(pool.clear());
                assertThatThrownBy(borrow(pool)::poll)
                        .as("its only place is lost")
                        .isInstanceOf(IllegalStateException.class)
                        .hasCauseInstanceOf(LoopThreadException.class);
                loop.takeTrace();
            });
        }
    }

    private static void assertStrange(Promise<?> promise) {
        assertThatThrownBy(promise::poll).isInstanceOf(LoopThreadException.class);
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            Pool<Integer> pool = Pool.builder(() -> Promise.of(1)).max(1).build();
            borrow(pool);
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(() -> borrow(pool))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("Pool.use");
                        assertThatThrownBy(pool::clear).isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(pool::close).isInstanceOf(LoopThreadException.class);
                    })
                    .get();
        });
    }

    @Test
    @Rule("X-9")
    void aHundredThousandCancelledUsesKeepNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Pool<Integer> pool = Pool.builder(() -> Promise.of(1)).max(1).build();
            pool.use(element -> Resolver.<Integer>uncancellable().promise());
            long before = Reachable.from(pool);

            for (int i = 0; i < MANY; i++) {
                borrow(pool).cancel();
            }

            assertThat(Reachable.from(pool)).isEqualTo(before);
        });
    }

    @Test
    @Rule({"X-12", "P-11"})
    void aHundredThousandMayWaitForACreationThatAlwaysFails() throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> first = Resolver.cancellable();
            int[] made = new int[1];
            Pool<Integer> pool = Pool.builder(
                            () -> made[0]++ == 0 ? first.promise() : Promise.failed(error))
                    .max(1)
                    .build();
            int[] failed = new int[1];
            for (int i = 0; i < MANY; i++) {
                borrow(pool).onFailure(e -> failed[0]++);
            }

            first.reject(error);

            assertThat(failed[0]).isEqualTo(MANY);
            assertThat(made[0]).isEqualTo(MANY);
            assertThat(pool.size()).isZero();
        });
    }
}
