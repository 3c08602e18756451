package io.lwt4j;

/**
 * Where the signals of a foreign source go that nobody can hear any more: those that come after
 * their receiver has cancelled, and the elements it had asked for but will not read.
 *
 * <p>A subscriber to a publisher of lwt4j may be one itself: then it is given the elements that
 * were meant for it and could not be told any more.
 *
 * <p>Thread rule: called on the loop of the receiver; or on the thread of the signal, when the loop
 * is closed, and for the promises of {@link Publishers}, which find out there that a signal is of
 * no use. Must not throw; what it throws reaches the loop's handler. Cancellation: the answer of a
 * source to its cancellation, a {@link java.util.concurrent.CancellationException}, is not handed
 * over.
 *
 * @param <T> the type of the elements
 */
public interface DropHandler<T> {

    /**
     * Takes an element, for example to release what it holds.
     *
     * @param element the element
     */
    void element(T element);

    /**
     * Takes an error.
     *
     * @param cause the error
     */
    void error(Throwable cause);

    /**
     * Lets elements go, and tells a loop's handler of errors.
     *
     * @param loop the loop
     * @return the handler
     */
    static DropHandler<Object> of(EventLoop loop) {
        return new DropHandler<>() {
            @Override
            public void element(Object element) {}

            @Override
            public void error(Throwable cause) {
                loop.report(cause);
            }
        };
    }
}
