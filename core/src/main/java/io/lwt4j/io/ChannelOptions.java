package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * How channels are to behave: the optional arguments of {@code Lwt_io.make}, and what Java adds.
 *
 * <pre>{@code
 * ChannelOptions.defaults().withCharset(ISO_8859_1).withLineLimit(1000)
 * }</pre>
 *
 * <p>Null rule: nothing may be null. Thread rule: any thread; options never change.
 *
 * @param bufferSize the most bytes a channel reads ahead or keeps back; buffers start smaller, and
 *     an idle channel has none
 * @param charset how text is made of bytes, and bytes of text
 * @param malformed what to do with bytes that are no text in the charset, and with characters it
 *     does not have: {@link CodingErrorAction#REPLACE} them, {@link CodingErrorAction#IGNORE} them,
 *     or {@link CodingErrorAction#REPORT} them by rejecting the promise with a
 *     {@link java.nio.charset.CharacterCodingException}
 * @param lineLimit the most bytes in a line where {@link InputChannel#readLine()} does not say so
 */
public record ChannelOptions(
        int bufferSize, Charset charset, CodingErrorAction malformed, int lineLimit) {

    /** The least size of a buffer: {@code Lwt_io} allows no smaller one either. */
    public static final int SMALLEST_BUFFER = 16;

    private static final ChannelOptions DEFAULTS = new ChannelOptions(
            64 << 10, StandardCharsets.UTF_8, CodingErrorAction.REPLACE, 1 << 20);

    /**
     * Checks the options.
     *
     * @param bufferSize the most bytes a channel reads ahead or keeps back, at least 16
     * @param charset how text is made of bytes, and bytes of text
     * @param malformed what to do with what is no text in the charset
     * @param lineLimit the most bytes in a line, not negative
     * @throws IllegalArgumentException if a number is too small
     */
    public ChannelOptions {
        requireNonNull(charset, "charset");
        requireNonNull(malformed, "malformed");
        checkSize(bufferSize);
        if (lineLimit < 0) {
            throw new IllegalArgumentException("lineLimit: " + lineLimit + " is negative");
        }
    }

    /**
     * The options of channels that are made without any: 64 KiB, UTF-8, what is not becomes U+FFFD,
     * lines of 1 MiB.
     *
     * @return the options
     */
    public static ChannelOptions defaults() {
        return DEFAULTS;
    }

    /**
     * These options with another size of the buffer.
     *
     * @param bufferSize the size in bytes, at least 16
     * @return the options
     * @throws IllegalArgumentException if it is smaller
     */
    public ChannelOptions withBufferSize(int bufferSize) {
        return new ChannelOptions(bufferSize, charset, malformed, lineLimit);
    }

    /**
     * These options with another charset.
     *
     * @param charset the charset
     * @return the options
     */
    public ChannelOptions withCharset(Charset charset) {
        return new ChannelOptions(bufferSize, charset, malformed, lineLimit);
    }

    /**
     * These options with another answer to what is no text in the charset.
     *
     * @param malformed the answer
     * @return the options
     */
    public ChannelOptions withMalformed(CodingErrorAction malformed) {
        return new ChannelOptions(bufferSize, charset, malformed, lineLimit);
    }

    /**
     * These options with another limit of the length of a line.
     *
     * @param lineLimit the most bytes, not negative
     * @return the options
     * @throws IllegalArgumentException if it is negative
     */
    public ChannelOptions withLineLimit(int lineLimit) {
        return new ChannelOptions(bufferSize, charset, malformed, lineLimit);
    }

    static void checkSize(int bufferSize) {
        if (bufferSize < SMALLEST_BUFFER) {
            throw new IllegalArgumentException("bufferSize: " + bufferSize
                    + " bytes are too few, the least are " + SMALLEST_BUFFER);
        }
    }

    /** Checks the size of a block, which has to fit into the smallest buffer. */
    static void checkBlock(int count) {
        if (count < 0 || count > SMALLEST_BUFFER) {
            throw new IllegalArgumentException(
                    "count: " + count + " is not from 0 to " + SMALLEST_BUFFER);
        }
    }
}
