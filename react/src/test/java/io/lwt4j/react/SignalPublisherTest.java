package io.lwt4j.react;

import static io.lwt4j.react.Recorder.COMPLETE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** What subscribers to a signal get, and when. */
class SignalPublisherTest {

    private static final int DEEP = 1_000_000;

    @Test
    void theCurrentValueComesFirstAndThenTheChanges() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(1);
            Flow.Publisher<Integer> publisher = variable.signal().asPublisher();
            variable.set(2);
            Recorder<Integer> recorder = Recorder.of(publisher);
            variable.set(3);
            variable.set(3);
            variable.set(4);
            assertThat(recorder.take()).containsExactly(2, 3, 4);
            assertThat(Recorder.of(publisher).take()).containsExactly(4);
            return Promise.unit();
        });
    }

    @Test
    void aSlowSubscriberGetsTheNewestValueWhenItAsks() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(0);
            Recorder<Integer> slow = Recorder.of(variable.signal().asPublisher(), 0);
            assertThat(slow.take()).isEmpty();
            for (int i = 1; i <= 1000; i++) {
                variable.set(i);
            }
            slow.request(1);
            assertThat(slow.take()).containsExactly(1000);
            slow.request(2);
            variable.set(1001);
            variable.set(1002);
            variable.set(1003);
            assertThat(slow.take()).containsExactly(1001, 1002);
            return Promise.unit();
        });
    }

    @Test
    void aValueThatIsBackAgainIsNotSentAgain() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(1);
            Recorder<Integer> recorder = Recorder.of(variable.signal().asPublisher(), 1);
            variable.set(2);
            variable.set(1);
            recorder.request(1);
            assertThat(recorder.take()).containsExactly(1);
            variable.set(3);
            assertThat(recorder.take()).containsExactly(3);
            return Promise.unit();
        });
    }

    @Test
    void theEqualityOfTheSignalCountsAndTakesTheOldValueFirst() throws Exception {
        TestLoop.run(loop -> {
            // Only what is greater is another value.
            Var<Integer> variable = Var.of(5, (old, next) -> next <= old);
            Recorder<Integer> recorder = Recorder.of(variable.signal().asPublisher());
            variable.set(4);
            variable.set(6);
            assertThat(recorder.take()).containsExactly(5, 6);
            return Promise.unit();
        });
    }

    @Test
    void anEqualityThatThrowsEndsTheSubscription() throws Exception {
        TestLoop.run(loop -> {
            IllegalStateException error = new IllegalStateException("equality");
            boolean[] broken = {false};
            Var<Integer> variable = Var.of(1, (old, next) -> {
                if (broken[0]) {
                    throw error;
                }
                return false;
            });
            Recorder<Integer> recorder = Recorder.of(variable.signal().asPublisher(), 1);
            variable.set(2);
            broken[0] = true;
            recorder.request(1);
            assertThat(recorder.take()).containsExactly(1, error);
            return Promise.unit();
        });
    }

    @Test
    void nobodySeesTheMiddleOfAStepOrOfABatch() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> left = Var.of(1);
            Var<Integer> right = Var.of(-1);
            Signal<Integer> sum = Signal.lift(left.signal(), right.signal(), Integer::sum);
            Recorder<Integer> sums = Recorder.of(sum.asPublisher(), 0);
            Recorder<Integer> lefts = Recorder.of(left.signal().asPublisher(), 0);
            left.signal()
                    .map(a -> {
                        // In the middle of a step.
                        sums.request(1);
                        lefts.request(1);
                        return a;
                    })
                    .keep();
            assertThat(sums.take()).containsExactly(0);
            assertThat(lefts.take()).containsExactly(1);
            Step.batch(() -> {
                left.set(2);
                sums.request(1);
                lefts.request(1);
                assertThat(sums.take()).isEmpty();
                assertThat(lefts.take()).isEmpty();
                right.set(-2);
                left.set(3);
                right.set(-3);
            });
            assertThat(sums.take()).isEmpty();
            assertThat(lefts.take()).containsExactly(3);
            right.set(0);
            assertThat(sums.take()).containsExactly(3);
            return Promise.unit();
        });
    }

    @Test
    void aComputedSignalIsPublishedToo() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> a = Var.of(1);
            Var<Integer> b = Var.of(2);
            Signal<Integer> sum = Signal.computed(() -> a.get() + b.signal().get());
            Recorder<Integer> recorder = Recorder.of(
                    Signal.computed(() -> sum.get() + a.signal().get()).asPublisher());
            a.set(2);
            b.set(5);
            assertThat(recorder.take()).startsWith(4).endsWith(9);
            recorder.cancel();
            assertThat(b.signal().first).isNull();
            return Promise.unit();
        });
    }

    @Test
    void stoppingCompletesAfterTheLastValue() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(1);
            Flow.Publisher<Integer> publisher = variable.signal().asPublisher();
            Recorder<Integer> fast = Recorder.of(publisher);
            Recorder<Integer> slow = Recorder.of(publisher, 1);
            Recorder<Integer> sated = Recorder.of(publisher, 2);
            variable.set(2);
            variable.signal().stop();
            assertThat(fast.take()).containsExactly(1, 2, COMPLETE);
            assertThat(sated.take()).containsExactly(1, 2, COMPLETE);
            assertThat(slow.take()).containsExactly(1);
            slow.request(1);
            assertThat(slow.take()).containsExactly(2, COMPLETE);
            assertThat(Recorder.of(publisher).take()).containsExactly(2, COMPLETE);
            assertThat(Recorder.of(Signal.of(7).asPublisher()).take()).containsExactly(7, COMPLETE);
            return Promise.unit();
        });
    }

    @Test
    void nullIsAnErrorThatNamesTheSignal() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.<Integer>of(1).named("speed");
            Recorder<Integer> recorder = Recorder.of(variable.signal().asPublisher());
            variable.set(null);
            variable.set(2);
            List<Object> got = recorder.take();
            assertThat(got).hasSize(2).startsWith(1);
            assertThat((Throwable) got.get(1))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("speed");
            return Promise.unit();
        });
    }

    @Test
    void anErrorThatIsTheNewestValueEndsTheSubscriptionOfWhoAsks() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(1);
            IllegalStateException error = new IllegalStateException("two");
            Signal<Integer> signal = variable.signal().map(a -> {
                if (a == 2) {
                    throw error;
                }
                return a;
            });
            Recorder<Integer> fast = Recorder.of(signal.asPublisher());
            Recorder<Integer> slow = Recorder.of(signal.asPublisher(), 1);
            variable.set(2);
            variable.set(3);
            assertThat(fast.take()).containsExactly(1, error);
            slow.request(1);
            assertThat(slow.take()).containsExactly(1, 3);
            assertThat(loop.takeErrors()).isEmpty();
            return Promise.unit();
        });
    }

    @Test
    void writingFromASubscriberAMillionDeepNeedsNoStackAndDoesNotDiverge() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(0);
            Recorder<Integer> recorder = new Recorder<>(1);
            recorder.action = element -> {
                recorder.log.clear();
                if (element < DEEP) {
                    recorder.request(1);
                    variable.set(element + 1);
                }
            };
            variable.signal().asPublisher().subscribe(recorder);
            assertThat(variable.get()).isEqualTo(DEEP);
            return Promise.unit();
        });
    }

    @Test
    void requestsBelowOneAreAnErrorAndCancellingLetsGo() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(0);
            Recorder<Integer> recorder = Recorder.of(variable.signal().asPublisher(), 0);
            recorder.request(0);
            assertThat(recorder.log).hasSize(1);
            assertThat((Throwable) recorder.log.get(0)).hasMessageContaining("3.9");
            Recorder<Integer> cancelled = Recorder.of(variable.signal().asPublisher(), 1);
            cancelled.cancel();
            cancelled.request(1);
            variable.set(1);
            assertThat(cancelled.take()).containsExactly(0);
            assertThat(variable.signal().first).isNull();
            return Promise.unit();
        });
    }

    @Test
    void closingTheLoopIsAnErrorForSubscribers() throws Exception {
        Recorder<Integer> recorder = new Recorder<>(1);
        EventLoop.run(() -> {
            Var.of(1).signal().asPublisher().subscribe(recorder);
            return Promise.unit();
        });
        assertThat(recorder.log).hasSize(2).startsWith(1);
        assertThat(recorder.log.get(1)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void anEventLoopIsNeeded() {
        Signal<Integer> signal = Signal.of(1);
        assertThatThrownBy(signal::asPublisher)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs an event loop");
    }
}
