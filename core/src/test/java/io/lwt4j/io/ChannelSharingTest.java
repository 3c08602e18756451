package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.assertFulfilled;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/** Who has the bytes, and for how long, when something ends in the middle. */
class ChannelSharingTest {

    private static final int CHUNK = 4 << 10;

    /** Takes the buffers that others have given back, and overwrites them. */
    private static void overwriteSpareBuffers() {
        for (int size = 2 << 10; size <= 4 << 10; size *= 2) {
            for (int i = 0; i < 20; i++) {
                OutputChannel other = OutputChannel.of(MemorySink.withRoom(0));
                other.write("#".repeat(size));
            }
        }
    }

    @Test
    void whatACopyIsWritingIsItsOwnAlsoWhenTheInputIsClosed() throws Exception {
        TestLoop.run(() -> {
            MemorySource source = MemorySource.of("a".repeat(CHUNK));
            MemorySink sink = MemorySink.withRoom(0);
            InputChannel input = InputChannel.of(source);
            OutputChannel output =
                    OutputChannel.of(sink, ChannelOptions.defaults().withBufferSize(16));
            Promise<Long> copy = Channels.copy(input, output);
            assertThat(sink.hasWriter()).isTrue();
            input.close();
            overwriteSpareBuffers();
            sink.allow(CHUNK);
            assertThat(sink.text()).isEqualTo("a".repeat(sink.text().length()));
            assertThat(cause(copy)).isInstanceOf(ClosedChannelException.class);
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-7")
    void aCopyWhoseInputIsClosedComesToAnEnd() throws Exception {
        TestLoop.run(() -> {
            MemorySink sink = MemorySink.withRoom(0);
            InputChannel input = InputChannel.of(MemorySource.of("a".repeat(CHUNK)));
            OutputChannel output =
                    OutputChannel.of(sink, ChannelOptions.defaults().withBufferSize(16));
            Promise<Long> copy = Channels.copy(input, output);
            input.close();
            sink.allow(2 * CHUNK);
            assertThat(cause(copy)).isInstanceOf(ClosedChannelException.class);
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-19")
    void aCancelledRefillOfADirectAccessLeavesTheBytesThatAreThere() throws Exception {
        TestLoop.run(() -> {
            // A buffer that is full gives way to a longer one.
            InputChannel input = InputChannel.of(MemorySource.of("ab".repeat(1 << 10)));
            assertDone(input.readFully(2).map(first -> null));
            return input.directAccess(access -> {
                access.bytes().position(access.bytes().remaining() - 10);
                Promise<Integer> more = access.refill();
                assertThat(more.isPending()).isTrue();
                more.cancel();
                overwriteSpareBuffers();
                byte[] left = new byte[10];
                access.bytes().duplicate().get(left);
                assertThat(new String(left, UTF_8)).isEqualTo("ababababab");
                return Promise.unit();
            });
        });
    }

    @Test
    void whatArrivesForNobodyWhileACopyWritesIsCopiedAtOnce() throws Exception {
        TestLoop.run(() -> {
            MemorySource source = new MemorySource(false);
            MemorySink sink = MemorySink.withRoom(0);
            InputChannel input = InputChannel.of(source);
            OutputChannel output =
                    OutputChannel.of(sink, ChannelOptions.defaults().withBufferSize(16));
            input.read().cancel();
            assertThat(source.hasReader()).isTrue();
            source.feed("b".repeat(100));
            // Nobody waits for more, but the source cannot be stopped.
            input.readFully(1000).cancel();
            Promise<Long> copy = Channels.copy(input, output);
            assertThat(sink.hasWriter()).isTrue();
            source.feed("c".repeat(50));
            sink.allow(1000);
            assertThat(sink.text()).isEqualTo("b".repeat(100) + "c".repeat(50));
            copy.cancel();
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-9")
    void aLongWriteThatIsLeftBehindByItsSectionIsTakenBackFromTheSink() throws Exception {
        TestLoop.run(() -> {
            MemorySink sink = MemorySink.withRoom(0);
            OutputChannel output = OutputChannel.of(sink);
            List<Promise<Void>> writes = new ArrayList<>();
            Resolver<Void> end = Resolver.uncancellable();
            Promise<Void> section = output.atomic(inner -> {
                writes.add(inner.write(new byte[100_000]));
                return end.promise();
            });
            assertThat(sink.hasWriter()).isTrue();
            end.resolve(null);
            assertDone(section);
            assertThat(cause(writes.get(0))).isInstanceOf(IllegalStateException.class);
            assertThat(sink.hasWriter()).isFalse();
            assertThat(output.error()).isEmpty();
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-21")
    void flushAllWaitsAlsoForTheFirstWriteOfAChannel() throws Exception {
        TestLoop.run(() -> {
            MemorySink sink = MemorySink.withRoom(0);
            OutputChannel output = OutputChannel.of(sink);
            Promise<Void> write = output.write(new byte[100_000]);
            Promise<Void> all = Channels.flushAll();
            assertThat(all.isPending()).isTrue();
            sink.allow(100_000);
            assertDone(write);
            assertDone(all);
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-21")
    void flushAllFlushesAlsoWhatASectionThatEndsMeanwhileHasWritten() throws Exception {
        TestLoop.run(() -> {
            MemorySink sink = MemorySink.withRoom(0);
            OutputChannel output =
                    OutputChannel.of(sink, ChannelOptions.defaults().withBufferSize(16));
            Promise<Void> section = output.atomic(
                    inner -> inner.write("0123456789").flatMap(done -> inner.write("0123456789")));
            Promise<Void> all = Channels.flushAll();
            sink.allow(10);
            assertDone(section);
            assertThat(all.isPending()).isTrue();
            sink.allow(10);
            assertDone(all);
            assertThat(sink.text()).isEqualTo("01234567890123456789");
            return Promise.unit();
        });
    }

    @Test
    void anErrorThatComesWhenNobodyReadsIsForTheNextRead() throws Exception {
        TestLoop.run(() -> {
            MemorySource source = new MemorySource(false);
            InputChannel input = InputChannel.of(source);
            input.readLine().cancel();
            source.fail(new IOException("lost line"));
            assertThat(cause(input.readLine())).hasMessage("lost line");
            source.feed("next\n");
            assertFulfilled(input.readLineExactly(), "next");
            return Promise.unit();
        });
    }

    @Test
    void aStreamOfJavaIsClosedByAThreadThatMayBlock() throws Exception {
        List<Thread> closers = new ArrayList<>();
        InputStream stream = new InputStream() {
            @Override
            public int read() {
                return -1;
            }

            @Override
            public void close() {
                closers.add(Thread.currentThread());
            }
        };
        Thread loopThread = Thread.currentThread();
        TestLoop.run(() -> InputChannel.of(StandardChannels.source(stream)).close());
        assertThat(closers).hasSize(1).doesNotContain(loopThread);
    }
}
