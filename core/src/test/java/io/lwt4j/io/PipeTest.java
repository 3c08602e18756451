package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.assertFulfilled;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Channels that need no system, and copying between channels. */
class PipeTest {

    @Test
    void whatIsWrittenToAPipeCanBeRead() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            Promise<Optional<String>> line = pipe.input().readLine();
            assertThat(line.isPending()).isTrue();
            pipe.output().writeLine("hello");
            assertDone(pipe.output().flush());
            assertFulfilled(line, Optional.of("hello"));
            pipe.output().write("rest");
            assertThat(pipe.output().close().isPending()).isTrue();
            assertFulfilled(pipe.input().readAll(), "rest");
            assertFulfilled(pipe.input().readLine(), Optional.empty());
            return pipe.output().close();
        });
    }

    @Test
    void aWriterOfAPipeIsAsFastAsItsReader() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Pipe.open(ChannelOptions.defaults().withBufferSize(16));
            Promise<Void> written = pipe.output().write(new byte[1000]);
            assertThat(written.isPending()).isTrue();
            for (int i = 0; i < 10; i++) {
                assertFulfilled(pipe.input().readFully(90).map(some -> some.length), 90);
                assertThat(written.isPending()).isTrue();
            }
            assertFulfilled(pipe.input().readFully(100).map(some -> some.length), 100);
            assertDone(written);
            return Promise.unit();
        });
    }

    @Test
    void aPipeWithoutAReaderIsBroken() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            pipe.output().write("x");
            Promise<Void> flush = pipe.output().flush();
            assertDone(pipe.input().close());
            assertThat(cause(flush)).isInstanceOf(IOException.class).hasMessage("broken pipe");
            assertThat(cause(pipe.output().write("y"))).hasMessage("broken pipe");
            Pipe other = Channels.pipe();
            assertDone(other.input().close());
            other.output().write("x");
            assertThat(cause(other.output().close())).hasMessage("broken pipe");
            return Promise.unit();
        });
    }

    @Test
    void abortOfTheOutputIsTheEndOfTheInput() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            Promise<Optional<String>> line = pipe.input().readLine();
            pipe.output().write("never");
            assertDone(pipe.output().abort());
            assertFulfilled(line, Optional.empty());
            return Promise.unit();
        });
    }

    @Test
    void cancelledReadsAndWritesOfAPipeLoseNothing() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            pipe.input().readLine().cancel();
            pipe.output().write("par");
            pipe.output().flush().cancel();
            Promise<Optional<String>> line = pipe.input().readLine();
            line.cancel();
            pipe.output().write("tial\n");
            Promise<Void> big = pipe.output().write(new byte[100_000]);
            big.cancel();
            assertFulfilled(pipe.input().readLine(), Optional.of("partial"));
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-18")
    void aChannelOfBytesYieldsThemAndThenTheEnd() throws Exception {
        TestLoop.run(() -> {
            ByteBuffer bytes = ByteBuffer.wrap("0123456".getBytes(UTF_8)).position(2);
            InputChannel input = Channels.inputOf(bytes, ChannelOptions.defaults());
            assertFulfilled(input.readAll(), "23456");
            assertFulfilled(input.readLine(), Optional.empty());
            assertThat(bytes.position()).isEqualTo(2);
            assertDone(input.close());
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-18")
    void aChannelToABufferFailsWhereItIsFull() throws Exception {
        TestLoop.run(() -> {
            ByteBuffer into = ByteBuffer.allocate(3);
            OutputChannel output = Channels.outputTo(into);
            assertDone(output.write("abcd"));
            assertThat(cause(output.flush())).isInstanceOf(BufferOverflowException.class);
            assertThat(into.array()).containsExactly('a', 'b', 'c');
            assertThat(cause(output.close())).isInstanceOf(BufferOverflowException.class);
            return Promise.unit();
        });
    }

    @Test
    void zeroAndNullOutputHaveNoEnd() throws Exception {
        TestLoop.run(() -> {
            assertFulfilled(Channels.zero().readFully(100_000).map(zeros -> zeros.length), 100_000);
            OutputChannel nowhere = Channels.nullOutput();
            assertFulfilled(Channels.copy(Channels.zero(), nowhere, 1 << 20), 1L << 20);
            assertDone(nowhere.close());
            return Channels.zero().close();
        });
    }

    @Test
    void copyingWritesEverythingAndFlushes() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            MemorySource source = MemorySource.of("some ");
            InputChannel input = InputChannel.of(source);
            OutputChannel output = OutputChannel.of(sink);
            Promise<Long> copied = Channels.copy(input, output);
            source.feed("text");
            assertThat(copied.isPending()).isTrue();
            source.end();
            assertFulfilled(copied, 9L);
            assertThat(sink.text()).isEqualTo("some text");
            return Promise.unit();
        });
    }

    @Test
    void copyingWithoutEndLetsOthersHaveTheirTurn() throws Exception {
        TestLoop.run(() -> {
            Promise<Long> copied = Channels.copy(Channels.zero(), Channels.nullOutput());
            assertThat(copied.isPending()).isTrue();
            return EventLoop.pause().map(over -> {
                copied.cancel();
                assertThat(copied.isCancelled()).isTrue();
                return true;
            });
        });
    }

    @Test
    void copyingStopsAtTheLimit() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(MemorySource.of("0123456789"));
            OutputChannel output = OutputChannel.of(sink);
            assertFulfilled(Channels.copy(input, output, 0), 0L);
            assertFulfilled(Channels.copy(input, output, 4), 4L);
            assertThat(sink.text()).isEqualTo("0123");
            assertFulfilled(input.readByteExactly(), (byte) '4');
            assertThatThrownBy(() -> Channels.copy(input, output, -1))
                    .hasMessageContaining("negative");
            return Promise.unit();
        });
    }

    @Test
    void copyingIsAsFastAsTheSlowerSideAndTakesNoMoreThanTheBuffers() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        TestLoop.run(() -> {
            InputChannel input = Channels.zero();
            OutputChannel output = OutputChannel.of(sink);
            Promise<Long> copied = Channels.copy(input, output, 1 << 30);
            assertThat(copied.isPending()).isTrue();
            assertThat(input.position()).isLessThan(1 << 20);
            for (int i = 0; i < 100; i++) {
                sink.allow(10_000);
            }
            assertThat(input.position()).isLessThan(2 << 20);
            copied.cancel();
            assertThat(copied.isCancelled()).isTrue();
            return output.abort();
        });
    }

    @Test
    void aCancelledCopyLosesNoByteAndCopiesNoneTwice() throws Exception {
        byte[] data = new byte[100_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31 + (i >> 8));
        }
        for (boolean cancellable : new boolean[] {true, false}) {
            MemorySink sink = new MemorySink(cancellable, 12_345);
            TestLoop.run(() -> {
                InputChannel input = Channels.inputOf(data);
                OutputChannel output = OutputChannel.of(sink);
                Promise<Long> first = Channels.copy(input, output);
                first.cancel();
                sink.allow(1 << 20);
                assertThat(first.isCancelled()).isTrue();
                return Channels.copy(input, output);
            });
            assertThat(sink.bytes()).isEqualTo(data);
        }
    }

    @Test
    void aCancelledCopyDoesNotWaitForASinkThatCannotStop() throws Exception {
        String text = "0123456789".repeat(10_000);
        for (boolean section : new boolean[] {false, true}) {
            TestLoop.run(() -> {
                MemorySink sink = new MemorySink(false, 0);
                InputChannel input = Channels.inputOf(text.getBytes(UTF_8));
                OutputChannel output = OutputChannel.of(sink);
                Promise<Long> copy = section
                        ? output.atomic(inner -> Channels.copy(input, inner))
                        : Channels.copy(input, output);
                assertThat(sink.hasWriter()).isTrue();
                copy.cancel();
                assertThat(copy.isCancelled()).isTrue();
                Promise<Void> behind = output.write("behind");
                // It takes some of them only; the rest is the channel's now.
                sink.allow(10);
                sink.allow(1 << 20);
                return behind.flatMap(done -> output.flush())
                        .flatMap(flushed -> input.readAll())
                        .map(rest -> assertThat(sink.text())
                                .isEqualTo(text.substring(0, text.length() - rest.length())
                                        + "behind"));
            });
        }
    }

    @Test
    void errorsOfEitherSideEndTheCopying() throws Exception {
        TestLoop.run(() -> {
            MemorySource source = MemorySource.of("abc");
            MemorySink sink = MemorySink.endless();
            Promise<Long> copied = Channels.copy(InputChannel.of(source), OutputChannel.of(sink));
            source.fail(new IOException("reset"));
            assertThat(cause(copied)).hasMessage("reset");
            MemorySink broken = MemorySink.endless();
            broken.fail(new IOException("full"));
            assertThat(cause(Channels.copy(Channels.zero(), OutputChannel.of(broken))))
                    .hasMessage("full");
            return Promise.unit();
        });
    }
}
