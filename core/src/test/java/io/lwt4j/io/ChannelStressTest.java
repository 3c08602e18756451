package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random chunks, random operations, random cancellation: every byte exactly once, in order. */
class ChannelStressTest {

    private static final int STEPS = 20_000;

    private static byte[] lines(Random random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(9000) : random.nextInt(40);
        byte[] chunk = new byte[length];
        for (int i = 0; i < length; i++) {
            chunk[i] = (byte) (random.nextInt(30) == 0 ? '\n' : 'a' + random.nextInt(26));
        }
        return chunk;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelledReadsLoseNoByte(boolean cancellable) throws Exception {
        long seed = System.nanoTime();
        System.out.println("cancelledReadsLoseNoByte, seed " + seed);
        Random random = new Random(seed);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        StringBuilder received = new StringBuilder();
        List<Promise<?>> reads = new ArrayList<>();
        TestLoop.run(() -> {
            MemorySource source = new MemorySource(cancellable);
            InputChannel input = InputChannel.of(source);
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        byte[] chunk = lines(random);
                        sent.writeBytes(chunk);
                        source.feed(chunk);
                    }
                    case 1 ->
                        reads.add(input.readLine()
                                .onSuccess(line ->
                                        received.append(line.orElseThrow()).append('\n')));
                    case 2 ->
                        reads.add(input.read(1 + random.nextInt(3000))
                                .onSuccess(some -> received.append(
                                        new String(some, StandardCharsets.US_ASCII))));
                    default -> {
                        reads.removeIf(read -> !read.isPending());
                        if (!reads.isEmpty()) {
                            reads.get(random.nextInt(reads.size())).cancel();
                        }
                    }
                }
            }
            reads.forEach(Promise::cancel);
            source.end();
            return input.readAll().onSuccess(received::append);
        });
        assertThat(received.toString())
                .as("seed %d", seed)
                .isEqualTo(sent.toString(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelledWritesAreAllOrNothing(boolean cancellable) throws Exception {
        long seed = System.nanoTime();
        System.out.println("cancelledWritesAreAllOrNothing, seed " + seed);
        Random random = new Random(seed);
        List<byte[]> data = new ArrayList<>();
        List<Promise<Void>> writes = new ArrayList<>();
        MemorySink sink = new MemorySink(cancellable, 0);
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink);
            Promise<Void> turns = Promise.unit();
            for (int i = 0; i < STEPS / 500; i++) {
                turns = turns.flatMap(x -> {
                    for (int j = 0; j < 100; j++) {
                        step(random, output, sink, data, writes);
                    }
                    return EventLoop.pause();
                });
            }
            return turns.flatMap(x -> {
                sink.allow(Integer.MAX_VALUE);
                return output.close();
            });
        });
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < data.size(); i++) {
            if (writes.get(i).isFulfilled()) {
                expected.writeBytes(data.get(i));
            } else {
                assertThat(writes.get(i).isCancelled()).isTrue();
            }
        }
        assertThat(sink.bytes()).as("seed %d", seed).isEqualTo(expected.toByteArray());
    }

    private static void step(
            Random random,
            OutputChannel output,
            MemorySink sink,
            List<byte[]> data,
            List<Promise<Void>> writes) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                // What is longer than 64 KiB, or is given to the sink itself, may be cut short.
                byte[] bytes = new byte[random.nextInt(8 << 10)];
                random.nextBytes(bytes);
                data.add(bytes);
                writes.add(output.write(bytes));
            }
            case 3 -> {
                byte[] bytes = new byte[random.nextInt(200 << 10)];
                random.nextBytes(bytes);
                data.add(bytes);
                writes.add(output.write(bytes).uncancellable());
            }
            case 4 -> output.flush();
            case 5 -> {
                if (!writes.isEmpty()) {
                    writes.get(random.nextInt(writes.size())).cancel();
                }
            }
            default -> sink.allow(random.nextInt(50 << 10));
        }
    }
}
