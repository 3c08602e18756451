package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.assertFulfilled;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kinds of reads, and the buffer they read from. */
class ChannelReadingTest {

    private static final ChannelOptions DEFAULTS = ChannelOptions.defaults();

    private static void with(ByteSource source, CheckedConsumer<InputChannel> test)
            throws Exception {
        with(source, DEFAULTS, test);
    }

    private static void with(
            ByteSource source, ChannelOptions options, CheckedConsumer<InputChannel> test)
            throws Exception {
        TestLoop.run(() -> {
            test.accept(InputChannel.of(source, options));
            return Promise.unit();
        });
    }

    private static MemorySource bytes(int... values) {
        MemorySource source = new MemorySource(true);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        source.feed(bytes);
        return source;
    }

    private static Promise<String> text(Promise<byte[]> bytes) {
        return bytes.map(it -> new String(it, UTF_8));
    }

    /* ---- Bytes ---- */

    @Test
    void aByteIsReadOrNothingAtTheEnd() throws Exception {
        MemorySource source = bytes('a', 0, 255);
        with(source, input -> {
            assertFulfilled(input.readByte(), Optional.of((byte) 'a'));
            assertFulfilled(input.readByteExactly(), (byte) 0);
            assertFulfilled(input.readByteExactly(), (byte) -1);
            Promise<Optional<Byte>> last = input.readByte();
            assertThat(last.isPending()).isTrue();
            source.end();
            assertFulfilled(last, Optional.empty());
            assertThat(cause(input.readByteExactly())).isInstanceOf(EOFException.class);
        });
    }

    @Test
    @Rule("I-15")
    void readIntoTakesWhatIsThereAndIsMinusOneAtTheEnd() throws Exception {
        MemorySource source = MemorySource.of("abcdef");
        with(source, input -> {
            ByteBuffer into = ByteBuffer.allocate(4);
            assertFulfilled(input.readInto(into), 4);
            assertFulfilled(input.readInto(into), 0);
            byte[] array = new byte[10];
            assertFulfilled(input.readInto(array, 3, 7), 2);
            assertThat(new String(into.array(), UTF_8)).isEqualTo("abcd");
            assertThat(new String(array, 3, 2, UTF_8)).isEqualTo("ef");
            source.end();
            assertFulfilled(input.readInto(array, 0, 1), -1);
            assertFulfilled(input.readInto(into.clear()), -1);
            assertThatThrownBy(() -> input.readInto(array, 3, 8))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        });
    }

    @Test
    @Rule("I-15")
    void readFullyWaitsForAllBytesAndLosesNothingAtAnEarlyEnd() throws Exception {
        MemorySource source = MemorySource.of("abc");
        with(source, input -> {
            Promise<String> four = text(input.readFully(4));
            assertThat(four.isPending()).isTrue();
            source.feed("de");
            assertFulfilled(four, "abcd");
            ByteBuffer three = ByteBuffer.allocate(3);
            Promise<Void> filled = input.readFully(three);
            source.feed("f");
            source.end();
            assertThat(cause(filled))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the input ends after 2 of 3 bytes, which can still be read");
            assertThat(three.position()).isZero();
            assertDone(input.readFully(three.limit(2)));
            assertThat(new String(three.array(), 0, 2, UTF_8)).isEqualTo("ef");
            assertFulfilled(text(input.readFully(0)), "");
        });
    }

    @Test
    @Rule("I-12")
    void cancelledExactReadsAndNumbersLeaveTheirBytesToTheNextRead() throws Exception {
        MemorySource source = MemorySource.of("abc");
        with(source, input -> {
            input.readFully(100).cancel();
            input.readFully(ByteBuffer.allocate(10)).cancel();
            input.readLong(ByteOrder.BIG_ENDIAN).cancel();
            input.block(16, b -> b).cancel();
            source.feed("d");
            input.readAllBytes().cancel();
            assertFulfilled(text(input.read()), "ab" + "cd");
        });
    }

    @Test
    void skipDropsBytesAndSaysHowMany() throws Exception {
        MemorySource source = MemorySource.of("0123456789");
        with(source, input -> {
            assertFulfilled(input.skip(3), 3L);
            assertFulfilled(input.skip(0), 0L);
            Promise<Long> more = input.skip(10);
            Promise<String> next = text(input.read());
            assertThat(more.isPending()).isTrue();
            source.feed("abcde");
            assertFulfilled(more, 10L);
            assertFulfilled(next, "de");
            source.feed("xy");
            source.end();
            assertFulfilled(input.skip(5), 2L);
            assertThatThrownBy(() -> input.skip(-1)).hasMessageContaining("negative");
        });
    }

