package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

class OutputChannelTest {

    private static void with(
            MemorySink sink, CheckedFunction<OutputChannel, ? extends Promise<?>> test)
            throws Exception {
        TestLoop.run(() -> test.apply(OutputChannel.of(sink)));
    }

    private static String letters(int count) {
        StringBuilder letters = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            letters.append((char) ('a' + i % 23));
        }
        return letters.toString();
    }

    /* ---- Writing and flushing ---- */

    @Test
    void flushWritesEverythingBeforeItAtOnce() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            assertDone(output.write("Grüße, "));
            assertDone(output.write(new byte[] {'W', 'e', 'l', 't'}));
            assertDone(output.write(""));
            assertThat(sink.events()).isEmpty();
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo("Grüße, Welt");
            assertThat(sink.events()).containsExactly("write 13");
            assertDone(output.flush());
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-4")
    void whatWasWrittenGoesOutOnePauseLater() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            output.write("a");
            output.write("b");
            assertThat(sink.text()).isEmpty();
            return EventLoop.pause()
                    .onSuccess(x -> output.write("c"))
                    .flatMap(x -> EventLoop.pause())
                    .flatMap(x -> EventLoop.pause())
                    .onSuccess(
                            x -> assertThat(sink.events()).containsExactly("write 2", "write 1"));
        });
    }

    @Test
    void writesGoOnIntoTheBufferWhileTheSinkIsBusy() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            output.write("first ");
            return EventLoop.pause()
                    .flatMap(x -> EventLoop.pause())
                    .flatMap(x -> {
                        assertThat(sink.hasWriter()).isTrue();
                        for (int i = 0; i < 1000; i++) {
                            assertDone(output.write("0123456789"));
                        }
                        sink.allow(3);
                        return EventLoop.pause();
                    })
                    .flatMap(x -> {
                        assertThat(sink.text()).isEqualTo("fir");
                        sink.allow(Integer.MAX_VALUE);
                        return output.flush();
                    })
                    .onSuccess(x -> assertThat(sink.text())
                            .isEqualTo("first " + "0123456789".repeat(1000)));
        });
    }

    @Test
    void theBufferDoesNotMoveUnderASinkThatIsBusy() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        String text = letters(2500);
        with(sink, output -> {
            output.write(text.substring(0, 2000));
            return EventLoop.pause()
                    .flatMap(x -> EventLoop.pause())
                    .flatMap(x -> {
                        sink.allow(1000);
                        return EventLoop.pause();
                    })
                    .flatMap(x -> {
                        assertThat(sink.hasWriter()).isTrue();
                        assertDone(output.write(text.substring(2000)));
                        sink.allow(Integer.MAX_VALUE);
                        return output.flush();
                    })
                    .onSuccess(x -> assertThat(sink.text()).isEqualTo(text));
        });
    }

    @Test
    void theRestOfALongWriteGoesOutByItself() throws Exception {
        MemorySink sink = MemorySink.withRoom(50_000);
        with(sink, output -> {
            assertDone(output.write(letters(100_000)));
            sink.allow(Integer.MAX_VALUE);
            assertThat(sink.text()).isEqualTo(letters(50_000));
            return EventLoop.pause()
                    .flatMap(x -> EventLoop.pause())
                    .onSuccess(x -> assertThat(sink.text()).isEqualTo(letters(100_000)));
        });
    }

    @Test
    void aWriteThatDoesNotFitWaitsForTheSink() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            String most = letters(1000).repeat(65);
            for (int i = 0; i < 65; i++) {
                assertDone(output.write(letters(1000)));
            }
            Promise<Void> tooMuch = output.write(letters(1000));
            assertThat(tooMuch.isPending()).isTrue();
            sink.allow(500);
            assertDone(tooMuch);
            sink.allow(Integer.MAX_VALUE);
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo(most + letters(1000));
            return Promise.unit();
        });
    }

    @Test
    void aLongWriteIsNotCopied() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            output.write("short");
            assertDone(output.write(letters(1_000_000)));
            assertThat(sink.events()).containsExactly("write 5", "write 1000000");
            assertThat(sink.text()).isEqualTo("short" + letters(1_000_000));
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-2")
    void writesComeOutWholeInTheOrderOfTheCalls() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            List<Integer> log = new ArrayList<>();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                int number = i;
                String line = number + letters(20_000) + "\n";
                expected.append(line);
                output.write(line).onSuccess(x -> log.add(number));
            }
            for (int i = 0; i < 1000; i++) {
                sink.allow(997);
            }
            assertDone(output.flush());
            assertThat(log).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            assertThat(sink.text()).isEqualTo(expected.toString());
            return Promise.unit();
        });
    }

    /* ---- Cancellation ---- */

    @Test
    @Rule("I-3")
    void aCancelledWriteThatWaitsWritesNothing() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            Promise<Void> first = output.write(letters(100_000));
            Promise<Void> second = output.write("not me");
            Promise<Void> third = output.write("!");
            second.cancel();
            sink.allow(Integer.MAX_VALUE);
            assertDone(first);
            assertThat(second.isCancelled()).isTrue();
            assertDone(third);
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo(letters(100_000) + "!");
            return Promise.unit();
        });
    }

    @Test
    @Rule("U-7")
    void aCancelledWriteOfAnIdleSinkWritesNothing() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            Promise<Void> write = output.write(letters(100_000));
            assertThat(sink.hasWriter()).isTrue();
            write.cancel();
            assertThat(sink.hasWriter()).isFalse();
            sink.allow(Integer.MAX_VALUE);
            output.write("next");
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo("next");
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-13")
    void aCancelledLongWriteLeavesItsBeginningAndAUsableChannel() throws Exception {
        MemorySink sink = MemorySink.withRoom(10);
        with(sink, output -> {
            Promise<Void> write = output.write(letters(100_000));
            write.cancel();
            assertThat(write.isCancelled()).isTrue();
            sink.allow(Integer.MAX_VALUE);
            output.write("END");
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo(letters(10) + "END");
            return Promise.unit();
        });
    }

    @Test
    void cancellingAFlushOnlyEndsTheWaiting() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            output.write("a");
            Promise<Void> flushed = output.flush();
            flushed.cancel();
            assertThat(flushed.isCancelled()).isTrue();
            sink.allow(5);
            assertThat(sink.text()).isEqualTo("a");
            return Promise.unit();
        });
    }

    @Test
    void aWriteThatASinkTakesInSpiteOfCancellationIsWaitedFor() throws Exception {
        MemorySink sink = new MemorySink(false, 0);
        with(sink, output -> {
            output.write(letters(100_000)).cancel();
            Promise<Void> next = output.write("next");
            Promise<Void> flushed = output.flush();
            assertThat(flushed.isPending()).isTrue();
            sink.allow(Integer.MAX_VALUE);
            assertDone(next);
            assertDone(flushed);
            assertThat(sink.text()).isEqualTo(letters(100_000) + "next");
            return Promise.unit();
        });
    }

    /* ---- Errors ---- */

    @Test
    @Rule("I-5")
    void theErrorOfAnAutomaticFlushIsSticky() throws Exception {
        MemorySink sink = MemorySink.endless();
        IOException error = new IOException("disk full");
        with(sink, output -> {
            sink.fail(error);
            assertDone(output.write("lost"));
            return EventLoop.pause().flatMap(x -> EventLoop.pause()).map(x -> {
                assertThat(cause(output.write("a"))).isSameAs(error);
                assertThat(cause(output.flush())).isSameAs(error);
                assertThat(cause(output.close())).isSameAs(error);
                assertThat(sink.events()).containsExactly("close");
                return true;
            });
        });
    }

    @Test
    @Rule("I-6")
    void closeReportsTheErrorOfItsFlushAndClosesNevertheless() throws Exception {
        MemorySink sink = MemorySink.endless();
        IOException error = new IOException("disk full");
        with(sink, output -> {
            sink.fail(error);
            output.write("lost");
            assertThat(cause(output.close())).isSameAs(error);
            assertThat(sink.events()).containsExactly("close");
            return Promise.unit();
        });
    }

    @Test
    void anErrorRejectsEveryOperationThatWaits() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        IOException error = new IOException("broken pipe");
        with(sink, output -> {
            Promise<Void> first = output.write(letters(100_000));
            Promise<Void> second = output.write("b");
            Promise<Void> flushed = output.flush();
            sink.fail(error);
            assertThat(cause(first)).isSameAs(error);
            assertThat(cause(second)).isSameAs(error);
            assertThat(cause(flushed)).isSameAs(error);
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-16")
    void anImpossibleAnswerOfTheSinkIsAnError() throws Exception {
        TestLoop.run(() -> {
            for (int answer : new int[] {0, -1, 4}) {
                OutputChannel output = OutputChannel.of(new ByteSink() {
                    @Override
                    public Promise<Integer> write(ByteBuffer from) {
                        return Promise.of(answer);
                    }

                    @Override
                    public Promise<Void> close() {
                        return Promise.unit();
                    }
                });
                output.write("abc");
                assertThat(cause(output.flush()))
                        .hasMessage("a byte sink answered " + answer
                                + ", which is not a number of bytes from 1 to 3");
            }
            return Promise.unit();
        });
    }

    /* ---- The end ---- */

    @Test
    @Rule("I-7")
    void closeFlushesAndIsOnePromise() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            output.write("abc");
            Promise<Void> closed = output.close();
            assertThat(closed.isPending()).isTrue();
            closed.cancel();
            assertThat(output.close()).isSameAs(closed);
            assertThat(cause(output.write("d")))
                    .isInstanceOf(ClosedChannelException.class)
                    .hasMessage("the output channel is closed");
            sink.allow(3);
            assertDone(closed);
            assertThat(sink.events()).containsExactly("write 3", "close");
            assertThat(output.isClosed()).isTrue();
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-8")
    void abortDropsWhatIsThereAndRejectsWhatWaits() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            output.write("abc");
            Promise<Void> write = output.write(letters(70_000));
            Promise<Void> closed = output.close();
            assertDone(output.abort());
            assertThat(cause(write)).isInstanceOf(ClosedChannelException.class);
            assertThat(cause(closed)).hasMessage("the output channel was aborted");
            assertDone(output.abort());
            sink.allow(10);
            assertThat(sink.events()).containsExactly("close");
            return Promise.unit();
        });
    }

    @Test
    void shutdownFlushesAndLeavesTheSinkOpen() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        with(sink, output -> {
            output.write("abc");
            Promise<Void> shutdown = output.shutdown();
            assertThat(cause(output.write("d"))).isInstanceOf(ClosedChannelException.class);
            shutdown.cancel();
            sink.allow(3);
            assertDone(shutdown);
            assertThat(sink.events()).containsExactly("write 3", "shutdown");
            assertDone(output.close());
            assertThat(sink.events()).containsExactly("write 3", "shutdown", "close");
            return Promise.unit();
        });
    }

    @Test
    void aPairFlushesItsOutputBeforeItClosesItsInput() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        MemorySource source = MemorySource.of();
        TestLoop.run(() -> {
            ChannelPair pair = new ChannelPair(InputChannel.of(source), OutputChannel.of(sink));
            pair.output().write("bye");
            Promise<Void> closed = pair.close();
            assertThat(pair.input().isClosed()).isFalse();
            sink.allow(3);
            assertDone(closed);
            assertThat(sink.text()).isEqualTo("bye");
            assertThat(source.closeCount()).isEqualTo(1);
            assertDone(pair.close());
            return Promise.unit();
        });
    }

    @Test
    void aPairThatIsAbortedDoesNotFlush() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        MemorySource source = MemorySource.of();
        TestLoop.run(() -> {
            ChannelPair pair = new ChannelPair(InputChannel.of(source), OutputChannel.of(sink));
            pair.output().write("bye");
            assertDone(pair.abort());
            assertThat(sink.events()).containsExactly("close");
            assertThat(source.closeCount()).isEqualTo(1);
            return Promise.unit();
        });
    }

    @Test
    void aChannelMayBeUsedOnItsLoopOnly() throws Exception {
        OutputChannel[] channels = new OutputChannel[1];
        with(MemorySink.endless(), output -> {
            channels[0] = output;
            return Promise.unit();
        });
        assertThatThrownBy(() -> channels[0].write("a")).isInstanceOf(LoopThreadException.class);
    }
}
