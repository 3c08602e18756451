package io.lwt4j.stream;

/** What writing to a stream that was ended fails with: {@code Lwt_stream.Closed}. */
public final class StreamClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    StreamClosedException() {
        super("the stream has been ended; nothing can be pushed to it any more");
    }
}
