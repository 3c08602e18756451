package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.assertFulfilled;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class InputChannelTest {

    private static void with(MemorySource source, CheckedConsumer<InputChannel> test)
            throws Exception {
        TestLoop.run(() -> {
            test.accept(InputChannel.of(source));
            return Promise.unit();
        });
    }

    private static Promise<String> text(Promise<byte[]> bytes) {
        return bytes.map(it -> new String(it, StandardCharsets.UTF_8));
    }

    /* ---- What a read reads ---- */

    @Test
    @Rule("I-11")
    void aLineEndsAtLfOrCrLfAndKeepsALoneCr() throws Exception {
        MemorySource source = MemorySource.of("one\ntwo\r\nth\rree\r\r\n\n");
        with(source, input -> {
            assertFulfilled(input.readLine(), Optional.of("one"));
            assertFulfilled(input.readLine(), Optional.of("two"));
            assertFulfilled(input.readLine(), Optional.of("th\rree\r"));
            assertFulfilled(input.readLine(), Optional.of(""));
            assertThat(input.readLine().isPending()).isTrue();
        });
    }

    @Test
    @Rule("I-11")
    void aCrAndItsLfMayArriveApart() throws Exception {
        MemorySource source = MemorySource.of("one\r");
        with(source, input -> {
            Promise<Optional<String>> line = input.readLine(3);
            assertThat(line.isPending()).isTrue();
            source.feed("\n");
            assertFulfilled(line, Optional.of("one"));
        });
    }

    @Test
    @Rule("I-11")
    void theEndOfInputEndsTheLastLineAndThenThereIsNone() throws Exception {
        MemorySource source = MemorySource.of("last\r");
        source.end();
        with(source, input -> {
            assertFulfilled(input.readLine(), Optional.of("last\r"));
            assertFulfilled(input.readLine(), Optional.empty());
            assertFulfilled(input.readLine(), Optional.empty());
        });
    }

    @Test
    void aLineMayBeLongerThanAnyBuffer() throws Exception {
        String line = "äöü-0123456789".repeat(20_000);
        MemorySource source = MemorySource.of(line + "\nnext\n");
        with(source, input -> {
            assertFulfilled(input.readLine(), Optional.of(line));
            assertFulfilled(input.readLine(), Optional.of("next"));
        });
    }

    @Test
    void aLineAboveTheLimitIsAnErrorAndStaysToBeReadOtherwise() throws Exception {
        MemorySource source = MemorySource.of("0123456789\n");
        with(source, input -> {
            assertThat(cause(input.readLine(9)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("a line of more than 9 bytes");
            assertFulfilled(input.readLine(10), Optional.of("0123456789"));
        });
    }

    @Test
    void theLimitCountsALoneCrAtTheEndOfInputButNotTheEndOfALine() throws Exception {
        MemorySource source = MemorySource.of("abc\r");
        source.end();
        with(source, input -> {
            assertThat(cause(input.readLine(3))).hasMessage("a line of more than 3 bytes");
            assertFulfilled(input.readLine(4), Optional.of("abc\r"));
        });
    }

    @Test
    void aLineWithoutEndIsGivenUpAtTheLimit() throws Exception {
        MemorySource source = MemorySource.of("x".repeat(1 << 20));
        with(source, input -> {
            Promise<Optional<String>> line = input.readLine();
            assertThat(line.isPending()).isTrue();
            source.feed("xx");
            assertThat(cause(line)).hasMessage("a line of more than 1048576 bytes");
        });
    }

    @Test
    void whatIsNotUtf8BecomesAReplacementCharacter() throws Exception {
        MemorySource source = new MemorySource(true);
        source.feed(new byte[] {'a', (byte) 0xC3, 0, '\n'});
        with(source, input -> assertFulfilled(input.readLine(), Optional.of("a\uFFFD\0")));
    }

    @Test
    @Rule("I-14")
    void readTakesWhatIsThereOrWhatArrivesNext() throws Exception {
        MemorySource source = MemorySource.of("abcdef");
        with(source, input -> {
            assertFulfilled(text(input.read(2)), "ab");
            assertFulfilled(text(input.read()), "cdef");
            Promise<String> next = text(input.read(10));
            assertThat(next.isPending()).isTrue();
            source.feed("g");
            assertFulfilled(next, "g");
            source.end();
            assertFulfilled(text(input.read()), "");
            assertFulfilled(text(input.read(1)), "");
        });
    }

    @Test
    @Rule("I-14")
    void readAllReadsToTheEnd() throws Exception {
        String first = "é".repeat(100_000);
        MemorySource source = MemorySource.of(first);
        with(source, input -> {
            Promise<String> all = input.readAll();
            source.feed("rest");
            assertThat(all.isPending()).isTrue();
            source.end();
            assertFulfilled(all, first + "rest");
            assertFulfilled(input.readAll(), "");
        });
    }

    @Test
    void argumentsThatMakeNoSenseAreRefused() throws Exception {
        with(MemorySource.of(), input -> {
            assertThatThrownBy(() -> input.read(0)).hasMessage("count: 0 is less than one");
            assertThatThrownBy(() -> input.readLine(-1)).hasMessage("limit: -1 is negative");
            assertThatThrownBy(() -> InputChannel.of(null))
                    .isInstanceOf(NullPointerException.class);
        });
    }

    /* ---- Order, cancellation, errors ---- */

    @Test
    @Rule("I-2")
    void readsAreServedInTheOrderTheyWereAskedFor() throws Exception {
        MemorySource source = new MemorySource(true);
        List<String> log = new ArrayList<>();
        with(source, input -> {
            input.readLine().onSuccess(line -> log.add("first " + line.orElseThrow()));
            text(input.read(2)).onSuccess(some -> log.add("second " + some));
            input.readLine().onSuccess(line -> log.add("third " + line.orElseThrow()));
            source.feed("a");
            assertThat(log).isEmpty();
            source.feed("b\ncdef\n");
            assertThat(log).containsExactly("first ab", "second cd", "third ef");
        });
    }

    @Test
    @Rule("I-12")
    void aCancelledLineLeavesItsBytesToTheNextRead() throws Exception {
        MemorySource source = MemorySource.of("par");
        with(source, input -> {
            Promise<Optional<String>> line = input.readLine();
            line.cancel();
            assertThat(line.isCancelled()).isTrue();
            source.feed("tial\n");
            assertFulfilled(input.readLine(), Optional.of("partial"));
        });
    }

    @Test
    @Rule("I-12")
    void aCancelledReadAllLeavesItsBytesToTheNextRead() throws Exception {
        MemorySource source = MemorySource.of("x".repeat(5000));
        with(source, input -> {
            input.readAll().cancel();
            source.feed("!");
            assertFulfilled(text(input.read()), "x".repeat(5000));
            assertFulfilled(text(input.read()), "!");
        });
    }

    @Test
    @Rule("I-12")
    void whoIsNextGetsWhatACancelledReadHadWaitedOn() throws Exception {
        MemorySource source = MemorySource.of("par");
        with(source, input -> {
            Promise<Optional<String>> line = input.readLine();
            Promise<String> next = text(input.read());
            assertThat(next.isPending()).isTrue();
            line.cancel();
            assertFulfilled(next, "par");
            assertThat(source.hasReader()).isFalse();
        });
    }

    @Test
    @Rule("I-3")
    void aCancelledReadLeavesTheQueue() throws Exception {
        MemorySource source = new MemorySource(true);
        with(source, input -> {
            Promise<Optional<String>> first = input.readLine();
            Promise<Optional<String>> second = input.readLine();
            Promise<Optional<String>> third = input.readLine();
            second.cancel();
            source.feed("1\n2\n");
            assertFulfilled(first, Optional.of("1"));
            assertFulfilled(third, Optional.of("2"));
        });
    }

    @Test
    @Rule("U-7")
    void nothingIsTakenFromTheSourceWhenNobodyWaits() throws Exception {
        MemorySource source = new MemorySource(true);
        with(source, input -> {
            Promise<byte[]> read = input.read();
            assertThat(source.hasReader()).isTrue();
            read.cancel();
            assertThat(source.hasReader()).isFalse();
        });
    }

    @Test
    void bytesThatASourceTakesInSpiteOfCancellationAreKept() throws Exception {
        MemorySource source = new MemorySource(false);
        with(source, input -> {
            input.read().cancel();
            assertThat(source.hasReader()).isTrue();
            Promise<Optional<String>> line = input.readLine();
            source.feed("kept\n");
            assertFulfilled(line, Optional.of("kept"));
        });
    }

    @Test
    void whoReadsAfterACancelledReadIsNotCancelledWithItHoweverDeepItHappens() throws Exception {
        for (int depth = 0; depth < 300; depth++) {
            int levels = depth;
            MemorySource source = new MemorySource(true);
            TestLoop.run(() -> {
                InputChannel input = InputChannel.of(source);
                Promise<Optional<String>> first = input.readLine();
                Promise<Optional<String>> second = first.recover(cause -> input.readLine());
                return nested(levels, first).flatMap(x -> EventLoop.pause()).flatMap(x -> {
                    source.feed("line\n");
                    return second.map(line -> assertThat(line).contains("line"));
                });
            });
        }
    }

    /** Cancels a promise below so many callbacks of resolved promises. */
    private static Promise<?> nested(int levels, Promise<?> promise) {
        if (levels == 0) {
            promise.cancel();
            return Promise.unit();
        }
        return Promise.unit().<Object>flatMap(x -> nested(levels - 1, promise));
    }

    @Test
    void aReadMayLoseARaceAMillionTimesWithoutATrace() throws Exception {
        MemorySource source = new MemorySource(true);
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            Promise<Optional<String>> line = input.readLine();
            for (int i = 0; i < 1_000_000; i++) {
                input.readLine().cancel();
            }
            source.feed("still here\n");
            assertFulfilled(line, Optional.of("still here"));
            return Promise.unit();
        });
    }

    @Test
    void anErrorOfTheSourceRejectsOneReadAndTheNextTriesAgain() throws Exception {
        MemorySource source = MemorySource.of("par");
        with(source, input -> {
            Promise<Optional<String>> first = input.readLine();
            Promise<Optional<String>> second = input.readLine();
            IOException error = new IOException("reset");
            source.fail(error);
            assertThat(cause(first)).isSameAs(error);
            source.feed("tial\n");
            assertFulfilled(second, Optional.of("partial"));
        });
    }

    @Test
    @Rule("I-16")
    void anImpossibleAnswerOfTheSourceRejectsTheRead() throws Exception {
        TestLoop.run(() -> {
            for (int answer : new int[] {0, -2, 1 << 30}) {
                InputChannel input = InputChannel.of(new ByteSource() {
                    @Override
                    public Promise<Integer> read(ByteBuffer into) {
                        return Promise.of(answer);
                    }

                    @Override
                    public Promise<Void> close() {
                        return Promise.unit();
                    }
                });
                assertThat(cause(input.read()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("a byte source answered " + answer);
            }
            return Promise.unit();
        });
    }

    @Test
    void aSourceThatThrowsRejectsTheRead() throws Exception {
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(new ByteSource() {
                @Override
                public Promise<Integer> read(ByteBuffer into) {
                    throw new IllegalArgumentException("broken");
                }

                @Override
                public Promise<Void> close() {
                    throw new IllegalArgumentException("broken, too");
                }
            });
            assertThat(cause(input.readLine())).hasMessage("broken");
            assertThat(cause(input.close())).hasMessage("broken, too");
            return Promise.unit();
        });
    }

    /* ---- The end ---- */

    @Test
    @Rule({"I-7", "I-8"})
    void closeRejectsEveryReadThatWaits() throws Exception {
        MemorySource source = MemorySource.of("par");
        with(source, input -> {
            Promise<Optional<String>> first = input.readLine();
            Promise<byte[]> second = input.read();
            assertDone(input.close());
            assertThat(source.hasReader()).isFalse();
            assertThat(cause(first)).isInstanceOf(ClosedChannelException.class);
            assertThat(cause(second)).isInstanceOf(ClosedChannelException.class);
            assertThat(cause(input.readLine()))
                    .isInstanceOf(ClosedChannelException.class)
                    .hasMessage("the input channel is closed");
        });
    }

    @Test
    @Rule("I-7")
    void closeIsOnePromiseAndClosesTheSourceOnce() throws Exception {
        MemorySource source = new MemorySource(true);
        with(source, input -> {
            List<Promise<Void>> again = new ArrayList<>();
            input.read().onFailure(error -> again.add(input.close()));
            assertThat(input.isClosed()).isFalse();
            Promise<Void> closed = input.close();
            assertThat(input.isClosed()).isTrue();
            assertThat(again).containsExactly(closed);
            assertThat(input.close()).isSameAs(closed);
            assertThat(source.closeCount()).isEqualTo(1);
        });
    }

    @Test
    void aChannelMayBeUsedOnItsLoopOnly() throws Exception {
        InputChannel[] channels = new InputChannel[1];
        TestLoop.run(() -> {
            channels[0] = InputChannel.of(MemorySource.of());
            return Promise.unit();
        });
        assertThatThrownBy(() -> channels[0].read()).isInstanceOf(LoopThreadException.class);
        assertThatThrownBy(() -> InputChannel.of(MemorySource.of()))
                .isInstanceOf(LoopThreadException.class);
        EventLoop.run(() -> {
            assertThatThrownBy(() -> channels[0].readLine())
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("readLine");
            return Promise.unit();
        });
    }
}
