package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/**
 * The writing end of a stream with a bound; {@link PullStream#bounded} makes both ends:
 * {@code Lwt_stream.bounded_push}.
 *
 * <p>Thread rule: the loop that first uses it; everywhere else its methods throw
 * {@link io.lwt4j.LoopThreadException}, but for the queries, whose answer may be old there.
 * Cancellation: a push that is cancelled while it waits for room takes its element back.
 *
 * @param <T> the type of the elements
 */
public final class BoundedStreamWriter<T> {

    private final BoundedPushSource source;

    BoundedStreamWriter(BoundedPushSource source) {
        this.source = source;
    }

    static int checkSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("size is " + size + ", but must not be negative");
        }
        return size;
    }

    /**
     * Adds an element as soon as there is room for it: {@code bounded_push#push}. Only one push can
     * wait; another one meanwhile is rejected with {@link StreamFullException}. After the end, or
     * if the stream is ended while this waits, it is rejected with {@link StreamClosedException}.
     *
     * @param element the element, not null
     * @return a promise that the element is in the stream; cancelling it takes the element back
     */
    public Promise<@Nullable Void> push(T element) {
        return source.push(requireNonNull(element, "element"));
    }

    /**
     * Ends the stream after the elements in it: {@code bounded_push#close}. A push that waits is
     * rejected. Does nothing if the stream was ended before.
     */
    public void close() {
        source.end(End.NORMAL);
    }

    /**
     * Ends the stream with an error after the elements in it. A push that waits is rejected with
     * {@link StreamClosedException}. Does nothing if the stream was ended before. Lwt has no such
     * thing.
     *
     * @param cause what every read that comes to this end is rejected with, not null
     */
    public void fail(Throwable cause) {
        source.end(End.failure(requireNonNull(cause, "cause")));
    }

    /**
     * The number of elements that find room: {@code bounded_push#size}.
     *
     * @return the size
     */
    public int size() {
        return source.size();
    }

    /**
     * Makes room for more, or fewer, elements: {@code bounded_push#resize}. Elements that are in
     * the stream stay.
     *
     * @param size the new number of elements that find room
     * @throws IllegalArgumentException if the size is negative
     */
    public void resize(int size) {
        source.resize(checkSize(size));
    }

    /**
     * The number of elements in the stream: {@code bounded_push#count}.
     *
     * @return their number, without the one that waits for room
     */
    public int count() {
        return source.count();
    }

    /**
     * Whether a push waits for room: {@code bounded_push#blocked}.
     *
     * @return whether another push would be rejected
     */
    public boolean isBlocked() {
        return source.isBlocked();
    }

    /**
     * Whether the stream was ended: {@code bounded_push#closed}.
     *
     * @return whether nothing can be pushed any more
     */
    public boolean isClosed() {
        return source.isOver();
    }

    /**
     * Keeps an object (the producer, say) from being collected as garbage for as long as the stream
     * is not: {@code bounded_push#set_reference}.
     *
     * @param reference the object in place of the former one, or null for none
     */
    public void keepAlive(@Nullable Object reference) {
        source.reference = reference;
    }
}
