package io.lwt4j;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * Promises of what a {@link Flow.Publisher} emits, and a publisher of nothing but an error. What
 * the promises have in common:
 *
 * <ul>
 *   <li><b>Temperature:</b> the publisher is subscribed to once, during the call.
 *   <li><b>Errors:</b> the promise is rejected with the very same throwable, also with what
 *       {@code subscribe} throws. An error that comes too late goes to the {@link DropHandler}, or,
 *       where there is none, to the loop's handler.
 *   <li><b>Cancellation:</b> cancelling the promise cancels the subscription, once; so does the end
 *       of the loop. Elements that are of no use then go to the {@link DropHandler}. Once the
 *       publisher has ended, or has been cancelled because it has said enough, it is not cancelled
 *       any more.
 *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The publisher may
 *       signal on any thread; the outcome is handed to the loop.
 * </ul>
 *
 * <p>To make one throws {@link LoopThreadException} if the calling thread runs no loop. Nothing
 * here accepts null.
 */
public final class Publishers {

    private Publishers() {}

    /**
     * The first element: {@code Lwt_stream.get} and no more. One element is asked for; then the
     * subscription is cancelled.
     *
     * <p><b>Empty:</b> a publisher that completes without an element gives an empty optional.
     *
     * @param publisher the publisher
     * @param dropped takes what comes too late
     * @param <T> the type of the elements
     * @return the promise of the element
     */
    public static <T> Promise<Optional<T>> first(
            Flow.Publisher<? extends T> publisher, DropHandler<? super T> dropped) {
        return PublisherSettler.subscribe(publisher, new PublisherSettler.First<T>(dropped));
    }

    /**
     * The same as {@link #first(Flow.Publisher, DropHandler)}, where elements that come too late
     * are let go.
     *
     * @param publisher the publisher
     * @param <T> the type of the elements
     * @return the promise of the element
     */
    public static <T> Promise<Optional<T>> first(Flow.Publisher<? extends T> publisher) {
        return first(publisher, DropHandler.of(EventLoop.current()));
    }

    /**
     * The last element, when the publisher has completed. All elements are asked for.
     *
     * <p><b>Empty:</b> a publisher that completes without an element gives an empty optional.
     *
     * @param publisher the publisher
     * @param dropped takes what comes too late, and the elements that are not the last one
     * @param <T> the type of the elements
     * @return the promise of the element
     */
    public static <T> Promise<Optional<T>> last(
            Flow.Publisher<? extends T> publisher, DropHandler<? super T> dropped) {
        return PublisherSettler.subscribe(publisher, new PublisherSettler.Last<T>(dropped));
    }

    /**
     * The same as {@link #last(Flow.Publisher, DropHandler)}, where elements that are of no use are
     * let go.
     *
     * @param publisher the publisher
     * @param <T> the type of the elements
     * @return the promise of the element
     */
    public static <T> Promise<Optional<T>> last(Flow.Publisher<? extends T> publisher) {
        return last(publisher, DropHandler.of(EventLoop.current()));
    }

    /**
     * The only element, when the publisher has completed. If there is a second one, the
     * subscription is cancelled and the promise rejected with {@link IndexOutOfBoundsException}. An
     * error after the element counts.
     *
     * <p><b>Empty:</b> a publisher that completes without an element gives an empty optional.
     *
     * @param publisher the publisher
     * @param dropped takes what comes too late, and the elements if there are two
     * @param <T> the type of the elements
     * @return the promise of the element
     */
    public static <T> Promise<Optional<T>> single(
            Flow.Publisher<? extends T> publisher, DropHandler<? super T> dropped) {
        return PublisherSettler.subscribe(publisher, new PublisherSettler.Single<T>(dropped));
    }

    /**
     * The same as {@link #single(Flow.Publisher, DropHandler)}, where elements that are of no use
     * are let go.
     *
     * @param publisher the publisher
     * @param <T> the type of the elements
     * @return the promise of the element
     */
    public static <T> Promise<Optional<T>> single(Flow.Publisher<? extends T> publisher) {
        return single(publisher, DropHandler.of(EventLoop.current()));
    }

    /**
     * All elements, when the publisher has completed: {@code Lwt_stream.to_list}. If there are more
     * than the limit, the subscription is cancelled and the promise rejected with
     * {@link IndexOutOfBoundsException}.
     *
     * <p><b>Empty:</b> a publisher that completes without an element gives an empty list.
     *
     * @param publisher the publisher
     * @param limit how many elements there may be; {@link Integer#MAX_VALUE} for any number
     * @param dropped takes what comes too late, and the elements of a list that does not come to be
     * @param <T> the type of the elements
     * @return the promise of the elements
     * @throws IllegalArgumentException if the limit is negative
     */
    public static <T> Promise<List<T>> list(
            Flow.Publisher<? extends T> publisher, int limit, DropHandler<? super T> dropped) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "limit " + limit + ": there cannot be fewer than 0 elements");
        }
        return PublisherSettler.subscribe(publisher, new PublisherSettler.All<T>(dropped, limit));
    }

    /**
     * The same as {@link #list(Flow.Publisher, int, DropHandler)}, where elements that are of no
     * use are let go.
     *
     * @param publisher the publisher
     * @param limit how many elements there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @return the promise of the elements
     * @throws IllegalArgumentException if the limit is negative
     */
    public static <T> Promise<List<T>> list(Flow.Publisher<? extends T> publisher, int limit) {
        return list(publisher, limit, DropHandler.of(EventLoop.current()));
    }

    /**
     * A publisher that tells every subscriber an error, on the thread that subscribes:
     * {@code Lwt.fail}. What a subscriber throws, which it must not, reaches the current loop's
     * handler.
     *
     * @param cause the error
     * @param <T> the type of the elements there are none of
     * @return the publisher
     */
    public static <T> Flow.Publisher<T> failed(Throwable cause) {
        return new FailedPublisher<>(requireNonNull(cause, "cause"));
    }
}
