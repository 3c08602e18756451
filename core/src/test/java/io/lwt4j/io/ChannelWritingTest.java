package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.assertFulfilled;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The kinds of writes, and the buffer they write to. */
class ChannelWritingTest {

    private static final ChannelOptions DEFAULTS = ChannelOptions.defaults();

    private static void with(
            ByteSink sink, CheckedFunction<OutputChannel, ? extends Promise<?>> test)
            throws Exception {
        TestLoop.run(() -> test.apply(OutputChannel.of(sink)));
    }

    /* ---- Kinds of writes ---- */

    @Test
    void textIsWrittenWithAndWithoutLineEnds() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            output.print("a");
            output.println("b");
            output.writeLine("c");
            output.printf("%d-%s-%.1f|", 1, null, 1.5);
            output.writeChar('d');
            output.writeChar(0x1F600);
            output.writeByte(0x65);
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo("ab\nc\n1-null-1.5|d\uD83D\uDE00e");
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-22")
    void streamsAreWrittenElementByElement() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            assertDone(output.writeLines(PullStream.of("a", "b")));
            assertDone(output.writeChars(PullStream.ofCharacters("x\uD83D\uDE00y\uD83D")));
            assertDone(output.write(PullStream.of(new byte[] {'1'}, new byte[] {'2', '3'})));
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo("a\nb\nx\uD83D\uDE00y?123");
            return Promise.unit();
        });
    }

    @Test
    void partsOfArraysAndBuffersAreWritten() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            byte[] array = "0123456789".getBytes(UTF_8);
            assertDone(output.write(array, 2, 3));
            ByteBuffer buffer = ByteBuffer.wrap(array).position(7);
            assertDone(output.write(buffer));
            assertThat(buffer.hasRemaining()).isFalse();
            ByteBuffer direct = ByteBuffer.allocateDirect(20_000);
            assertDone(output.write(direct));
            assertDone(output.flush());
            assertThat(sink.bytes()).hasSize(20_006).startsWith('2', '3', '4', '7', '8', '9');
            assertThatThrownBy(() -> output.write(array, 8, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            return Promise.unit();
        });
    }

    @Test
    void writeSomeWritesWhatFits() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink, DEFAULTS.withBufferSize(16));
            byte[] data = "0123456789abcdefghij".getBytes(UTF_8);
            assertFulfilled(output.writeSome(data, 0, 20), 16);
            assertFulfilled(output.writeSome(data, 0, 0), 0);
            ByteBuffer rest = ByteBuffer.wrap(data).position(16);
            Promise<Integer> more = output.writeSome(rest);
            assertThat(more.isPending()).isTrue();
            sink.allow(3);
            assertFulfilled(more, 3);
            assertThat(rest.remaining()).isEqualTo(1);
            Promise<Integer> cancelled = output.writeSome(rest);
            cancelled.cancel();
            assertThat(rest.remaining()).isEqualTo(1);
            sink.allow(1000);
            return output.flush().map(done -> {
                assertThat(sink.text()).isEqualTo("0123456789abcdefghi");
                return true;
            });
        });
    }

    @Test
    @Rule("I-20")
    void numbersAreWrittenInEitherOrder() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                output.writeShort((short) -2, order);
                output.writeInt(0x01020304, order);
                output.writeLong(0x0102030405060708L, order);
                output.writeFloat(1.5f, order);
                output.writeDouble(-1.5, order);
            }
            assertDone(output.flush());
            InputChannel input = Channels.inputOf(sink.bytes());
            assertThat(sink.bytes()).startsWith(0xFF, 0xFE, 1, 2, 3, 4, 1, 2, 3);
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                assertFulfilled(input.readShort(order), (short) -2);
                assertFulfilled(input.readInt(order), 0x01020304);
                assertFulfilled(input.readLong(order), 0x0102030405060708L);
                assertFulfilled(input.readFloat(order), 1.5f);
                assertFulfilled(input.readDouble(order), -1.5);
            }
            return Promise.unit();
        });
    }

    @Test
    void bytesAreDumpedForPeople() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            assertDone(output.hexdump("0123456789abcdefg\n".getBytes(UTF_8)));
            assertDone(output.hexdump(new byte[0]));
            assertDone(output.flush());
            assertThat(sink.text().lines())
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("00000000|  30 31 32")
                    .endsWith("|0123456789abcdef|");
            assertThat(sink.text()).endsWith("|g.|\n");
            return Promise.unit();
        });
    }

    @Test
    void whatACharsetDoesNotHaveIsReplacedIgnoredOrReported() throws Exception {
        MemorySink sink = MemorySink.endless();
        ChannelOptions latin = DEFAULTS.withCharset(StandardCharsets.ISO_8859_1);
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink, latin);
            assertDone(output.write("ä€"));
            assertDone(output.flush());
            assertThat(sink.bytes()).containsExactly(0xE4, '?');
            OutputChannel ignores =
                    OutputChannel.of(sink, latin.withMalformed(CodingErrorAction.IGNORE));
            assertDone(ignores.write("€x"));
            assertDone(ignores.flush());
            assertThat(sink.bytes()).containsExactly(0xE4, '?', 'x');
            OutputChannel reports =
                    OutputChannel.of(sink, latin.withMalformed(CodingErrorAction.REPORT));
            assertThat(cause(reports.write("ab€"))).isInstanceOf(CharacterCodingException.class);
            assertDone(reports.write("y"));
            assertDone(reports.flush());
            assertThat(sink.bytes()).containsExactly(0xE4, '?', 'x', 'y');
            return Promise.unit();
        });
    }

    /* ---- The buffer ---- */

    @Test
    @Rule("I-19")
    void aBlockIsWrittenAsAWhole() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            assertDone(output.block(4, b -> b.putInt(0x61626364)));
            assertThat(cause(output.block(4, b -> {
                        throw new IOException("thrown");
                    })))
                    .hasMessage("thrown");
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo("abcd");
            assertThatThrownBy(() -> output.block(17, b -> b)).hasMessageContaining("17");
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-19")
    void directAccessWritesWhatItsPositionIsMovedOver() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink, DEFAULTS.withBufferSize(16));
            assertDone(output.write("ab"));
            DirectOutput[] kept = new DirectOutput[1];
            Promise<Void> written = output.directAccess(access -> {
                kept[0] = access;
                assertThat(access.space().remaining()).isEqualTo(14);
                access.space().put("0123456789ABCD".getBytes(UTF_8));
                return access.flush().flatMap(done -> {
                    assertThat(access.space().remaining()).isEqualTo(16);
                    access.space().put((byte) '!');
                    return Promise.unit();
                });
            });
            assertDone(written);
            assertThatThrownBy(() -> kept[0].space()).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kept[0].flush()).isInstanceOf(IllegalStateException.class);
            return output.close().map(done -> {
                assertThat(sink.text()).isEqualTo("ab0123456789ABCD!");
                return true;
            });
        });
    }

    @Test
    @Rule("I-19")
    void directAccessHasItsRoomAgainWhenAFlushIsOverOrCancelled() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink, DEFAULTS.withBufferSize(16));
            Promise<Void> written = output.directAccess(access -> {
                access.space().put("abc".getBytes(UTF_8));
                access.flush().cancel();
                access.space().put("def".getBytes(UTF_8));
                return access.flush().flatMap(done -> {
                    assertThat(access.space().remaining()).isEqualTo(16);
                    access.space().put((byte) '!');
                    return Promise.unit();
                });
            });
            assertThat(written.isPending()).isTrue();
            sink.allow(100);
            assertDone(written);
            assertDone(output.flush());
            assertThat(sink.text()).isEqualTo("abcdef!");
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-19")
    void directAccessSurvivesAnAutomaticFlushInTheMiddle() throws Exception {
        MemorySink sink = MemorySink.endless();
        with(sink, output -> {
            assertDone(output.write("before "));
            return output.<Void>directAccess(access -> {
                        access.space().put((byte) 'x');
                        return EventLoop.pause().flatMap(p -> EventLoop.pause()).flatMap(p -> {
                            access.space().put((byte) 'y');
                            return Promise.unit();
                        });
                    })
                    .flatMap(done -> output.flush())
                    .map(done -> {
                        assertThat(sink.text()).isEqualTo("before xy");
                        return true;
                    });
        });
    }

    @Test
    @Rule("I-1")
    void theBufferHasTheSizeThatWasAskedFor() throws Exception {
        MemorySink sink = MemorySink.withRoom(0);
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink, DEFAULTS.withBufferSize(16));
            assertDone(output.write("0123456789abcdef"));
            assertThat(output.buffered()).isEqualTo(16);
            assertThat(output.isBusy()).isFalse();
            Promise<Void> more = output.write("x");
            assertThat(more.isPending()).isTrue();
            assertThat(output.isBusy()).isTrue();
            output.resizeBuffer(32);
            assertThat(output.bufferSize()).isEqualTo(32);
            assertThatThrownBy(() -> output.resizeBuffer(15)).hasMessageContaining("15");
            sink.allow(1000);
            assertDone(more);
            return output.close();
        });
    }

    @Test
    @Rule("I-17")
    void positionCountsWhatIsInTheBufferAndMovingFlushesFirst() throws Exception {
        TestLoop.run(() -> {
            ByteBuffer into = ByteBuffer.allocate(10);
            OutputChannel output = Channels.outputTo(into);
            output.write("abcdef");
            assertThat(output.position()).isEqualTo(6);
            assertThat(into.get(0)).isZero();
            assertDone(output.position(2));
            assertThat(output.position()).isEqualTo(2);
            assertDone(output.write("XY"));
            assertFulfilled(output.length(), 10L);
            assertThat(new String(into.array(), 0, 6, UTF_8)).isEqualTo("abXYef");
            assertThatThrownBy(() -> output.position(-1)).hasMessageContaining("negative");
            OutputChannel other = OutputChannel.of(MemorySink.endless());
            assertThat(cause(other.position(3))).isInstanceOf(UnsupportedOperationException.class);
            assertThat(cause(other.length())).isInstanceOf(UnsupportedOperationException.class);
            return Promise.unit();
        });
    }

    /* ---- Errors that no promise told of, and the end ---- */

    @Test
    @Rule("I-5")
    void anErrorOfAnAutomaticFlushIsThereToBeSeenAndStays() throws Exception {
        MemorySink sink = MemorySink.endless();
        IOException error = new IOException("broken");
        sink.fail(error);
        with(sink, output -> {
            assertDone(output.write("x"));
            assertThat(output.error()).isEmpty();
            return EventLoop.pause().flatMap(p -> EventLoop.pause()).map(p -> {
                assertThat(output.error()).contains(error);
                assertThat(cause(output.write("y"))).isSameAs(error);
                assertThat(cause(output.flush())).isSameAs(error);
                assertThat(cause(output.close())).isSameAs(error);
                return true;
            });
        });
    }

    @Test
    @Rule("I-21")
    void flushAllFlushesEveryOutputOfTheLoopWhateverComesOfIt() throws Exception {
        MemorySink first = MemorySink.endless();
        MemorySink second = MemorySink.endless();
        first.fail(new IOException("broken"));
        TestLoop.run(() -> {
            OutputChannel.of(first).write("x");
            OutputChannel output = OutputChannel.of(second);
            output.write("y");
            assertDone(Channels.flushAll());
            assertThat(second.text()).isEqualTo("y");
            return output.close();
        });
    }

    @Test
    @Rule({"R-5", "I-21"})
    void aLoopThatEndsFlushesItsOutputs() throws Exception {
        MemorySink sink = MemorySink.endless();
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build()) {
            loop.runUntilComplete(() -> {
                OutputChannel.of(MemorySink.withRoom(0)).write("to a reader that does not read");
                return OutputChannel.of(sink).write("last words");
            });
        }
        assertThat(sink.text()).isEqualTo("last words");
        assertThat(errors).isEmpty();
    }

    @Test
    void whoeverCaresIsToldWhenTheChannelIsClosed() throws Exception {
        with(MemorySink.endless(), output -> {
            List<String> log = new ArrayList<>();
            output.onClose(() -> log.add("closed"));
            assertDone(output.close());
            assertThat(log).containsExactly("closed");
            return Promise.unit();
        });
    }
}
