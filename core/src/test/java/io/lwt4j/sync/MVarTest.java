package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Rule X-8. */
class MVarTest {

    private static final int MANY = 100_000;

    private final MVar<Integer> box = MVar.empty();

    @Test
    @Rule("X-8")
    void aBoxIsMadeFullOrEmpty() throws Exception {
        VirtualLoop.run(loop -> {
            MVar<Integer> full = MVar.of(1);
            assertThat(full.isEmpty()).isFalse();
            assertThat(full.take().state()).isEqualTo(fulfilled(1));
            assertThat(full.isEmpty()).isTrue();

            assertThat(box.isEmpty()).isTrue();
            assertThat(box.take().state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("X-8")
    void putFillsAnEmptyBox() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(box.put(1)).isSameAs(Promise.unit());
            assertThat(box.isEmpty()).isFalse();
            assertThat(box.take().state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("X-8")
    void putHandsItsValueToTheOneThatHasWaitedLongest() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = box.take();
            Promise<Integer> b = box.take();

            assertThat(box.put(1).isFulfilled()).isTrue();
            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(pending());
            assertThat(box.isEmpty()).isTrue();

            box.put(2);
            assertThat(b.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("X-8")
    void putWaitsForAFullBoxInTheOrderOfTheCalls() throws Exception {
        VirtualLoop.run(loop -> {
            box.put(1);
            Promise<?> a = box.put(2);
            Promise<?> b = box.put(3);
            assertThat(a.state()).isEqualTo(pending());

            assertThat(box.take().state()).isEqualTo(fulfilled(1));
            assertThat(a.state()).isEqualTo(fulfilled(null));
            assertThat(b.state()).isEqualTo(pending());
            assertThat(box.isEmpty()).isFalse();

            assertThat(box.tryTake()).hasValue(2);
            assertThat(b.state()).isEqualTo(fulfilled(null));
            assertThat(box.tryTake()).hasValue(3);
            assertThat(box.tryTake()).isEmpty();
        });
    }

    @Test
    @Rule("X-8")
    void theNextValueIsInTheBoxBeforeItsWriterHearsOfIt() throws Exception {
        VirtualLoop.run(loop -> {
            box.put(1);
            box.put(2).onSuccess(done -> loop.log(box.tryTake()));

            assertThat(box.take().state()).isEqualTo(fulfilled(1));

            assertThat(loop.takeTrace()).containsExactly("Optional[2]");
            assertThat(box.isEmpty()).isTrue();
        });
    }

    @Test
    @Rule("X-8")
    void aCancelledTakeGetsNoValueAndLosesNone() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = box.take();
            Promise<Integer> b = box.take();

            a.cancel();
            box.put(1);

            assertThat(a.state()).isEqualTo(cancelled());
            assertThat(b.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("X-8")
    void aCancelledPutWithdrawsItsValue() throws Exception {
        VirtualLoop.run(loop -> {
            box.put(1);
            Promise<?> a = box.put(2);
            Promise<?> b = box.put(3);

            a.cancel();

            assertThat(a.state()).isEqualTo(cancelled());
            assertThat(box.tryTake()).hasValue(1);
            assertThat(b.state()).isEqualTo(fulfilled(null));
            assertThat(box.tryTake()).hasValue(3);
        });
    }

    @Test
    @Rule("X-8")
    void insideOfACallbackThoseWhoWaitCallBackLater() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.cancellable();
            box.take().onSuccess(value -> loop.log("took " + value));
            gate.promise().onSuccess(open -> {
                box.put(1);
                loop.log("put");
            });

            gate.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("put", "took 1");
        });
    }

    @Test
    void nullIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            assertThatThrownBy(() -> box.put(null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("value");
            assertThatThrownBy(() -> MVar.of(null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("value");
        });
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            box.put(1);
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(() -> box.put(2))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("MVar.put");
                        assertThatThrownBy(box::take).isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(box::tryTake).isInstanceOf(LoopThreadException.class);
                    })
                    .get();
        });
    }

    @Test
    @Rule("X-8")
    void aHundredThousandCancelledTakesAndPutsKeepNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            MVar<Integer> full = MVar.of(1);
            // From their first use on they know their loop.
            box.take().cancel();
            full.put(0).cancel();
            long before = Reachable.from(box) + Reachable.from(full);

            for (int i = 0; i < MANY; i++) {
                box.take().cancel();
                full.put(i).cancel();
            }

            assertThat(Reachable.from(box) + Reachable.from(full)).isEqualTo(before);
        });
    }

    @Test
    @Rule({"X-8", "P-11"})
    void aHundredThousandValuesPassInTheirOrder() throws Exception {
        SmallStack.runLoop(loop -> {
            List<Integer> numbers = IntStream.range(0, MANY).boxed().toList();
            Promise<List<Integer>> taken = Promises.mapSequentially(numbers, i -> box.take());
            Promise<?> put = Promises.forEachSequentially(numbers, box::put);

            assertThat(put.isFulfilled()).isTrue();
            assertThat(taken.state()).isEqualTo(fulfilled(numbers));
        });
    }
}
