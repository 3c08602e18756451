package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Many writers and readers of one pipe, some of whom give up: every line once, whole, in order. */
class PipeStressTest {

    private static final int STEPS = 20_000;

    /** The lines of every write and read, in the order of the calls: callbacks may be put off. */
    private final List<List<String>> writes = new ArrayList<>();

    private final List<List<String>> reads = new ArrayList<>();
    private final List<Promise<?>> waiting = new ArrayList<>();
    private int number;

    @ParameterizedTest
    @ValueSource(ints = {16, 100, 5_000, 64 << 10})
    void everyLineArrivesOnceWholeAndInOrder(int bufferSize) throws Exception {
        long seed = System.nanoTime();
        System.out.println("everyLineArrivesOnceWholeAndInOrder, seed " + seed);
        Random random = new Random(seed);
        TestLoop.run(() -> {
            Pipe pipe = Pipe.open(ChannelOptions.defaults().withBufferSize(bufferSize));
            return steps(pipe, random, 0, bufferSize).flatMap(done -> {
                pipe.output().close();
                return pipe.input().lines().forEach(place(reads)::add);
            });
        });
        List<String> accepted = writes.stream().flatMap(List::stream).toList();
        assertThat(reads.stream().flatMap(List::stream)).containsExactlyElementsOf(accepted);
        assertThat(accepted).hasSizeGreaterThan(STEPS / 20);
    }

    private Promise<?> steps(Pipe pipe, Random random, int from, int bufferSize) {
        for (int i = from; i < STEPS; i++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> write(pipe, random, bufferSize);
                case 2 -> writeSection(pipe);
                case 3, 4 -> waiting.add(read(pipe.input(), place(reads)));
                case 5 -> readSection(pipe);
                case 6 -> {
                    if (!waiting.isEmpty()) {
                        waiting.remove(random.nextInt(waiting.size())).cancel();
                    }
                }
                default -> {
                    int next = i + 1;
                    return EventLoop.pause().flatMap(over -> steps(pipe, random, next, bufferSize));
                }
            }
        }
        return Promise.unit();
    }

    private static List<String> place(List<List<String>> calls) {
        List<String> place = new ArrayList<>();
        calls.add(place);
        return place;
    }

    private static Promise<Optional<String>> read(InputChannel input, List<String> place) {
        // Not by onSuccess, whose callback would run behind those that are attached later.
        return input.readLine().map(line -> {
            line.ifPresent(place::add);
            return line;
        });
    }

    /** A line that fits into the buffer, so that it is written as a whole or not at all. */
    private void write(Pipe pipe, Random random, int bufferSize) {
        String line = number++ + "x".repeat(random.nextInt(Math.min(bufferSize, 3_000) - 8));
        if (line.length() < bufferSize) {
            List<String> place = place(writes);
            waiting.add(pipe.output().writeLine(line).onSuccess(written -> place.add(line)));
        }
    }

    /** A line written in parts; sections are not cancelled, so they never stop in the middle. */
    private void writeSection(Pipe pipe) {
        String line = "section " + number++;
        List<String> place = place(writes);
        pipe.output().atomic(output -> {
            place.add(line);
            return output.write(line.substring(0, 3))
                    .flatMap(done -> output.write(line.substring(3)))
                    .flatMap(done -> output.write("\n"));
        });
    }

    private void readSection(Pipe pipe) {
        List<String> place = place(reads);
        waiting.add(pipe.input()
                .atomic(input -> read(input, place).flatMap(first -> read(input, place))));
    }
}
