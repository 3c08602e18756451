package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A buffered channel to read from: {@code Lwt_io.input_channel}. Text is in the charset of the
 * {@linkplain ChannelOptions options}, UTF-8 by default; what is no such text becomes U+FFFD, or
 * rejects the read, as they say. Every read makes its text on its own, so a charset with a state,
 * such as a byte order mark, is for reading all at once.
 *
 * <p><b>Order.</b> Every read is atomic: reads that have to wait are served one after the other, in
 * the order they were asked for. Streams such as {@link #lines} read their elements one by one.
 *
 * <p><b>Cancellation.</b> A read whose promise is cancelled leaves the queue, and no byte is lost:
 * what has arrived stays in the channel for the next read, of whatever kind. If nobody waits for
 * bytes any more, none are taken from below.
 *
 * <p><b>Errors.</b> An error of the source rejects the read that waits, or if none does, the next
 * one; the one after that tries again. A read that is rejected for what it has read, say a line
 * that is too long, has consumed nothing. Reads of a closed channel are rejected with
 * {@link ClosedChannelException}.
 *
 * <p><b>Memory.</b> A channel has a buffer only while it has bytes, or expects them of a source
 * that is not a {@link NonBlockingSource}; the buffer comes from a pool of the loop.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only;
 * elsewhere every method throws {@link io.lwt4j.LoopThreadException}, but for the questions such as
 * {@link #isClosed}, whose answers mean nothing there.
 */
public final class InputChannel {

    private static final byte[] NO_BYTES = {};

    private static final int MOST_LINES = 1024;

    private final InputCore core;
    private final ChannelCore.Level level;

    private InputChannel(InputCore core, ChannelCore.Level level) {
        this.core = core;
        this.level = level;
    }

    /**
     * Makes a channel: {@code Lwt_io.make ~mode:Input}.
     *
     * @param source where its bytes come from; for this channel alone
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static InputChannel of(ByteSource source) {
        return of(source, ChannelOptions.defaults());
    }

    /**
     * Makes a channel of one's own liking: {@code Lwt_io.make ~mode:Input}.
     *
     * @param source where its bytes come from; for this channel alone
     * @param options how it is to behave
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static InputChannel of(ByteSource source, ChannelOptions options) {
        InputCore core =
                new InputCore(requireNonNull(source, "source"), requireNonNull(options, "options"));
        return new InputChannel(core, core.level);
    }

    /* ---- Lines and characters ---- */

    /**
     * Reads a line of at most as many bytes as the options allow, 1 MiB by default:
     * {@code Lwt_io.read_line_opt}. See {@link #readLine(int)}.
     *
     * @return the promise of the line; of nothing at the end of the input
     */
    public Promise<Optional<String>> readLine() {
        return readLine(core.options.lineLimit());
    }

    /**
     * Reads a line: {@code Lwt_io.read_line_opt}. It ends with {@code \n} or {@code \r\n}, which is
     * not part of the result, or with the input; a lone {@code \r} is a character like any other.
     * If the line is longer than allowed, the promise is rejected with an {@link IOException}, and
     * the line stays there to be read otherwise. In a charset whose line end is not the byte 10,
     * such as UTF-16, it is rejected with an {@link UnsupportedOperationException}.
     *
     * <p>Cancelling the promise loses nothing: the next read gets the part of the line that has
     * arrived.
     *
     * @param limit the most bytes the line may have, its end not included
     * @return the promise of the line; of nothing at the end of the input
     * @throws IllegalArgumentException if the limit is negative
     */
    public Promise<Optional<String>> readLine(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " is negative");
        }
        Throwable refusal = core.refusal(level, "readLine");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        if (core.isFree(level)) {
            // What follows would do the same; but a server reads most of its lines here.
            try {
                String line = core.takeLine(limit, false);
                if (line != null) {
                    return Promise.of(Optional.of(line));
                }
            } catch (IOException | RuntimeException e) {
                return Promise.failed(e);
            }
        }
        return core.submit(level, atEnd -> optionalLine(limit, atEnd));
    }

    @SuppressWarnings("NullableOptional") // Null and an empty one are not the same here.
    private @Nullable Optional<String> optionalLine(int limit, boolean atEnd) throws IOException {
        try {
            String line = core.takeLine(limit, atEnd);
            return line == null ? null : Optional.of(line);
        } catch (InputCore.EndOfInput end) {
            return Optional.empty();
        }
    }

    /**
     * Reads a line that has to be there: {@code Lwt_io.read_line}. See {@link #readLine()}.
     *
     * @return the promise of the line; rejected with {@link EOFException} at the end of the input
     */
    public Promise<String> readLineExactly() {
        return readLine().map(line -> line.orElseThrow(InputChannel::ended));
    }

    /**
     * Reads all lines, one after the other, each when what has been made of the one before is
     * fulfilled. As long as lines are there and that is so at once, it makes no promise for a line.
     * It stops at the first error, of the reading or of the function, with the lines behind still
     * to be read. Cancelling the promise loses no line: it cancels the reading or what the function
     * returned.
     *
     * @param use what to do with a line
     * @return the promise of the end of the input
     */
    public Promise<@Nullable Void> forEachLine(
            CheckedFunction<? super String, ? extends Promise<?>> use) {
        requireNonNull(use, "use");
        return Promise.apply(() -> eachLine(use));
    }

    private Promise<@Nullable Void> eachLine(
            CheckedFunction<? super String, ? extends Promise<?>> use) throws Exception {
        int limit = core.options.lineLimit();
        while (true) {
            Throwable refusal = core.refusal(level, "forEachLine");
            if (refusal != null) {
                return Promise.failed(refusal);
            }
            String line = core.isFree(level) ? core.takeLine(limit, false) : null;
            if (line == null) {
                return readLine(limit)
                        .flatMap(next -> next.isPresent()
                                ? use.apply(next.get()).flatMap(used -> eachLine(use))
                                : Promise.unit());
            }
            Promise<?> used = use.apply(line);
            if (!used.isFulfilled()) {
                return used.flatMap(done -> eachLine(use));
            }
        }
    }

    /**
     * The lines as a stream: {@code Lwt_io.read_lines}. It reads a line when it is asked for one,
     * so other reads may come in between.
     *
     * @return a stream of the lines that are left, with the limits of {@link #readLine()}; an error
     *     rejects a read of it, and the next one tries again. Closing it does not close the channel
     */
    public PullStream<String> lines() {
        return PullStream.from(this::readLine);
    }

    /** The next lines: all that are there, or if none is, the next one that arrives. */
    Promise<Optional<List<String>>> readLines() {
        return readLine()
                .map(first ->
                        first.isEmpty() ? Optional.empty() : Optional.of(linesFrom(first.get())));
    }

    private List<String> linesFrom(String first) {
        List<String> lines = new ArrayList<>();
        String line = first;
        while (line != null) {
            lines.add(line);
            // A line that is too long is for the next read to complain of.
            line = core.isFree(level) && lines.size() < MOST_LINES
                    ? core.takeLineIfWell(core.options.lineLimit())
                    : null;
        }
        return lines;
    }

    /**
     * Reads a character. See {@link #readCharExactly} for one that has to be there.
     *
     * @return the promise of its code point; of nothing at the end of the input; rejected with
     *     {@link java.nio.charset.CharacterCodingException} where the options say so, and nothing
     *     is consumed then
     */
    public Promise<Optional<Integer>> readChar() {
        return submit("readChar", this::takeChar);
    }

    @SuppressWarnings("NullableOptional") // Null and an empty one are not the same here.
    private @Nullable Optional<Integer> takeChar(boolean atEnd) throws IOException {
        InputBuffer buffer = core.buffer;
        while (buffer.available() > 0) {
            long decoded =
                    core.codec.decodeOne(buffer.bytes(), buffer.start(), buffer.available(), atEnd);
            if (decoded == TextCodec.MORE) {
                return null;
            }
            buffer.consume((int) (decoded >> 32));
            if ((int) decoded >= 0) {
                return Optional.of((int) decoded);
            }
        }
        return atEnd ? Optional.empty() : null;
    }

    /**
     * Reads a character that has to be there: {@code Lwt_io.read_char} for characters of any
     * length.
     *
     * @return the promise of its code point; rejected with {@link EOFException} at the end of the
     *     input
     */
    public Promise<Integer> readCharExactly() {
        return readChar().map(read -> read.orElseThrow(InputChannel::ended));
    }

    /**
     * The characters as a stream: {@code Lwt_io.read_chars}. One beyond U+FFFF makes two elements.
     *
     * @return a stream of the characters that are left, in the manner of {@link #lines}
     */
    public PullStream<Character> chars() {
        char[] second = new char[1];
        return PullStream.from(() -> {
            if (second[0] != 0) {
                char low = second[0];
                second[0] = 0;
                return Promise.of(Optional.of(low));
            }
            return readChar()
                    .map(read -> read.map(codePoint -> {
                        if (Character.isBmpCodePoint(codePoint)) {
                            return (char) (int) codePoint;
                        }
                        second[0] = Character.lowSurrogate(codePoint);
                        return Character.highSurrogate(codePoint);
                    }));
        });
    }

    /* ---- Bytes ---- */

    /**
     * Reads a byte: {@code Lwt_io.read_char_opt}.
     *
     * @return the promise of the byte; of nothing at the end of the input
     */
    public Promise<Optional<Byte>> readByte() {
        return submit("readByte", atEnd -> {
            if (core.buffer.available() == 0) {
                return atEnd ? Optional.empty() : null;
            }
            return Optional.of(takeByte());
        });
    }

    /**
     * Reads a byte that has to be there: {@code Lwt_io.read_char}.
     *
     * @return the promise of the byte; rejected with {@link EOFException} at the end of the input
     */
    public Promise<Byte> readByteExactly() {
        return submit("readByteExactly", atEnd -> core.has(1, atEnd) ? takeByte() : null);
    }

    private Byte takeByte() {
        byte first = core.buffer.bytes()[core.buffer.start()];
        core.buffer.consume(1);
        return first;
    }

    /**
     * Reads what is there, or if nothing is, what arrives next. See {@link #read(int)}.
     *
     * @return the promise of at least one byte; of none at the end of the input
     */
    public Promise<byte[]> read() {
        return submit("read", atEnd -> takeSome(Integer.MAX_VALUE, atEnd));
    }

    /**
     * Reads at most so many bytes of what is there, or if nothing is, of what arrives next:
     * {@code Lwt_io.read ~count}. Cancelling the promise loses nothing.
     *
     * @param count the most bytes, at least one
     * @return the promise of at least one byte; of none at the end of the input
     * @throws IllegalArgumentException if the count is less than one
     */
    public Promise<byte[]> read(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " is less than one");
        }
        return submit("read", atEnd -> takeSome(count, atEnd));
    }

    private byte @Nullable [] takeSome(int count, boolean atEnd) {
        if (core.buffer.available() == 0) {
            return atEnd ? NO_BYTES : null;
        }
        return core.buffer.take(Math.min(count, core.buffer.available()));
    }

    /**
     * Reads what is there, or what arrives next, into a buffer: {@code Lwt_io.read_into}.
     * Cancelling the promise loses nothing.
     *
     * @param into where the bytes go, from its position on, which is moved; not to be touched
     *     before the promise is resolved
     * @return the promise of the number of bytes, of 0 only if there is no room; -1 at the end of
     *     the input
     */
    public Promise<Integer> readInto(ByteBuffer into) {
        requireNonNull(into, "into");
        return submit("readInto", atEnd -> {
            int count = Math.min(into.remaining(), core.buffer.available());
            if (count == 0 && into.hasRemaining()) {
                return atEnd ? -1 : null;
            }
            fill(into, count);
            return (Integer) count;
        });
    }

    /**
     * Reads into an array: {@code Lwt_io.read_into}. See {@link #readInto(ByteBuffer)}.
     *
     * @param into where the bytes go
     * @param offset the index of the first
     * @param length the most bytes
     * @return the promise of their number; -1 at the end of the input
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public Promise<Integer> readInto(byte[] into, int offset, int length) {
        return readInto(ByteBuffer.wrap(into, offset, length));
    }

    private void fill(ByteBuffer into, int count) {
        into.put(core.buffer.bytes(), core.buffer.start(), count);
        core.buffer.consume(count);
    }

    /**
     * Reads exactly so many bytes: {@code Lwt_io.read_into_exactly}. Cancelling the promise loses
     * nothing, and nor does an end of the input that comes too early.
     *
     * @param count the number of bytes
     * @return the promise of the bytes; rejected with {@link EOFException} if there are less, which
     *     stay to be read
     * @throws IllegalArgumentException if the count is negative
     */
    public Promise<byte[]> readFully(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count: " + count + " is negative");
        }
        return submit(
                "readFully", atEnd -> core.has(count, atEnd) ? core.buffer.take(count) : null);
    }

    /**
     * Fills a buffer: {@code Lwt_io.read_into_exactly}. See {@link #readFully(int)}.
     *
     * @param into where the bytes go, from its position to its limit; not to be touched before the
     *     promise is resolved
     * @return the promise of that
     */
    public Promise<@Nullable Void> readFully(ByteBuffer into) {
        int count = into.remaining();
        Promise<Boolean> filled = submit("readFully", atEnd -> {
            if (!core.has(count, atEnd)) {
                return null;
            }
            fill(into, count);
            return true;
        });
        return filled.flatMap(done -> Promise.unit());
    }

    /**
     * Reads to the end of the input: {@code Lwt_io.read}. All of it has to fit into memory.
     * Cancelling the promise loses nothing.
     *
     * @return the promise of the text; of an empty one at the end of the input
     */
    public Promise<String> readAll() {
        return readAll(Integer.MAX_VALUE);
    }

    /**
     * Reads to the end of the input, which has to come soon enough. Cancelling the promise loses
     * nothing.
     *
     * @param limit the most bytes
     * @return the promise of the text; rejected with {@link IOException} if there is more, and all
     *     of it stays to be read
     * @throws IllegalArgumentException if the limit is negative
     */
    public Promise<String> readAll(int limit) {
        return submitAll(limit, "readAll", count -> core.text(count, count));
    }

    /**
     * Reads to the end of the input. See {@link #readAll(int)}.
     *
     * @param limit the most bytes
     * @return the promise of the bytes
     * @throws IllegalArgumentException if the limit is negative
     */
    public Promise<byte[]> readAllBytes(int limit) {
        return submitAll(limit, "readAllBytes", core.buffer::take);
    }

    /**
     * Reads to the end of the input. See {@link #readAll()}.
     *
     * @return the promise of the bytes
     */
    public Promise<byte[]> readAllBytes() {
        return readAllBytes(Integer.MAX_VALUE);
    }

    /** Makes something of the first bytes. */
    @FunctionalInterface
    private interface Maker<T> {
        T make(int count) throws IOException;
    }

    private <T> Promise<T> submitAll(int limit, String operation, Maker<T> maker) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " is negative");
        }
        return submit(operation, atEnd -> {
            int count = core.buffer.available();
            if (count > limit) {
                throw new IOException("an input of more than " + limit + " bytes");
            }
            return atEnd ? maker.make(count) : null;
        });
    }

    /**
     * Reads bytes and drops them. Cancelling the promise leaves those that have not been dropped.
     *
     * @param count how many
     * @return the promise of the number of bytes; less than asked for at the end of the input
     * @throws IllegalArgumentException if the count is negative
     */
    public Promise<Long> skip(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("count: " + count + " is negative");
        }
        return atomic(channel -> channel.skipped(count, 0));
    }

    private Promise<Long> skipped(long wanted, long before) {
        long left = wanted - before;
        Promise<Long> some = submit("skip", atEnd -> {
            long count = Math.min(left, core.buffer.available());
            if (count == 0 && left > 0) {
                return atEnd ? -1L : null;
            }
            core.buffer.consume((int) count);
            return count;
        });
        return some.flatMap(count -> count < 0 || before + count == wanted
                ? Promise.of(before + Math.max(0, count))
                : skipped(wanted, before + count));
    }

    /**
     * The bytes as a stream of what arrives, in the manner of {@link #lines}.
     *
     * @return a stream of arrays of at least one byte
     */
    public PullStream<byte[]> chunks() {
        return PullStream.from(
                () -> read().map(some -> some.length == 0 ? Optional.empty() : Optional.of(some)));
    }

    /**
     * The same as {@link #chunks}.
     *
     * @return a stream of arrays of at least one byte
     */
    public PullStream<byte[]> asPullStream() {
        return chunks();
    }

    /* ---- Numbers ---- */

    @FunctionalInterface
    private interface NumberAt<T> {
        T get(byte[] bytes, int index, ByteOrder order);
    }

    private <T> Promise<T> readNumber(
            String operation, int size, ByteOrder order, NumberAt<T> number) {
        requireNonNull(order, "order");
        return submit(operation, atEnd -> {
            if (!core.has(size, atEnd)) {
                return null;
            }
            T read = number.get(core.buffer.bytes(), core.buffer.start(), order);
            core.buffer.consume(size);
            return read;
        });
    }

    /**
     * Reads a number of two bytes: {@code Lwt_io.read_int16}.
     *
     * @param order which byte comes first
     * @return the promise of the number; rejected with {@link EOFException}, and nothing is
     *     consumed, if the input ends before
     */
    public Promise<Short> readShort(ByteOrder order) {
        return readNumber("readShort", Short.BYTES, order, Numbers::getShort);
    }

    /**
     * Reads a number of four bytes: {@code Lwt_io.read_int32}, {@code Lwt_io.read_int}.
     *
     * @param order which byte comes first
     * @return the promise of the number; see {@link #readShort}
     */
    public Promise<Integer> readInt(ByteOrder order) {
        return readNumber("readInt", Integer.BYTES, order, Numbers::getInt);
    }

    /**
     * Reads a number of eight bytes: {@code Lwt_io.read_int64}.
     *
     * @param order which byte comes first
     * @return the promise of the number; see {@link #readShort}
     */
    public Promise<Long> readLong(ByteOrder order) {
        return readNumber("readLong", Long.BYTES, order, Numbers::getLong);
    }

    /**
     * Reads a floating-point number of four bytes: {@code Lwt_io.read_float32}.
     *
     * @param order which byte comes first
     * @return the promise of the number; see {@link #readShort}
     */
    public Promise<Float> readFloat(ByteOrder order) {
        return readInt(order).map(Float::intBitsToFloat);
    }

    /**
     * Reads a floating-point number of eight bytes: {@code Lwt_io.read_float64}.
     *
     * @param order which byte comes first
     * @return the promise of the number; see {@link #readShort}
     */
    public Promise<Double> readDouble(ByteOrder order) {
        return readLong(order).map(Double::longBitsToDouble);
    }

    /* ---- Several reads as one, and the buffer ---- */

    /**
     * Reads several times with nobody in between: {@code Lwt_io.atomic}. The section begins in its
     * turn, and all later reads of this channel wait until its promise is resolved. They would wait
     * for ever if the section waited for them, so a call on this channel in the section is rejected
     * with {@link IllegalStateException}; it has to use the channel it is given, and only as long
     * as it lasts. Sections may be nested.
     *
     * <p>Cancelling the promise takes the section out of the queue, or if it has begun, cancels
     * what its function returned.
     *
     * @param section what to do with the channel
     * @param <T> the type of the value
     * @return the promise of what comes of it
     */
    public <T extends @Nullable Object> Promise<T> atomic(
            CheckedFunction<? super InputChannel, ? extends Promise<T>> section) {
        requireNonNull(section, "section");
        Throwable refusal = core.refusal(level, "atomic");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        ChannelCore.Level inner = core.inner(level);
        return core.section(inner, () -> section.apply(new InputChannel(core, inner)));
    }

    /**
     * Makes a value of a few bytes: {@code Lwt_io.block}.
     *
     * @param count how many, at most 16
     * @param function makes a value of them
     * @param <T> the type of the value
     * @return the promise of the value; rejected with {@link EOFException}, and nothing is
     *     consumed, if the input ends before
     * @throws IllegalArgumentException unless the count is from 0 to 16
     */
    public <T> Promise<T> block(
            int count, CheckedFunction<? super ByteBuffer, ? extends T> function) {
        ChannelOptions.checkBlock(count);
        requireNonNull(function, "function");
        return submit(
                        "block",
                        atEnd -> core.has(count, atEnd)
                                ? ByteBuffer.wrap(core.buffer.take(count))
                                : null)
                .map(function);
    }

    /**
     * Reads in the buffer of this channel, without a copy: {@code Lwt_io.direct_access}. This is a
     * section as of {@link #atomic}.
     *
     * @param function what to do with the buffer
     * @param <T> the type of the value
     * @return the promise of what comes of it
     */
    public <T extends @Nullable Object> Promise<T> directAccess(
            CheckedFunction<? super DirectInput, ? extends Promise<T>> function) {
        requireNonNull(function, "function");
        Throwable refusal = core.refusal(level, "directAccess");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        ChannelCore.Level inner = core.inner(level);
        return core.section(inner, () -> {
            DirectInput access = new DirectInput(core, inner);
            return Promise.apply(() -> function.apply(access)).eventually(() -> {
                access.end();
                return Promise.unit();
            });
        });
    }

    /**
     * The place in the input of the next byte to be read: {@code Lwt_io.position}.
     *
     * @return the number of bytes before it; since this channel was made if nobody moved it
     */
    public long position() {
        return core.buffer.position();
    }

    /**
     * Moves to another place: {@code Lwt_io.set_position}. Among the bytes in the buffer that is
     * all, else the source is moved. The move waits for its turn, and once it has begun it cannot
     * be cancelled.
     *
     * @param position the place
     * @return the promise of that; rejected with {@link UnsupportedOperationException} if the
     *     source has no places
     * @throws IllegalArgumentException if the place is negative
     */
    public Promise<@Nullable Void> position(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position: " + position + " is negative");
        }
        Throwable refusal = core.refusal(level, "position");
        return refusal != null ? Promise.failed(refusal) : core.seek(level, position);
    }

    /**
     * How long the whole input is: {@code Lwt_io.length}.
     *
     * @return the promise of the number of bytes; rejected with
     *     {@link UnsupportedOperationException} if the source does not know
     */
    public Promise<Long> length() {
        Throwable refusal = core.refusal(level, "length");
        return refusal != null ? Promise.failed(refusal) : core.length(level);
    }

    /**
     * The most bytes that are read ahead: {@code Lwt_io.buffer_size}.
     *
     * @return the size
     */
    public int bufferSize() {
        return core.buffer.most();
    }

    /**
     * Changes how many bytes are read ahead, from the next refill on: {@code Lwt_io.resize_buffer}.
     *
     * @param size the most bytes
     * @throws IllegalArgumentException if they are less than 16
     */
    public void resizeBuffer(int size) {
        core.loop.checkCurrent("resizeBuffer");
        ChannelOptions.checkSize(size);
        core.buffer.resize(size);
    }

    /**
     * How many bytes have arrived and not been read: {@code Lwt_io.buffered}.
     *
     * @return the number of bytes
     */
    public int buffered() {
        return core.buffer.available();
    }

    /* ---- The end ---- */

    /**
     * Whether a read waits, or a section lasts: {@code Lwt_io.is_busy}.
     *
     * @return whether a read would have to wait for others
     */
    public boolean isBusy() {
        return core.isBusy();
    }

    /**
     * Closes this channel and what is below it: {@code Lwt_io.close}, {@code Lwt_io.abort}. Reads
     * that wait are rejected with {@link ClosedChannelException}; bytes that have not been read are
     * dropped. Of a socket this is the end of its output channel as well. Cancelling the promise
     * does nothing.
     *
     * @return the promise of the end of it, always the same one; rejected with
     *     {@link IllegalStateException} in an atomic section
     */
    public Promise<@Nullable Void> close() {
        core.loop.checkCurrent("close");
        return level.outer != null ? Promise.failed(ChannelCore.closedInside()) : core.close();
    }

    /**
     * Runs something when this channel has been closed; at once if it has.
     *
     * @param action what to run, whether closing failed or not; errors of it reach the loop's
     *     handler
     */
    public void onClose(CheckedRunnable action) {
        core.onClose(requireNonNull(action, "action"));
    }

    /**
     * Whether {@link #close} has been called: {@code Lwt_io.is_closed}.
     *
     * @return whether this channel is closed
     */
    public boolean isClosed() {
        return core.isClosed();
    }

    /**
     * A description for people.
     *
     * @return the number of buffered bytes, and whether this channel is closed
     */
    @Override
    public String toString() {
        return "InputChannel(" + (isClosed() ? "closed" : buffered() + " bytes buffered") + ")";
    }

    private static EOFException ended() {
        return new EOFException("the input has ended");
    }

    private <T> Promise<T> submit(String operation, InputCore.Take<T> take) {
        Throwable refusal = core.refusal(level, operation);
        return refusal != null ? Promise.failed(refusal) : core.submit(level, take);
    }

    /** The loop of this channel. */
    EventLoop loop() {
        return core.loop;
    }
}
