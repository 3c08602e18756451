package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Several threads post to the events and signals of one loop, which writes to them itself. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostStressTest {

    private static final int ROUNDS = 60;
    private static final int THREADS = 3;
    private static final int POSTS = 300;

    /** What one thread posted, the number of it within that thread. */
    private record Post(int thread, int number) {}

    @Test
    void nothingIsLostAndEachThreadKeepsItsOrder() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = round;
            EventLoop.run(() -> run(seed));
        }
    }

    private static Promise<Object> run(long seed) {
        List<Throwable> errors = new ArrayList<>();
        Graph.current().uncaughtHandler(errors::add);
        EventEmitter<Post> emitter = EventEmitter.create();
        List<Var<Integer>> variables = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            variables.add(Var.of(0));
        }
        Map<Integer, List<Integer>> occurrences = new HashMap<>();
        Map<Integer, List<Integer>> values = new HashMap<>();
        List<Integer> sums = new ArrayList<>();
        Resolver<Object> done = Resolver.uncancellable();
        List<Boolean> mixed = new ArrayList<>();

        emitter.event()
                .observe(post -> occurrences
                        .computeIfAbsent(post.thread(), thread -> new ArrayList<>())
                        .add(post.number()));
        List<Signal<Integer>> signals = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            values.put(thread, new ArrayList<>());
            signals.add(variables.get(i).signal());
            signals.get(i).observe(values.get(thread)::add);
        }
        Signal<Integer> sum = Signals.sum(signals);
        Signal<Integer> negative =
                Signals.sum(signals.stream().map(s -> s.map(a -> -a)).toList());
        Signal.lift(sum, negative, (a, b) -> a + b).observe(a -> mixed.add(a != 0));
        sum.observe(sums::add);
        // The loop itself is one of those who write.
        Var<Integer> own = Var.of(0);
        emitter.event().observe(post -> own.set(own.get() + 1));
        Signal<Integer> count = emitter.event().foldSignal(0, (n, post) -> n + 1);
        Signal.lift(count, sum, (n, s) -> n == THREADS * POSTS && s == THREADS * POSTS)
                .observe(complete -> {
                    if (complete) {
                        done.resolve("done");
                    }
                });

        CyclicBarrier start = new CyclicBarrier(THREADS);
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            Thread poster = new Thread(() ->
                    post(start, new Random(seed * THREADS + thread), thread, emitter, variables));
            poster.setDaemon(true);
            poster.start();
        }
        return done.promise().map(result -> {
            assertThat(errors).isEmpty();
            assertThat(mixed).doesNotContain(true);
            assertThat(own.get()).isEqualTo(THREADS * POSTS);
            for (int i = 0; i < THREADS; i++) {
                assertThat(occurrences.get(i)).hasSize(POSTS).isSorted().doesNotHaveDuplicates();
                assertThat(values.get(i)).hasSize(POSTS + 1).isSorted();
            }
            assertThat(sums).isSorted().hasSize(THREADS * POSTS + 1);
            return result;
        });
    }

    private static void post(
            CyclicBarrier start,
            Random random,
            int thread,
            EventEmitter<Post> emitter,
            List<Var<Integer>> variables) {
        try {
            start.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        for (int i = 1; i <= POSTS; i++) {
            if (random.nextBoolean()) {
                emitter.post(new Post(thread, i));
                variables.get(thread).post(i);
            } else {
                variables.get(thread).post(i);
                emitter.post(new Post(thread, i));
            }
            for (int spin = random.nextInt(50); spin > 0; spin--) {
                Thread.onSpinWait();
            }
        }
    }
}
