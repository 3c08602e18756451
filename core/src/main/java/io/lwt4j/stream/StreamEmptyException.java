package io.lwt4j.stream;

import java.util.NoSuchElementException;

/**
 * What a read that needs an element is rejected with at the end of a stream:
 * {@code Lwt_stream.Empty}.
 */
public final class StreamEmptyException extends NoSuchElementException {

    private static final long serialVersionUID = 1L;

    StreamEmptyException() {
        super("the stream has ended");
    }
}
