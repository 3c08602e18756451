package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Standard streams as channels; the process has others while a test runs. */
class StandardChannelsTest {

    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    /** To write to what is read as the standard input. */
    private final PipedOutputStream typed = new PipedOutputStream();

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void replace() throws IOException {
        System.setIn(new PipedInputStream(typed));
        System.setOut(new PrintStream(printed, false, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() throws IOException {
        typed.close();
        System.setIn(in);
        System.setOut(out);
        System.setErr(err);
    }

    private static void run(java.util.concurrent.Callable<? extends Promise<?>> test)
            throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> test.call().map(done -> true));
        }
        assertThat(errors).as("errors that reached the handler").isEmpty();
    }

    private void type(String text) throws IOException {
        typed.write(text.getBytes(StandardCharsets.UTF_8));
        typed.flush();
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    @Rule("I-29")
    void theStandardInputIsReadWithoutBlockingTheLoop() throws Exception {
        run(() -> {
            assertThat(StandardChannels.stdin()).isSameAs(StandardChannels.stdin());
            Promise<Optional<String>> line = StandardChannels.stdin().readLine();
            return EventLoop.pause()
                    .flatMap(x -> {
                        assertThat(line.isPending()).isTrue();
                        type("first\nsecond\n");
                        return line;
                    })
                    .map(text -> assertThat(text).contains("first"))
                    .flatMap(x -> StandardChannels.stdin().readLine())
                    .map(text -> assertThat(text).contains("second"))
                    .flatMap(x -> {
                        typed.close();
                        return StandardChannels.stdin().readLine();
                    })
                    .map(text -> assertThat(text).isEmpty());
        });
    }

    @Test
    void aCancelledReadLosesNothingAlsoForAnotherLoop() throws Exception {
        run(() -> {
            Promise<Optional<String>> cancelled = StandardChannels.stdin().readLine();
            cancelled.cancel();
            assertThat(cancelled.isCancelled()).isTrue();
            return Promise.unit();
        });
        type("kept\n");
        run(() ->
                StandardChannels.stdin().readLine().map(text -> assertThat(text).contains("kept")));
    }

    @Test
    void severalLoopsShareTheInputAndEachByteGoesToOneOfThem() throws Exception {
        try (EventLoop one = EventLoop.builder().start();
                EventLoop two = EventLoop.builder().start()) {
            var first = one.submit(() -> StandardChannels.stdin().readAll());
            var second = two.submit(() -> StandardChannels.stdin().readAll());
            type("ab");
            type("cd");
            typed.close();
            char[] all = (first.get() + second.get()).toCharArray();
            Arrays.sort(all);
            assertThat(new String(all)).isEqualTo("abcd");
        }
    }

    @Test
    void aLoopThatEndsRejectsWhoReads() throws Exception {
        List<Promise<?>> reads = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().build()) {
            loop.runUntilComplete(() -> {
                reads.add(StandardChannels.stdin().readLine());
                return Promise.unit();
            });
        }
        assertThat(reads.get(0).state()).isInstanceOf(Promise.State.Rejected.class);
    }

    @Test
    @Rule({"R-5", "I-21"})
    void whatWasWrittenIsFlushedAsTheLoopEnds() throws Exception {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, false, StandardCharsets.UTF_8));
        run(() -> {
            EventLoop.current()
                    .exitHooks()
                    .addFirst(() -> StandardChannels.stdout().write("hook\n"));
            return StandardChannels.stdout()
                    .write("body\n")
                    .flatMap(x -> StandardChannels.stderr().write("error\n"));
        });
        assertThat(printed()).isEqualTo("body\nhook\n");
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo("error\n");
    }

    @Test
    void channelsAndPrintStreamsKeepTheirOrder() throws Exception {
        run(() -> StandardChannels.stdout()
                .write("one ")
                .flatMap(x -> StandardChannels.stdout().flush())
                .flatMap(x -> {
                    System.out.print("two ");
                    return StandardChannels.stdout().write("three");
                }));
        assertThat(printed()).isEqualTo("one two three");
    }

    @Test
    void anOutputThatTakesNoMoreIsAnErrorOfTheFlush() throws Exception {
        System.setOut(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("no room");
                    }
                },
                true,
                StandardCharsets.UTF_8));
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> StandardChannels.stdout().write("lost"));
        }
        assertThat(errors).hasSize(1).first().isInstanceOf(IOException.class);
    }

    @Test
    void aChannelThatIsClosedAndReplacedIsGarbage() throws Exception {
        run(() -> {
            List<WeakReference<?>> closed = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                closed.add(new WeakReference<>(StandardChannels.stdout()));
                StandardChannels.stdout().close();
            }
            StandardChannels.stdout();
            return EventLoop.pause().map(over -> {
                for (WeakReference<?> each : closed) {
                    for (int i = 0; i < 500 && each.get() != null; i++) {
                        System.gc();
                    }
                    assertThat(each.get()).isNull();
                }
                return true;
            });
        });
    }

    @Test
    void aClosedChannelLeavesTheStreamOpen() throws Exception {
        run(() -> StandardChannels.stdout()
                .write("a")
                .flatMap(x -> StandardChannels.stdout().close())
                .flatMap(x -> StandardChannels.stdout().write("b"))
                .flatMap(x -> StandardChannels.stdout().flush())
                .flatMap(x -> StandardChannels.stdin().close())
                .flatMap(x -> {
                    type("still read\n");
                    return StandardChannels.stdin().readLine();
                })
                .map(line -> assertThat(line).contains("still read")));
        assertThat(printed()).isEqualTo("ab");
    }

    @Test
    void anyStreamOfJavaCanBeAChannel() throws Exception {
        byte[] bytes = new byte[1_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        String text = new String(bytes, StandardCharsets.US_ASCII);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        run(() -> {
            InputChannel from =
                    InputChannel.of(StandardChannels.source(new ByteArrayInputStream(bytes)));
            OutputChannel to = OutputChannel.of(StandardChannels.sink(target));
            return from.readAll()
                    .map(all -> assertThat(all).isEqualTo(text))
                    .flatMap(x -> to.write(bytes))
                    .flatMap(x -> to.close())
                    .flatMap(x -> from.close());
        });
        assertThat(target.toByteArray()).isEqualTo(bytes);
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead") // One byte is enough.
    void anErrorOfTheStreamRejectsTheRead() throws Exception {
        IOException error = new IOException("broken");
        run(() -> {
            InputChannel from = InputChannel.of(StandardChannels.source(new InputStream() {
                @Override
                public int read() throws IOException {
                    throw error;
                }
            }));
            return from.read()
                    .fold(
                            bytes -> Promise.failed("read"),
                            cause -> Promise.of(assertThat(cause).isSameAs(error)));
        });
    }

    @Test
    @SuppressWarnings("InputStreamSlowMultibyteRead") // One byte is enough.
    void aStreamIsReadOnlyWhileSomebodyWaits() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        run(() -> {
            InputChannel from = InputChannel.of(StandardChannels.source(new InputStream() {
                @Override
                public int read() {
                    asked.countDown();
                    return -1;
                }
            }));
            return EventLoop.pause()
                    .map(x -> assertThat(asked.getCount()).isOne())
                    .flatMap(x -> from.read())
                    .map(x -> assertThat(asked.getCount()).isZero());
        });
    }

    @Test
    void withoutALoopThereIsNoChannel() {
        assertThatThrownBy(StandardChannels::stdin).isInstanceOf(LoopThreadException.class);
        assertThatThrownBy(StandardChannels::stdout).isInstanceOf(LoopThreadException.class);
    }
}
