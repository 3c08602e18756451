package io.lwt4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * A publisher as a stream as a publisher again, with anything else in between: against the plain
 * list of elements.
 */
class PullStreamBridgeRandomTest {

    private static final int RUNS = 500;

    @Test
    void whateverHappensInBetweenTheElementsAreThoseOfTheList() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + RUNS; seed++) {
            long used = seed;
            try {
                VirtualLoop.runAsync(loop -> new Trial(used).run());
            } catch (Throwable t) {
                throw new AssertionError("PullStreamBridgeRandomTest: seed " + used, t);
            }
        }
    }

    /** How elements come. */
    private enum Kind {
        /** From inside of the request. */
        AT_ONCE,
        /** On the loop, later. */
        LATER,
        /** On another thread. */
        ELSEWHERE
    }

    private static final class Trial implements Flow.Publisher<Integer>, Flow.Subscription {

        private final Random random;
        private final Kind kind;
        private final int count;
        private final int window;
        private final boolean fails;
        private final PullStream<Integer> stream;

        /** What was taken from the stream, by whomever. */
        private final List<Integer> taken = new ArrayList<>();

        /** What nobody will take. */
        private final List<Integer> dropped = new ArrayList<>();

        private final List<Object> ends = new ArrayList<>();
        private final List<List<Object>> copies = new ArrayList<>();
        private final List<Integer> beginnings = new ArrayList<>();
        private final AtomicLong requested = new AtomicLong();
        private Flow.Subscriber<? super Integer> target;
        private Flow.Subscription subscription;
        private int sent;
        private boolean over;
        private boolean sending;
        private int cancels;
        private boolean cancelled;
        private boolean finishing;

        Trial(long seed) {
            random = new Random(seed);
            kind = List.of(Kind.AT_ONCE, Kind.LATER, Kind.ELSEWHERE).get(random.nextInt(3));
            count = random.nextInt(60);
            window = random.nextInt(5) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(9);
            fails = random.nextInt(4) == 0;
            stream = PullStream.from(this, window, new DropHandler<>() {
                @Override
                public void element(Integer element) {
                    dropped.add(element);
                }

                @Override
                public void error(Throwable cause) {
                    assertThat(cause).hasMessage("fails");
                    assertThat(cancelled).isTrue();
                }
            });
        }

        /* ---- The publisher ---- */

        @Override
        public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
            target = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            assertThat(cancels).isZero();
            long sum = requested.addAndGet(n);
            requested.compareAndSet(sum, sum < 0 ? Long.MAX_VALUE : sum);
            if (kind == Kind.AT_ONCE) {
                send(Integer.MAX_VALUE);
            }
        }

        @Override
        public void cancel() {
            assertThat(over && kind != Kind.ELSEWHERE).isFalse();
            cancels++;
        }

        private void send(int most) {
            if (sending) {
                return;
            }
            sending = true;
            for (int i = 0; i < most && sent < requested.get() && sent < count; i++) {
                if (cancels > 0) {
                    break;
                }
                target.onNext(sent++);
            }
            if (sent == count && !over && cancels == 0) {
                over = true;
                if (fails) {
                    target.onError(new IllegalStateException("fails"));
                } else {
                    target.onComplete();
                }
            }
            sending = false;
        }

        private void sendSome(int most) {
            if (target == null || sending) {
                return;
            }
            if (kind == Kind.ELSEWHERE) {
                CompletableFuture.runAsync(() -> send(most)).join();
            } else {
                send(most);
            }
        }

        /* ---- The other end ---- */

        private final class Subscriber implements Flow.Subscriber<Integer> {

            private long wanted;
            private boolean telling;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
                        given.request(n);
                    }

                    @Override
                    public void cancel() {
                        given.cancel();
                    }
                };
                if (random.nextInt(3) == 0) {
                    ask();
                }
            }

            @Override
            public void onNext(Integer element) {
                assertThat(telling).isFalse();
                assertThat(ends).isEmpty();
                assertThat(cancelled).isFalse();
                assertThat(wanted--).isPositive();
                taken.add(element);
                telling = true;
                while (random.nextInt(3) == 0) {
                    act();
                }
                telling = false;
            }

            @Override
            public void onError(Throwable cause) {
                assertThat(telling).isFalse();
                ends.add(cause.getMessage());
            }

            @Override
            public void onComplete() {
                assertThat(telling).isFalse();
                ends.add("complete");
            }
        }

        /* ---- What happens ---- */

        private void ask() {
            subscription.request(random.nextInt(20) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(4));
        }

        private void act() {
            switch (random.nextInt(finishing ? 2 : 20)) {
                case 0, 1, 2, 3, 4 -> ask();
                case 5, 6, 7, 8, 9 -> sendSome(1 + random.nextInt(5));
                case 10, 11 -> stream.next().onAny(taken::add, end -> {});
                case 12 -> {
                    int at = taken.size();
                    stream.peek()
                            .onAny(
                                    seen -> seen.ifPresent(
                                            element -> assertThat(element).isBetween(at, count)),
                                    end -> {});
                }
                case 13 -> available();
                case 14 -> copy();
                case 15 -> stream.next().onAny(taken::add, end -> {}).cancel();
                case 16 -> {
                    if (random.nextInt(8) == 0) {
                        cancelled = true;
                        subscription.cancel();
                    }
                }
                default -> {}
            }
        }

        private void available() {
            try {
                taken.addAll(stream.getAvailable(1 + random.nextInt(3)));
            } catch (Exception end) {
                assertThat(end).hasMessage("fails");
            }
        }

        private void copy() {
            if (cancelled || copies.size() > 3) {
                return;
            }
            List<Object> seen = new ArrayList<>();
            copies.add(seen);
            beginnings.add(taken.size());
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onNext(Integer element) {
                    seen.add(element);
                    subscription.request(1);
                }

                @Override
                public void onComplete() {
                    seen.add("end");
                }

                @Override
                public void onError(Throwable cause) {
                    seen.add("end");
                }
            };
            stream.copy().asPublisher().subscribe(recorder);
            recorder.subscription.request(1);
        }

        Promise<?> run() {
            stream.asPublisher().subscribe(new Subscriber());
            return steps(random.nextInt(80)).flatMap(unused -> {
                finishing = true;
                subscription.request(Long.MAX_VALUE);
                return finish(300);
            });
        }

        private Promise<?> steps(int left) {
            act();
            if (random.nextInt(3) == 0) {
                check();
                return left == 0 ? Promise.unit() : EventLoop.pause().flatMap(u -> rest(left));
            }
            return left == 0 ? Promise.unit() : steps(left - 1).map(u -> null);
        }

        private Promise<Void> rest(int left) {
            return steps(left - 1).map(u -> null);
        }

        private void check() {
            if (window != Integer.MAX_VALUE && copies.isEmpty()) {
                assertThat(requested.get()).isLessThanOrEqualTo((long) taken.size() + window);
            }
        }

        private Promise<Void> finish(int left) {
            sendSome(7);
            return left > 0 && (!over || left > 290)
                    ? EventLoop.pause().flatMap(u -> finish(left - 1))
                    : EventLoop.pause().flatMap(u -> EventLoop.pause()).map(u -> {
                        compare();
                        return null;
                    });
        }

        private void compare() {
            List<Integer> all = IntStream.range(0, count).boxed().toList();
            if (cancelled) {
                int most = taken.size();
                assertThat(taken).isEqualTo(all.subList(0, most));
                if (copies.isEmpty()) {
                    taken.addAll(dropped);
                    assertThat(taken).isEqualTo(all.subList(0, sent));
                }
                assertThat(cancels).isLessThanOrEqualTo(1);
            } else {
                assertThat(taken).isEqualTo(all);
                assertThat(ends).containsExactly(fails ? "fails" : "complete");
                assertThat(cancels).isZero();
                assertThat(dropped).isEmpty();
            }
            for (int i = 0; i < copies.size(); i++) {
                List<Object> expected = new ArrayList<>(all.subList(beginnings.get(i), count));
                expected.add("end");
                assertThat(copies.get(i)).isEqualTo(expected);
            }
        }
    }
}
