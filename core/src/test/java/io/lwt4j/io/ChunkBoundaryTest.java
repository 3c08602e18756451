package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertFulfilled;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.Promise;
import io.lwt4j.Rule;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** However the bytes are split on their way, a read yields what it would of one chunk. */
class ChunkBoundaryTest {

    private static final int ROUNDS = 150;

    private static Random random(String test) {
        long seed = System.nanoTime();
        System.out.println(test + ", seed " + seed);
        return new Random(seed);
    }

    /** Any bytes, with more line ends, text and beginnings of text than chance would give. */
    private static byte[] bytes(Random random) {
        String[] parts = {
            "\n", "\r\n", "\r", "\0", "a", "word ", "ä", "€", "\uD83D\uDE00", "x".repeat(50)
        };
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        int count = random.nextInt(300);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                bytes.put((byte) random.nextInt(256));
            } else {
                byte[] part = parts[random.nextInt(parts.length)].getBytes(StandardCharsets.UTF_8);
                bytes.put(part, 0, random.nextInt(10) == 0 ? 1 : part.length);
            }
        }
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    private static ChannelOptions options(Random random) {
        return ChannelOptions.defaults().withBufferSize(16 + random.nextInt(100));
    }

    /** Feeds a source with random parts of some bytes, and then the end. */
    private static void feed(MemorySource source, byte[] bytes, Random random) {
        int most = 1 + random.nextInt(40);
        for (int i = 0; i < bytes.length; ) {
            int count = Math.min(bytes.length - i, 1 + random.nextInt(most));
            byte[] part = new byte[count];
            System.arraycopy(bytes, i, part, 0, count);
            source.feed(part);
            i += count;
        }
        source.end();
    }

    private static List<String> expectedLines(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            boolean ended = i < bytes.length && bytes[i] == '\n';
            if (ended || (i == bytes.length && start < i)) {
                int end = ended && i > start && bytes[i - 1] == '\r' ? i - 1 : i;
                lines.add(new String(bytes, start, end - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return lines;
    }

    @Test
    @Rule("I-11")
    void linesDoNotDependOnChunks() throws Exception {
        Random random = random("linesDoNotDependOnChunks");
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(random);
            TestLoop.run(() -> {
                MemorySource source = new MemorySource(random.nextBoolean());
                InputChannel input = InputChannel.of(source, options(random));
                List<String> seen = new ArrayList<>();
                Promise<?> end = switch (random.nextInt(3)) {
                    case 0 -> input.lines().forEach(seen::add);
                    case 1 ->
                        input.forEachLine(line -> {
                            seen.add(line);
                            return Promise.unit();
                        });
                    default -> batches(input, seen);
                };
                feed(source, bytes, random);
                assertThat(end.isFulfilled()).isTrue();
                assertThat(seen).isEqualTo(expectedLines(bytes));
                return Promise.unit();
            });
        }
    }

    private static Promise<Boolean> batches(InputChannel input, List<String> seen) {
        return input.readLines().flatMap(batch -> {
            batch.ifPresent(seen::addAll);
            return batch.isPresent() ? batches(input, seen) : Promise.ofTrue();
        });
    }

    @Test
    void linesOfTextAreThoseOfABufferedReader() throws Exception {
        Random random = random("linesOfTextAreThoseOfABufferedReader");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("ä".repeat(random.nextInt(12))).append("b".repeat(random.nextInt(90)));
            text.append('\n');
        }
        List<String> expected = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new StringReader(text.toString()))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                expected.add(line);
            }
        }
        TestLoop.run(() -> {
            InputChannel input = Channels.inputOf(text.toString().getBytes(StandardCharsets.UTF_8));
            assertFulfilled(input.lines().toList(), expected);
            return Promise.unit();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void charactersDoNotDependOnChunks(boolean replaced) throws Exception {
        CodingErrorAction answer = replaced ? CodingErrorAction.REPLACE : CodingErrorAction.IGNORE;
        Random random = random("charactersDoNotDependOnChunks");
        Charset[] charsets = {
            StandardCharsets.UTF_8,
            StandardCharsets.UTF_8,
            StandardCharsets.US_ASCII,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE
        };
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(random);
            Charset charset = charsets[random.nextInt(charsets.length)];
            String expected = charset.newDecoder()
                    .onMalformedInput(answer)
                    .onUnmappableCharacter(answer)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            TestLoop.run(() -> {
                MemorySource source = new MemorySource(true);
                InputChannel input = InputChannel.of(
                        source, options(random).withCharset(charset).withMalformed(answer));
                Promise<String> text = PullStream.toText(input.chars());
                feed(source, bytes, random);
                assertThat(text.poll()).as("%s of %s", charset, bytes.length).contains(expected);
                return Promise.unit();
            });
        }
    }

    @Test
    void whatIsNoTextIsReportedWhereverItIsSplit() throws Exception {
        Random random = random("whatIsNoTextIsReportedWhereverItIsSplit");
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(random);
            boolean isText = isText(bytes);
            TestLoop.run(() -> {
                MemorySource source = new MemorySource(true);
                InputChannel input = InputChannel.of(
                        source, options(random).withMalformed(CodingErrorAction.REPORT));
                Promise<String> text = PullStream.toText(input.chars());
                feed(source, bytes, random);
                assertThat(text.isFulfilled()).isEqualTo(isText);
                text.state();
                return Promise.unit();
            });
        }
    }

    private static boolean isText(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Rule("I-20")
    void numbersDoNotDependOnChunksAndComeBackAsTheyWereWritten() throws Exception {
        Random random = random("numbersDoNotDependOnChunks");
        for (int round = 0; round < ROUNDS; round++) {
            TestLoop.run(() -> {
                MemorySink sink = new MemorySink(true, Integer.MAX_VALUE);
                OutputChannel output = OutputChannel.of(sink, options(random));
                List<Object> written = new ArrayList<>();
                List<Integer> kinds = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    int kind = random.nextInt(10);
                    kinds.add(kind);
                    written.add(write(output, kind, random.nextLong()));
                }
                return output.flush().map(flushed -> {
                    MemorySource source = new MemorySource(true);
                    InputChannel input = InputChannel.of(source, options(random));
                    List<Promise<?>> read = new ArrayList<>();
                    for (int kind : kinds) {
                        read.add(read(input, kind));
                    }
                    feed(source, sink.bytes(), random);
                    List<Object> values = new ArrayList<>();
                    for (Promise<?> each : read) {
                        values.add(each.poll().orElseThrow());
                    }
                    assertThat(values).isEqualTo(written);
                    return true;
                });
            });
        }
    }

    private static ByteOrder order(int kind) {
        return kind < 5 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private static Object write(OutputChannel output, int kind, long number) {
        ByteOrder order = order(kind);
        return switch (kind % 5) {
            case 0 -> {
                output.writeShort((short) number, order);
                yield (short) number;
            }
            case 1 -> {
                output.writeInt((int) number, order);
                yield (int) number;
            }
            case 2 -> {
                output.writeLong(number, order);
                yield number;
            }
            case 3 -> {
                output.writeFloat((float) number, order);
                yield (float) number;
            }
            default -> {
                output.writeDouble((double) number, order);
                yield (double) number;
            }
        };
    }

    private static Promise<?> read(InputChannel input, int kind) {
        ByteOrder order = order(kind);
        return switch (kind % 5) {
            case 0 -> input.readShort(order);
            case 1 -> input.readInt(order);
            case 2 -> input.readLong(order);
            case 3 -> input.readFloat(order);
            default -> input.readDouble(order);
        };
    }

    @Test
    void aLineOf100MegabytesIsGivenUpEarlyAndIsStillThereToBeRead() throws Exception {
        TestLoop.run(() -> {
            InputChannel input = Channels.zero();
            assertThat(TestLoop.cause(input.readLine(1 << 20)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("a line of more than 1048576 bytes");
            // Not much more than the limit has been taken from the source.
            assertThat(input.buffered()).isLessThanOrEqualTo(2 << 20);
            assertFulfilled(input.skip(100L << 20), 100L << 20);
            assertThat(input.buffered()).isLessThanOrEqualTo(2 << 20);
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-2")
    void fourWritersOfLongLinesWriteThemWholeAndInOrderWhateverTheBuffer() throws Exception {
        Random random = random("fourWritersOfLongLines");
        for (int round = 0; round < 20; round++) {
            MemorySink sink = new MemorySink(random.nextBoolean(), 0);
            TestLoop.run(() -> {
                OutputChannel output = OutputChannel.of(
                        sink,
                        ChannelOptions.defaults().withBufferSize(16 + random.nextInt(30_000)));
                StringBuilder expected = new StringBuilder();
                List<Promise<Void>> writes = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String line = String.valueOf((char) ('a' + i)).repeat(20_000);
                    expected.append(line).append('\n');
                    writes.add(output.writeLine(line));
                }
                while (sink.bytes().length < expected.length()) {
                    sink.allow(1 + random.nextInt(9_000));
                    if (sink.hasWriter()) {
                        continue;
                    }
                    output.flush();
                }
                assertThat(writes)
                        .allSatisfy(write -> assertThat(write.isFulfilled()).isTrue());
                assertThat(sink.text()).isEqualTo(expected.toString());
                return Promise.unit();
            });
        }
    }
}
