package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes text of bytes and bytes of text, as the options of a channel say. Every call stands on its
 * own: nothing is kept of the text before.
 */
final class TextCodec {

    /** What {@link #decodeOne} returns where more bytes are needed to tell. */
    static final long MORE = 0;

    /** No character takes more bytes in any charset, also with what shifts it. */
    private static final int LONGEST = 64;

    private final Charset charset;
    private final CodingErrorAction malformed;

    /** Whether a byte that is not negative is the character of that number. */
    private final boolean ascii;

    private @Nullable Boolean hasLines;
    private @Nullable CharsetDecoder decoder;
    private @Nullable CharsetEncoder encoder;

    TextCodec(ChannelOptions options) {
        charset = options.charset();
        malformed = options.malformed();
        ascii = charset.equals(StandardCharsets.UTF_8)
                || charset.equals(StandardCharsets.ISO_8859_1)
                || charset.equals(StandardCharsets.US_ASCII);
        if (ascii) {
            hasLines = true;
        }
    }

    /** Whether the byte 10 ends a line and is nothing else, so that lines can be told apart. */
    boolean hasLines() {
        if (hasLines == null) {
            byte[] end = charset.canEncode() ? "\n".getBytes(charset) : new byte[] {'\n'};
            hasLines = end.length == 1 && end[0] == '\n';
        }
        return hasLines;
    }

    String decode(byte[] bytes, int offset, int length) throws CharacterCodingException {
        String text = new String(bytes, offset, length, charset);
        if (malformed == CodingErrorAction.REPLACE || text.indexOf('\uFFFD') < 0) {
            return text;
        }
        return decoder(malformed).decode(ByteBuffer.wrap(bytes, offset, length)).toString();
    }

    byte[] encode(String text) throws CharacterCodingException {
        if (malformed == CodingErrorAction.REPLACE) {
            return text.getBytes(charset);
        }
        if (encoder == null) {
            encoder = charset.newEncoder()
                    .onMalformedInput(malformed)
                    .onUnmappableCharacter(malformed);
        }
        ByteBuffer encoded = encoder.encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    /**
     * Makes one character of the first bytes.
     *
     * @param atEnd whether nothing follows these bytes, of which there is one at least
     * @return the number of bytes it takes, shifted by 32, and the code point; that is -1 if there
     *     is none, as bytes are to be ignored; {@link #MORE} if more bytes are needed
     */
    long decodeOne(byte[] bytes, int offset, int length, boolean atEnd)
            throws CharacterCodingException {
        if (ascii && bytes[offset] >= 0) {
            return packed(1, bytes[offset]);
        }
        for (int room = 1; ; room++) {
            ByteBuffer in = ByteBuffer.wrap(bytes, offset, Math.min(length, LONGEST));
            CharBuffer out = CharBuffer.allocate(room);
            CoderResult result = decoder(CodingErrorAction.REPORT)
                    .reset()
                    .decode(in, out, atEnd && length <= LONGEST);
            int taken = in.position() - offset;
            if (out.position() > 0) {
                return packed(taken, Character.codePointAt(out.flip(), 0));
            }
            if (result.isError()) {
                taken += result.length();
                if (malformed == CodingErrorAction.REPORT) {
                    result.throwException();
                }
                return packed(taken, malformed == CodingErrorAction.REPLACE ? '\uFFFD' : -1);
            }
            if (result.isUnderflow()) {
                boolean over = atEnd || length > LONGEST;
                return over ? packed(Math.min(length, LONGEST), -1) : MORE;
            }
            // A character of two surrogates, which do not fit into one place.
        }
    }

    private static long packed(int taken, int codePoint) {
        return ((long) taken << 32) | (codePoint & 0xFFFFFFFFL);
    }

    private CharsetDecoder decoder(CodingErrorAction action) {
        if (decoder == null) {
            decoder = charset.newDecoder();
        }
        return requireNonNull(decoder).onMalformedInput(action).onUnmappableCharacter(action);
    }
}