    @Test
    void readAllWithALimitConsumesNothingIfThereIsMore() throws Exception {
        MemorySource source = MemorySource.of("0123456789");
        source.end();
        with(source, input -> {
            assertThat(cause(input.readAll(9)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("an input of more than 9 bytes");
            assertFulfilled(input.readAllBytes(10).map(all -> all.length), 10);
            assertFulfilled(input.readAllBytes().map(all -> all.length), 0);
        });
    }

    /* ---- Lines ---- */

    @Test
    @Rule("I-11")
    void aLineThatHasToBeThereIsAnErrorAtTheEnd() throws Exception {
        MemorySource source = MemorySource.of("last");
        source.end();
        with(source, input -> {
            assertFulfilled(input.readLineExactly(), "last");
            assertThat(cause(input.readLineExactly())).isInstanceOf(EOFException.class);
        });
    }

    @Test
    @Rule("I-22")
    void linesAreReadOneByOneSoThatOtherReadsMayComeInBetween() throws Exception {
        MemorySource source = MemorySource.of("one\ntwo\nXthree\n");
        with(source, input -> {
            PullStream<String> lines = input.lines();
            assertFulfilled(lines.next(), "one");
            assertFulfilled(lines.next(), "two");
            assertFulfilled(input.readByteExactly(), (byte) 'X');
            assertFulfilled(lines.next(), "three");
            Promise<List<String>> rest = lines.toList();
            source.feed("four\nfi");
            source.feed("ve");
            source.end();
            assertFulfilled(rest, List.of("four", "five"));
            assertThat(input.isClosed()).isFalse();
        });
    }

    @Test
    void forEachLineGoesOnWhenWhatWasMadeOfALineIsFulfilled() throws Exception {
        MemorySource source = MemorySource.of("1\n2\n3\n4");
        with(source, input -> {
            List<String> log = new ArrayList<>();
            List<Resolver<String>> uses = new ArrayList<>();
            Promise<Void> end = input.forEachLine(line -> {
                log.add(line);
                if (line.equals("2")) {
                    Resolver<String> use = Resolver.cancellable();
                    uses.add(use);
                    return use.promise();
                }
                return Promise.unit();
            });
            assertThat(log).containsExactly("1", "2");
            uses.get(0).resolve("done");
            assertThat(log).containsExactly("1", "2", "3");
            source.end();
            assertThat(log).containsExactly("1", "2", "3", "4");
            assertDone(end);
        });
    }

    @Test
    @Rule("I-12")
    void forEachLineLosesNoLineWhenItIsCancelledOrFails() throws Exception {
        MemorySource source = MemorySource.of("1\n2\n3\npart");
        with(source, input -> {
            assertThat(cause(input.forEachLine(line -> Promise.failed("no " + line))))
                    .hasMessage("no 1");
            assertThat(cause(input.forEachLine(line -> {
                        throw new IOException("thrown");
                    })))
                    .hasMessage("thrown");
            assertFulfilled(input.readLine(), Optional.of("3"));
            Promise<Void> waits = input.forEachLine(line -> Promise.unit());
            waits.cancel();
            assertThat(waits.isCancelled()).isTrue();
            source.feed("ial\n");
            assertFulfilled(input.readLine(), Optional.of("partial"));
        });
    }

    @Test
    void linesNeedACharsetWhoseLineEndIsOneByte() throws Exception {
        with(
                MemorySource.of("x\n"),
                DEFAULTS.withCharset(StandardCharsets.UTF_16),
                input -> assertThat(cause(input.readLine()))
                        .isInstanceOf(UnsupportedOperationException.class));
    }

    /* ---- Characters ---- */

    @Test
    void aCharacterMayArriveInParts() throws Exception {
        MemorySource source = bytes('a', 0xE2);
        with(source, input -> {
            assertFulfilled(input.readChar(), Optional.of((int) 'a'));
            Promise<Integer> euro = input.readCharExactly();
            source.feed(new byte[] {(byte) 0x82});
            assertThat(euro.isPending()).isTrue();
            source.feed(new byte[] {(byte) 0xAC, (byte) 0xF0, (byte) 0x9F});
            assertFulfilled(euro, (int) '€');
            Promise<Optional<Integer>> smile = input.readChar();
            source.feed(new byte[] {(byte) 0x98, (byte) 0x80});
            assertFulfilled(smile, Optional.of(0x1F600));
            source.end();
            assertFulfilled(input.readChar(), Optional.empty());
            assertThat(cause(input.readCharExactly())).isInstanceOf(EOFException.class);
        });
    }

    @Test
    void aCancelledCharacterLosesNoByteOfIt() throws Exception {
        MemorySource source = bytes(0xE2, 0x82);
        with(source, input -> {
            input.readChar().cancel();
            source.feed(new byte[] {(byte) 0xAC});
            assertFulfilled(input.readCharExactly(), (int) '€');
        });
    }

    @Test
    void whatIsNoCharacterIsReplacedIgnoredOrReported() throws Exception {
        int[] text = {'a', 0xFF, 0xC3, 'b', 0xC3};
        with(
                ended(bytes(text)),
                input -> assertFulfilled(PullStream.toText(input.chars()), "a\uFFFD\uFFFDb\uFFFD"));
        with(
                ended(bytes(text)),
                DEFAULTS.withMalformed(CodingErrorAction.IGNORE),
                input -> assertFulfilled(PullStream.toText(input.chars()), "ab"));
        with(ended(bytes(text)), DEFAULTS.withMalformed(CodingErrorAction.REPORT), input -> {
            assertFulfilled(input.readCharExactly(), (int) 'a');
            assertThat(cause(input.readChar())).isInstanceOf(CharacterCodingException.class);
            assertThat(cause(input.readAll())).isInstanceOf(CharacterCodingException.class);
            assertFulfilled(input.readByteExactly(), (byte) 0xFF);
        });
    }

    private static MemorySource ended(MemorySource source) {
        source.end();
        return source;
    }

    @Test
    void aLineThatIsNoTextIsReplacedIgnoredOrReported() throws Exception {
        int[] line = {'a', 0xFF, 'b', '\n'};
        with(bytes(line), input -> assertFulfilled(input.readLineExactly(), "a\uFFFDb"));
        with(
                bytes(line),
                DEFAULTS.withMalformed(CodingErrorAction.IGNORE),
                input -> assertFulfilled(input.readLineExactly(), "ab"));
        with(bytes(line), DEFAULTS.withMalformed(CodingErrorAction.REPORT), input -> {
            assertThat(cause(input.readLine())).isInstanceOf(CharacterCodingException.class);
            assertFulfilled(input.readFully(4).map(all -> (int) all[1]), -1);
        });
        with(
                bytes(line),
                DEFAULTS.withCharset(StandardCharsets.ISO_8859_1)
                        .withMalformed(CodingErrorAction.REPORT),
                input -> assertFulfilled(input.readLineExactly(), "aÿb"));
    }

    @Test
    void aReplacementCharacterThatIsReallyThereIsNoError() throws Exception {
        with(
                MemorySource.of("a\uFFFDb\n"),
                DEFAULTS.withMalformed(CodingErrorAction.REPORT),
                input -> assertFulfilled(input.readLineExactly(), "a\uFFFDb"));
    }

    @Test
    void charactersOfOtherCharsetsAreRead() throws Exception {
        MemorySource source = new MemorySource(true);
        source.feed("é€".getBytes(StandardCharsets.UTF_16LE));
        with(
                ended(source),
                DEFAULTS.withCharset(StandardCharsets.UTF_16LE),
                input -> assertFulfilled(PullStream.toText(input.chars()), "é€"));
    }

    /* ---- Numbers ---- */

    @Test
    @Rule("I-20")
    void numbersAreReadInEitherOrder() throws Exception {
        with(bytes(0xFF, 0xFE, 0xFE, 0xFF), input -> {
            assertFulfilled(input.readShort(ByteOrder.BIG_ENDIAN), (short) -2);
            assertFulfilled(input.readShort(ByteOrder.LITTLE_ENDIAN), (short) -2);
        });
        with(bytes(1, 2, 3, 4, 4, 3, 2, 1), input -> {
            assertFulfilled(input.readInt(ByteOrder.BIG_ENDIAN), 0x01020304);
            assertFulfilled(input.readInt(ByteOrder.LITTLE_ENDIAN), 0x01020304);
        });
        with(bytes(1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1), input -> {
            assertFulfilled(input.readLong(ByteOrder.BIG_ENDIAN), 0x0102030405060708L);
            assertFulfilled(input.readLong(ByteOrder.LITTLE_ENDIAN), 0x0102030405060708L);
        });
        with(bytes(0x3F, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F), input -> {
            assertFulfilled(input.readFloat(ByteOrder.BIG_ENDIAN), 1.5f);
            assertFulfilled(input.readDouble(ByteOrder.LITTLE_ENDIAN), 1.5);
        });
    }

    @Test
    @Rule("I-20")
    void aNumberThatTheInputEndsInIsAnErrorAndItsBytesStay() throws Exception {
        MemorySource source = bytes(1, 2, 3);
        with(ended(source), input -> {
            assertThat(cause(input.readInt(ByteOrder.BIG_ENDIAN))).isInstanceOf(EOFException.class);
            assertFulfilled(input.read().map(left -> left.length), 3);
        });
    }

    /* ---- The buffer ---- */

    @Test
    @Rule("I-19")
    void aBlockIsUpToSixteenBytes() throws Exception {
        with(MemorySource.of("0123456789abcdefXYZ"), input -> {
            assertFulfilled(input.block(16, b -> b.remaining()), 16);
            assertFulfilled(input.block(0, b -> b.remaining()), 0);
            assertFulfilled(input.block(2, b -> (char) b.get()), 'X');
            assertFulfilled(text(input.read()), "Z");
            assertThatThrownBy(() -> input.block(17, b -> b)).hasMessageContaining("17");
            assertThatThrownBy(() -> input.block(-1, b -> b)).hasMessageContaining("-1");
        });
    }

    @Test
    @Rule("I-19")
    void directAccessConsumesWhatItsPositionIsMovedOver() throws Exception {
        MemorySource source = MemorySource.of("abcdef");
        with(source, input -> {
            assertFulfilled(text(input.read(1)), "a");
            DirectInput[] kept = new DirectInput[1];
            Promise<String> seen = input.directAccess(access -> {
                kept[0] = access;
                assertThat(access.bytes().remaining()).isEqualTo(5);
                access.bytes().position(2);
                return access.refill().map(more -> {
                    ByteBuffer bytes = access.bytes();
                    byte[] all = new byte[bytes.remaining() - 1];
                    bytes.get(all);
                    return more + new String(all, UTF_8);
                });
            });
            Promise<String> next = text(input.read());
            source.feed("ghi");
            assertFulfilled(seen, "3defgh");
            assertFulfilled(next, "i");
            assertThatThrownBy(() -> kept[0].bytes()).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kept[0].refill()).isInstanceOf(IllegalStateException.class);
            source.end();
            assertFulfilled(input.directAccess(DirectInput::refill), -1);
        });
    }

    @Test
    @Rule("I-1")
    void buffersHaveASizeOfAtLeastSixteen() throws Exception {
        MemorySource source = MemorySource.of("x".repeat(100));
        with(source, DEFAULTS.withBufferSize(16), input -> {
            assertThat(input.bufferSize()).isEqualTo(16);
            assertFulfilled(input.read().map(some -> some.length), 16);
            input.resizeBuffer(32);
            assertThat(input.bufferSize()).isEqualTo(32);
            assertFulfilled(input.readFully(84).map(some -> some.length), 84);
            assertThatThrownBy(() -> input.resizeBuffer(15)).hasMessageContaining("15");
        });
        assertThatThrownBy(() -> DEFAULTS.withBufferSize(15)).hasMessageContaining("15");
    }

    @Test
    void bufferedIsWhatHasArrivedAndNotBeenRead() throws Exception {
        with(MemorySource.of("abc"), input -> {
            assertThat(input.buffered()).isZero();
            assertFulfilled(text(input.read(1)), "a");
            assertThat(input.buffered()).isEqualTo(2);
            assertThat(input.isBusy()).isFalse();
            input.readFully(10);
            assertThat(input.isBusy()).isTrue();
        });
    }

    @Test
    @Rule("I-17")
    void positionCountsWhatHasBeenReadAndMovesWithinTheBufferWithoutTheSource() throws Exception {
        TestLoop.run(() -> {
            InputChannel input = Channels.inputOf("0123456789".getBytes(UTF_8));
            assertThat(input.position()).isZero();
            assertFulfilled(text(input.read(4)), "0123");
            assertThat(input.position()).isEqualTo(4);
            assertDone(input.position(7));
            assertFulfilled(text(input.read(1)), "7");
            assertDone(input.position(1));
            assertFulfilled(text(input.read(2)), "12");
            assertFulfilled(input.length(), 10L);
            assertDone(input.position(100));
            assertFulfilled(text(input.read()), "");
            assertDone(input.position(0));
            assertFulfilled(input.readAll(), "0123456789");
            assertThat(input.position()).isEqualTo(10);
            assertThatThrownBy(() -> input.position(-1)).hasMessageContaining("negative");
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-17")
    void aSourceWithoutPlacesRejectsTheMoveExceptWithinTheBuffer() throws Exception {
        MemorySource source = MemorySource.of("0123456789");
        with(source, input -> {
            assertFulfilled(text(input.read(4)), "0123");
            assertDone(input.position(2));
            assertFulfilled(text(input.read(1)), "2");
            assertThat(cause(input.position(1000)))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(cause(input.length())).isInstanceOf(UnsupportedOperationException.class);
            assertFulfilled(text(input.read(1)), "3");
        });
    }

    @Test
    void aMoveWaitsForReadsBeforeItAndReadsBehindItWaitForTheMove() throws Exception {
        MemorySource source = MemorySource.of("ab");
        with(source, input -> {
            Promise<String> three = text(input.readFully(3));
            Promise<Void> move = input.position(1);
            Promise<String> again = text(input.readFully(2));
            assertThat(move.isPending()).isTrue();
            source.feed("cd");
            assertFulfilled(three, "abc");
            assertDone(move);
            assertFulfilled(again, "bc");
        });
    }

    @Test
    void chunksAreWhatArrives() throws Exception {
        MemorySource source = MemorySource.of("abc");
        with(source, input -> {
            PullStream<byte[]> chunks = input.asPullStream();
            assertFulfilled(text(chunks.next()), "abc");
            Promise<String> second = text(chunks.next());
            source.feed("d");
            assertFulfilled(second, "d");
            source.end();
            assertFulfilled(chunks.get(), Optional.empty());
        });
    }

    @Test
    void whoeverCaresIsToldWhenTheChannelIsClosed() throws Exception {
        with(MemorySource.of(), input -> {
            List<String> log = new ArrayList<>();
            input.onClose(() -> log.add("before"));
            assertThat(log).isEmpty();
            assertDone(input.close());
            assertThat(log).containsExactly("before");
            input.onClose(() -> log.add("after"));
            assertThat(log).containsExactly("before", "after");
        });
    }

    /* ---- Sources that do not block ---- */

    private static final class Ready implements NonBlockingSource {

        private final List<ByteBuffer> rooms = new ArrayList<>();
        private Resolver<Void> waiting;
        private String chunk;

        @Override
        public int readNow(ByteBuffer into) {
            rooms.add(into);
            if (chunk == null) {
                return 0;
            }
            byte[] some = chunk.getBytes(UTF_8);
            chunk = null;
            into.put(some);
            return some.length;
        }

        @Override
        public Promise<Void> whenReadable() {
            waiting = Resolver.cancellable();
            return waiting.promise();
        }

        @Override
        public Promise<Void> close() {
            return Promise.unit();
        }
    }

    @Test
    void channelsThatWaitForASourceThatDoesNotBlockShareOneBuffer() throws Exception {
        Ready first = new Ready();
        Ready second = new Ready();
        TestLoop.run(() -> {
            InputChannel one = InputChannel.of(first);
            InputChannel two = InputChannel.of(second);
            Promise<Optional<String>> line = one.readLine();
            Promise<Optional<String>> other = two.readLine();
            assertThat(first.rooms.get(0)).isSameAs(second.rooms.get(0));
            first.chunk = "li";
            first.waiting.resolve(null);
            second.chunk = "other\n";
            second.waiting.resolve(null);
            assertThat(first.rooms.get(1)).isNotSameAs(second.rooms.get(1));
            first.chunk = "ne\n";
            first.waiting.resolve(null);
            assertFulfilled(line, Optional.of("line"));
            assertFulfilled(other, Optional.of("other"));
            return Promise.unit();
        });
    }

    @Test
    void readOfASourceThatDoesNotBlockWaitsForIt() throws Exception {
        Ready source = new Ready();
        TestLoop.run(() -> {
            ByteBuffer into = ByteBuffer.allocate(10);
            Promise<Integer> read = source.read(into);
            source.chunk = "abc";
            source.waiting.resolve(null);
            assertFulfilled(read, 3);
            return Promise.unit();
        });
    }
}
