package io.lwt4j.stream;

/**
 * What pushing to a bounded stream is rejected with while another push waits for room:
 * {@code Lwt_stream.Full}.
 */
public final class StreamFullException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    StreamFullException() {
        super("the stream is full, and another push already waits for room;"
                + " wait for its promise before the next push");
    }
}
