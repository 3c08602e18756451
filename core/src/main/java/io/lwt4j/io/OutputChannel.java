package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A buffered channel to write to: {@code Lwt_io.output_channel}. Text is written in the charset of
 * the {@linkplain ChannelOptions options}, UTF-8 by default.
 *
 * <p><b>Order.</b> Every write is atomic: the bytes of one write are never mixed with those of
 * another, and come out in the order of the calls. A write is over when its bytes are in the
 * buffer; one that does not fit waits for the sink, so that who waits for the promises of writes
 * never holds more output in memory than the buffer takes, 64 KiB by default.
 *
 * <p><b>Flushing.</b> What has been written goes to the sink by {@link #flush} and {@link #close},
 * and by itself one {@linkplain EventLoop#pause pause} after the channel has become idle. A loop
 * that ends flushes its channels, too.
 *
 * <p><b>Errors.</b> The first error of the sink is the end of the channel: the bytes in the buffer
 * are lost, and every later write, flush and also {@link #close} is rejected with that error, so
 * that nobody mistakes lost output for written one; {@link #error} tells of it, too. Writes to a
 * closed channel are rejected with {@link ClosedChannelException}.
 *
 * <p><b>Cancellation.</b> A write of not more bytes than the buffer takes is all or nothing:
 * cancelled while it waits, it writes nothing. Of a longer one a part may have been written.
 * Cancelling a flush only ends the waiting for it. The channel stays usable in every case.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only;
 * elsewhere every method throws {@link io.lwt4j.LoopThreadException}, but for the questions such as
 * {@link #isClosed}, whose answers mean nothing there.
 */
public final class OutputChannel {

    private final OutputCore core;
    private final ChannelCore.Level level;

    private OutputChannel(OutputCore core, ChannelCore.Level level) {
        this.core = core;
        this.level = level;
    }

    /**
     * Makes a channel: {@code Lwt_io.make ~mode:Output}.
     *
     * @param sink where its bytes go; for this channel alone
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static OutputChannel of(ByteSink sink) {
        return of(sink, ChannelOptions.defaults());
    }

    /**
     * Makes a channel of one's own liking: {@code Lwt_io.make ~mode:Output}.
     *
     * @param sink where its bytes go; for this channel alone
     * @param options how it is to behave
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static OutputChannel of(ByteSink sink, ChannelOptions options) {
        OutputCore core =
                new OutputCore(requireNonNull(sink, "sink"), requireNonNull(options, "options"));
        return new OutputChannel(core, core.level);
    }

    /* ---- Text ---- */

    /**
     * Writes a text: {@code Lwt_io.write}, {@code Lwt_io.fprint}. For errors and cancellation see
     * the class.
     *
     * @param text the text
     * @return the promise of its being in the buffer; rejected with
     *     {@link CharacterCodingException}, and nothing is written, if the charset does not have
     *     all of its characters and the options say so
     */
    public Promise<@Nullable Void> write(String text) {
        requireNonNull(text, "text");
        Throwable refusal = core.refused(level, "write");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        try {
            byte[] data = core.codec.encode(text);
            return core.write(level, data, 0, data.length);
        } catch (CharacterCodingException e) {
            return Promise.failed(e);
        }
    }

    /**
     * Writes a text: {@code Lwt_io.fprint}.
     *
     * @param text the text
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> print(String text) {
        return write(text);
    }

    /**
     * Writes a text and a line end, a single {@code \n}: {@code Lwt_io.fprintl}.
     *
     * @param text the text
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> println(String text) {
        return writeLine(text);
    }

    /**
     * Writes a text made of a pattern, the same one everywhere: {@code Lwt_io.fprintf}.
     *
     * @param format the pattern, as of {@link String#format}
     * @param arguments what to put into it
     * @return the promise of its being in the buffer
     * @throws java.util.IllegalFormatException if the arguments do not fit
     */
    @SuppressWarnings("AnnotateFormatMethod") // The annotation would be a run-time dependency.
    public Promise<@Nullable Void> printf(String format, @Nullable Object... arguments) {
        return write(String.format(Locale.ROOT, format, arguments));
    }

    /**
     * Writes a text and a line end, a single {@code \n}, as one write: {@code Lwt_io.write_line}.
     *
     * @param line the text
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeLine(String line) {
        return write(line + "\n");
    }

    /**
     * Writes the lines of a stream, each when the one before is in the buffer:
     * {@code Lwt_io.write_lines}. Other writes may come in between. Cancelling the promise stops it
     * between two lines.
     *
     * @param lines the lines
     * @return the promise of the end of the stream
     */
    public Promise<@Nullable Void> writeLines(PullStream<String> lines) {
        return lines.forEachSequential(this::writeLine);
    }

    /**
     * Writes a character: {@code Lwt_io.write_char} for characters of any length.
     *
     * @param codePoint its code point
     * @return the promise of its being in the buffer
     * @throws IllegalArgumentException if there is no such character
     */
    public Promise<@Nullable Void> writeChar(int codePoint) {
        return write(Character.toString(codePoint));
    }

    /**
     * Writes the characters of a stream: {@code Lwt_io.write_chars}. The two of a character beyond
     * U+FFFF come out as one. Cancelling the promise stops it between two characters.
     *
     * @param characters the characters
     * @return the promise of the end of the stream
     */
    public Promise<@Nullable Void> writeChars(PullStream<Character> characters) {
        char[] first = new char[1];
        return characters
                .forEachSequential(next -> {
                    char high = first[0];
                    first[0] = Character.isHighSurrogate(next) ? next : 0;
                    if (first[0] != 0) {
                        return high == 0 ? Promise.unit() : write(String.valueOf(high));
                    }
                    return write(high == 0 ? String.valueOf(next) : "" + high + next);
                })
                .flatMap(done -> first[0] == 0 ? Promise.unit() : write(String.valueOf(first[0])));
    }

    /* ---- Bytes ---- */

    /**
     * Writes a byte: {@code Lwt_io.write_char}.
     *
     * @param data the byte, in the lowest eight bits
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeByte(int data) {
        return write(new byte[] {(byte) data});
    }

    /**
     * Writes bytes: {@code Lwt_io.write_from_exactly}. For errors and cancellation see the class.
     *
     * @param data the bytes; not to be changed before the promise is resolved
     * @return the promise of their being in the buffer
     */
    public Promise<@Nullable Void> write(byte[] data) {
        return write(data, 0, data.length);
    }

    /**
     * Writes a part of an array: {@code Lwt_io.write_from_exactly}.
     *
     * @param data the array, whose part is not to be changed before the promise is resolved
     * @param offset the index of the first byte
     * @param length the number of bytes
     * @return the promise of their being in the buffer
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public Promise<@Nullable Void> write(byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        Throwable refusal = core.refused(level, "write");
        return refusal != null ? Promise.failed(refusal) : core.write(level, data, offset, length);
    }

    /**
     * Writes what is left of a buffer: {@code Lwt_io.write_from_exactly}.
     *
     * @param data the bytes, from its position on, which is moved; not to be touched before the
     *     promise is resolved
     * @return the promise of their being in the buffer of this channel
     */
    public Promise<@Nullable Void> write(ByteBuffer data) {
        requireNonNull(data, "data");
        Throwable refusal = core.refused(level, "write");
        return refusal != null ? Promise.failed(refusal) : core.write(level, data);
    }

    /**
     * Writes the arrays of a stream, each when the one before is in the buffer. Other writes may
     * come in between. Cancelling the promise stops it between two arrays.
     *
     * @param chunks the arrays, not to be changed
     * @return the promise of the end of the stream
     */
    public Promise<@Nullable Void> write(PullStream<byte[]> chunks) {
        return chunks.forEachSequential(chunk -> write(chunk));
    }

    /**
     * Writes as many bytes as the buffer takes: {@code Lwt_io.write_from}. If it is full, it waits
     * for the sink.
     *
     * @param data the bytes, from its position on, which is moved; not to be touched before the
     *     promise is resolved
     * @return the promise of the number of bytes, at least one if there are any
     */
    public Promise<Integer> writeSome(ByteBuffer data) {
        requireNonNull(data, "data");
        Throwable refusal = core.refused(level, "writeSome");
        return refusal != null ? Promise.failed(refusal) : core.writeSome(level, data);
    }

    /**
     * Writes as many bytes of an array as the buffer takes: {@code Lwt_io.write_from}.
     *
     * @param data the array
     * @param offset the index of the first byte
     * @param length the most bytes
     * @return the promise of their number, see {@link #writeSome(ByteBuffer)}
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public Promise<Integer> writeSome(byte[] data, int offset, int length) {
        return writeSome(ByteBuffer.wrap(data, offset, length));
    }

    /**
     * Writes bytes as people read them, as {@code hexdump -C} does: {@code Lwt_io.hexdump}.
     *
     * @param data the bytes
     * @return the promise of the text's being in the buffer
     */
    public Promise<@Nullable Void> hexdump(byte[] data) {
        List<Byte> bytes = new ArrayList<>(data.length);
        for (byte each : data) {
            bytes.add(each);
        }
        return PullStream.hexdump(PullStream.fromCollection(bytes))
                .toList()
                .flatMap(lines -> write(String.join("\n", lines) + (lines.isEmpty() ? "" : "\n")));
    }

    /* ---- Numbers ---- */

    /**
     * Writes a number as two bytes: {@code Lwt_io.write_int16}.
     *
     * @param number the number
     * @param order which byte comes first
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeShort(short number, ByteOrder order) {
        return write(Numbers.bytes(number, requireNonNull(order, "order")));
    }

    /**
     * Writes a number as four bytes: {@code Lwt_io.write_int32}, {@code Lwt_io.write_int}.
     *
     * @param number the number
     * @param order which byte comes first
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeInt(int number, ByteOrder order) {
        return write(Numbers.bytes(number, requireNonNull(order, "order")));
    }

    /**
     * Writes a number as eight bytes: {@code Lwt_io.write_int64}.
     *
     * @param number the number
     * @param order which byte comes first
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeLong(long number, ByteOrder order) {
        return write(Numbers.bytes(number, requireNonNull(order, "order")));
    }

    /**
     * Writes a floating-point number as four bytes: {@code Lwt_io.write_float32}.
     *
     * @param number the number
     * @param order which byte comes first
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeFloat(float number, ByteOrder order) {
        return writeInt(Float.floatToRawIntBits(number), order);
    }

    /**
     * Writes a floating-point number as eight bytes: {@code Lwt_io.write_float64}.
     *
     * @param number the number
     * @param order which byte comes first
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> writeDouble(double number, ByteOrder order) {
        return writeLong(Double.doubleToRawLongBits(number), order);
    }

    /* ---- Several writes as one, and the buffer ---- */

    /**
     * Writes several times with nobody in between: {@code Lwt_io.atomic}. The section begins in its
     * turn, and all later writes to this channel wait until its promise is resolved. They would
     * wait for ever if the section waited for them, so a call on this channel in the section is
     * rejected with {@link IllegalStateException}; it has to use the channel it is given, and only
     * as long as it lasts. Sections may be nested.
     *
     * <p>Cancelling the promise takes the section out of the queue, or if it has begun, cancels
     * what its function returned; what it has written stays written.
     *
     * @param section what to do with the channel
     * @param <T> the type of the value
     * @return the promise of what comes of it
     */
    public <T extends @Nullable Object> Promise<T> atomic(
            CheckedFunction<? super OutputChannel, ? extends Promise<T>> section) {
        requireNonNull(section, "section");
        Throwable refusal = core.refused(level, "atomic");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        ChannelCore.Level inner = core.inner(level);
        return core.section(inner, () -> section.apply(new OutputChannel(core, inner)));
    }

    /**
     * Writes a few bytes: {@code Lwt_io.block}.
     *
     * @param count how many, at most 16
     * @param function puts them into a buffer of that size; they are all written, whether it did or
     *     not, unless it fails
     * @return the promise of their being in the buffer
     * @throws IllegalArgumentException unless the count is from 0 to 16
     */
    public Promise<@Nullable Void> block(
            int count, CheckedFunction<? super ByteBuffer, ? extends @Nullable Object> function) {
        ChannelOptions.checkBlock(count);
        requireNonNull(function, "function");
        Throwable refusal = core.refused(level, "block");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        byte[] data = new byte[count];
        return Promise.apply(() -> {
            function.apply(ByteBuffer.wrap(data));
            return write(data);
        });
    }

    /**
     * Writes to the buffer of this channel, without a copy: {@code Lwt_io.direct_access}. This is a
     * section as of {@link #atomic}.
     *
     * @param function what to do with the buffer
     * @param <T> the type of the value
     * @return the promise of what comes of it
     */
    public <T extends @Nullable Object> Promise<T> directAccess(
            CheckedFunction<? super DirectOutput, ? extends Promise<T>> function) {
        requireNonNull(function, "function");
        Throwable refusal = core.refused(level, "directAccess");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        ChannelCore.Level inner = core.inner(level);
        return core.section(inner, () -> {
            DirectOutput access = new DirectOutput(core, inner);
            return Promise.apply(() -> function.apply(access)).eventually(() -> {
                access.end();
                return Promise.unit();
            });
        });
    }

    /**
     * The place in the output of the next byte to be written: {@code Lwt_io.position}.
     *
     * @return the number of bytes before it; since this channel was made if nobody moved it
     */
    public long position() {
        return core.position();
    }

    /**
     * Flushes, and moves to another place: {@code Lwt_io.set_position}. The move waits for its
     * turn, and once it has begun it cannot be cancelled.
     *
     * @param position the place
     * @return the promise of that; rejected with {@link UnsupportedOperationException} if the sink
     *     has no places
     * @throws IllegalArgumentException if the place is negative
     */
    public Promise<@Nullable Void> position(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("position: " + position + " is negative");
        }
        Throwable refusal = core.refused(level, "position");
        return refusal != null ? Promise.failed(refusal) : core.seek(level, position);
    }

    /**
     * Flushes, and asks how long the whole output is: {@code Lwt_io.length}.
     *
     * @return the promise of the number of bytes; rejected with
     *     {@link UnsupportedOperationException} if the sink does not know
     */
    public Promise<Long> length() {
        Throwable refusal = core.refused(level, "length");
        return refusal != null ? Promise.failed(refusal) : core.length(level);
    }

    /**
     * How many bytes are kept back at most: {@code Lwt_io.buffer_size}.
     *
     * @return the size
     */
    public int bufferSize() {
        return core.buffer.most();
    }

    /**
     * Changes how many bytes are kept back at most, from the next write on:
     * {@code Lwt_io.resize_buffer}.
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
     * How many bytes have not gone to the sink: {@code Lwt_io.buffered}.
     *
     * @return the number of bytes
     */
    public int buffered() {
        return core.buffer.count();
    }

    /* ---- Flushing, and the end ---- */

    /**
     * Waits until everything written before has gone to the sink: {@code Lwt_io.flush}.
     *
     * @return the promise of that
     */
    public Promise<@Nullable Void> flush() {
        Throwable refusal = core.refused(level, "flush");
        return refusal != null ? Promise.failed(refusal) : core.flushed(level);
    }

    /**
     * Flushes, and tells the reader at the other end that nothing more comes; of a socket the input
     * stays open ({@code Lwt_unix.shutdown}). Later writes are rejected. Cancelling the promise
     * does nothing.
     *
     * @return the promise of that
     */
    public Promise<@Nullable Void> shutdown() {
        Throwable refusal = core.refused(level, "shutdown");
        if (refusal != null) {
            return Promise.failed(refusal);
        }
        return level.outer != null
                ? Promise.failed(ChannelCore.closedInside())
                : core.shutdown(level);
    }

    /**
     * Whether a write or a flush waits, or the sink is writing, or a section lasts:
     * {@code Lwt_io.is_busy}.
     *
     * @return whether somebody waits
     */
    public boolean isBusy() {
        return core.isBusy();
    }

    /**
     * What has gone wrong: also what an automatic flush failed with, which no promise told of.
     *
     * @return the error that later calls are rejected with; nothing if all is well
     */
    public Optional<Throwable> error() {
        return Optional.ofNullable(core.error());
    }

    /**
     * Flushes this channel and closes it and what is below it: {@code Lwt_io.close}. If not all
     * that was written has reached the sink, the promise is rejected with the reason. It waits for
     * a reader that does not read; see {@link #abort}. Of a socket this is the end of its input
     * channel as well. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it, always the same one; rejected with
     *     {@link IllegalStateException} in an atomic section
     */
    public Promise<@Nullable Void> close() {
        core.loop.checkCurrent("close");
        return level.outer != null ? Promise.failed(ChannelCore.closedInside()) : core.close(level);
    }

    /**
     * Closes this channel and what is below it at once: {@code Lwt_io.abort}. What has not been
     * written is dropped; operations that wait, a pending {@link #close} too, are rejected with
     * {@link ClosedChannelException}. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> abort() {
        core.loop.checkCurrent("abort");
        return level.outer != null ? Promise.failed(ChannelCore.closedInside()) : core.abort();
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
     * Whether {@link #close} or {@link #abort} has been called: {@code Lwt_io.is_closed}.
     *
     * @return whether this channel is closed
     */
    public boolean isClosed() {
        return core.isCloseCalled();
    }

    /**
     * A description for people.
     *
     * @return the number of buffered bytes, and whether this channel is closed
     */
    @Override
    public String toString() {
        return "OutputChannel(" + buffered() + " bytes buffered" + (isClosed() ? ", closed)" : ")");
    }

    /** See {@link OutputCore#keep}. */
    boolean keep(ByteBuffer data) {
        return core.keep(data);
    }
}
