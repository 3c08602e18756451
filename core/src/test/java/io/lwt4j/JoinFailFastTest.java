package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@link Promise#joinFailFast}. */
class JoinFailFastTest {

    private static final int MANY = 100_000;

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    private static Resolver<Integer> task(VirtualLoop loop, String name) {
        Resolver<Integer> task = Resolver.cancellable();
        task.promise().onCancel(loop.logs(name + " cancelled"));
        return task;
    }

    @Test
    void nothingToWaitForIsFulfilledAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(Promise.joinFailFast(List.of())).isSameAs(Promise.unit());
            assertThat(Promise.joinFailFast()).isSameAs(Promise.unit());
            assertThat(Promise.joinFailFast(Promise.of(1), Promise.of(2))).isSameAs(Promise.unit());
        });
    }

    @Test
    void withoutFailureItWaitsForAll() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.uncancellable();
            Promise<Void> join =
                    Promise.joinFailFast(List.of(a.promise(), Promise.of(0), b.promise()));

            b.resolve(2);
            assertThat(join.state()).isEqualTo(pending());
            a.resolve(1);
            assertThat(join.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void theFirstFailureCancelsTheOthersInTheOrderOfTheListBeforeTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = task(loop, "a");
            Resolver<Integer> b = Resolver.cancellable();
            Resolver<Integer> c = task(loop, "c");
            Promise<Void> join = Promise.joinFailFast(a.promise(), b.promise(), c.promise())
                    .onFailure(e -> loop.log("result " + e.getMessage()));

            b.reject(error);

            assertThat(loop.takeTrace())
                    .containsExactly("a cancelled", "c cancelled", "result error");
            assertThat(join.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void itDoesNotWaitForThoseThatCannotBeCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> stubborn = Resolver.uncancellable();
            long before = Reachable.from(stubborn);
            Resolver<Integer> failing = Resolver.cancellable();
            Promise<Void> join = Promise.joinFailFast(stubborn.promise(), failing.promise());

            failing.reject(error);

            assertThat(join.state()).isEqualTo(rejected(error));
            assertThat(stubborn.promise().state()).isEqualTo(pending());
            assertThat(Reachable.from(stubborn)).as("nothing stays attached").isEqualTo(before);
        });
    }

    @Test
    void ofFailuresThatAreThereTheFirstInTheListCounts() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = task(loop, "a");
            Resolver<Integer> d = task(loop, "d");
            Promise<Integer> second = Promise.failed(other);

            Promise<Void> join =
                    Promise.joinFailFast(a.promise(), Promise.failed(error), second, d.promise());

            assertThat(loop.takeTrace()).containsExactly("a cancelled", "d cancelled");
            assertThat(join.state()).isEqualTo(rejected(error));
            assertThat(second.state()).isEqualTo(rejected(other));
        });
    }

    @Test
    void aCancelledMemberIsAFailure() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = task(loop, "a");
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Void> join = Promise.joinFailFast(a.promise(), b.promise());

            b.promise().cancel();

            assertThat(loop.takeTrace()).containsExactly("a cancelled");
            assertThat(join.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("C-9")
    void cancellingTheResultCancelsEveryMember() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Void> join = Promise.joinFailFast(
                    task(loop, "a").promise(),
                    Resolver.<Integer>uncancellable().promise(),
                    task(loop, "c").promise());

            join.cancel();

            assertThat(loop.takeTrace()).containsExactlyInAnyOrder("a cancelled", "c cancelled");
            assertThat(join.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("J-4")
    void theSamePromiseMayOccurSeveralTimes() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Void> twice = Promise.joinFailFast(a.promise(), a.promise());
            Promise<Void> failing = Promise.joinFailFast(b.promise(), b.promise());

            a.resolve(1);
            b.reject(error);

            assertThat(twice.state()).isEqualTo(fulfilled(null));
            assertThat(failing.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void aFailureDuringTheCancellationChangesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.uncancellable();
            Resolver<Integer> c = Resolver.cancellable();
            a.promise().onCancel(() -> b.rejectNow(other));
            Promise<Void> join = Promise.joinFailFast(a.promise(), b.promise(), c.promise());

            c.reject(error);

            assertThat(join.state()).isEqualTo(rejected(error));
            assertThat(b.promise().state()).isEqualTo(rejected(other));
        });
    }

    @Test
    void promisesOfAnotherLoopAreRefusedBeforeAnythingIsAttached() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> here = Resolver.cancellable();
            long before = Reachable.from(here);
            CompletableFuture.runAsync(
                            () -> assertThatThrownBy(() -> Promise.joinFailFast(here.promise()))
                                    .isInstanceOf(LoopThreadException.class)
                                    .hasMessageContaining("joinFailFast"))
                    .get();
            assertThat(Reachable.from(here)).isEqualTo(before);
        });
    }

    @Test
    @Rule({"J-10", "P-11"})
    void aHundredThousandMembersMayFailAtTheLast() throws Exception {
        SmallStack.runLoop(loop -> {
            List<Resolver<Integer>> members = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                members.add(Resolver.cancellable());
            }
            Promise<Void> join =
                    Promise.joinFailFast(members.stream().map(Resolver::promise).toList());

            members.get(MANY - 1).reject(error);

            assertThat(join.state()).isEqualTo(rejected(error));
            assertThat(members.subList(0, MANY - 1))
                    .allMatch(member -> member.promise().isCancelled());
        });
    }

    @Test
    void nullAmongThemIsRefusedBeforeAnyIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> failed = Promise.failed(error);
            assertThatThrownBy(() -> Promise.joinFailFast(Arrays.asList(a.promise(), failed, null)))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("promise number 2 is null");
            assertThat(a.promise().state()).isEqualTo(pending());
            assertThat(failed.state()).isEqualTo(rejected(error));
        });
    }
}
