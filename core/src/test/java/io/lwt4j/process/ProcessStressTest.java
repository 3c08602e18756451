package io.lwt4j.process;

import static io.lwt4j.process.Processes.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Many processes of many kinds at once, some of them cancelled or out of time. That none of them,
 * and no descriptor, is left the check of leaks sees.
 */
@DisabledOnOs(OS.WINDOWS)
class ProcessStressTest {

    private static final int WAVES = 8;
    private static final int PER_WAVE = 12;

    private Random random;

    @AfterEach
    void watchAgain() {
        Wiring.alwaysBlocking = false;
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true", "4, true"})
    void whateverBecomesOfProcessesTheirOutcomeIsOneThatCanBe(long seed, boolean blocking)
            throws Exception {
        random = new Random(seed);
        Wiring.alwaysBlocking = blocking;
        run(() -> wave(WAVES));
    }

    private Promise<?> wave(int count) {
        if (count == 0) {
            return Promise.unit();
        }
        List<Promise<?>> all = new ArrayList<>();
        for (int i = 0; i < PER_WAVE; i++) {
            Promise<?> one = any();
            if (random.nextInt(4) == 0) {
                cancelLater(one, random.nextInt(30));
            }
            all.add(one.<Object>fold(Promise::of, ProcessStressTest::expected));
        }
        return Promise.join(all).<Object>flatMap(done -> wave(count - 1));
    }

    private static void cancelLater(Promise<?> promise, int millis) {
        EventLoop.sleep(Duration.ofMillis(millis)).onSuccess(over -> promise.cancel());
    }

    private static Promise<Object> expected(Throwable error) {
        assertThat(error).isInstanceOfAny(IOException.class, CanceledException.class);
        return Promise.of(error);
    }

    private Promise<?> any() {
        switch (random.nextInt(7)) {
            case 0 -> {
                byte[] bytes = new byte[random.nextInt(400_000)];
                random.nextBytes(bytes);
                return Command.of("cat")
                        .pipe(bytes)
                        .map(echo -> assertThat(Arrays.equals(echo, bytes)).isTrue());
            }
            case 1 -> {
                int count = random.nextInt(5_000);
                return Processes.command("seq", "1", Integer.toString(count))
                        .lines()
                        .toList()
                        .map(lines -> assertThat(lines).hasSize(count));
            }
            case 2 -> {
                int code = random.nextInt(100);
                return Processes.shell("exit " + code)
                        .exec()
                        .map(status -> assertThat(status.code()).isEqualTo(code));
            }
            case 3 -> {
                return Processes.command("sleep", "1000")
                        .withTimeout(Duration.ofMillis(random.nextInt(20)))
                        .withKillGrace(Duration.ofMillis(random.nextInt(2)))
                        .exec()
                        .map(status -> assertThat(status).isInstanceOf(ExitStatus.Signaled.class));
            }
            case 4 -> {
                return Command.of("head", "-c", "1000")
                        .withStdout(Stdio.none())
                        .writeChunks(PullStream.fromStream(
                                random.ints(random.nextInt(50), 1, 10_000).mapToObj(byte[]::new)));
            }
            case 5 -> {
                return Command.of("sleep", "1000")
                        .withTimeout(Duration.ofMillis(random.nextInt(40)))
                        .pipe(new byte[random.nextInt(200_000)]);
            }
            default -> {
                PullStream<byte[]> chunks = Processes.command("yes").chunks();
                return chunks.nget(random.nextInt(1, 5))
                        .map(some -> assertThat(some).isNotEmpty())
                        .onTermination(chunks::close);
            }
        }
    }
}
