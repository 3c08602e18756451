package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The write side of an {@link Event}: {@code React.E.create}.
 *
 * <pre>{@code
 * EventEmitter<String> lines = EventEmitter.create();
 * lines.event().filter(line -> !line.isEmpty()).observe(System.out::println);
 * lines.send("hello");
 * }</pre>
 *
 * <p>Thread rule: that of its {@link Graph}; {@link #post} is for all.
 *
 * @param <A> the type of the occurrences
 */
public final class EventEmitter<A extends @Nullable Object> {

    private final EventNodes.Primitive<A> node;

    private EventEmitter(EventNodes.Primitive<A> node) {
        this.node = node;
    }

    /**
     * Makes an event: {@code E.create}. It belongs to the graph of the calling thread or loop.
     *
     * @param <A> the type of the occurrences
     * @return its write side
     */
    public static <A extends @Nullable Object> EventEmitter<A> create() {
        return new EventEmitter<>(new EventNodes.Primitive<>(Graph.current()));
    }

    /**
     * The read side.
     *
     * @return the event; always the same
     */
    public Event<A> event() {
        return node;
    }

    /**
     * Has the event occur, in a step of its own.
     *
     * <p>Inside of a batch, an observer, an effect or the function of a node, the step comes
     * afterwards: one for all that this one callback writes, except that an event occurs once in a
     * step; what is sent to it again is for a step after that.
     *
     * @param occurrence the occurrence
     * @throws GraphThreadException on another thread; see {@link #post}
     * @throws DivergenceException if the steps that follow from this one do not come to an end
     */
    public void send(A occurrence) {
        node.send(occurrence);
    }

    /**
     * Puts an occurrence on a step that is to be executed: {@code send ~step}.
     *
     * @param step the step
     * @param occurrence the occurrence
     * @throws IllegalStateException if the step has been executed, or the event is on a step
     *     already that has not been
     */
    public void send(Step step, A occurrence) {
        node.send(requireNonNull(step, "step"), occurrence);
    }

    /**
     * Has the event occur on its event loop, a little later. Any thread.
     *
     * @param occurrence the occurrence
     * @throws IllegalStateException if this was not made on an event loop
     * @throws java.util.concurrent.RejectedExecutionException if the loop is closed
     */
    public void post(A occurrence) {
        requireNonNull(node.graph).post(() -> send(occurrence));
    }

    /**
     * Names the event, for messages and pictures.
     *
     * @param name the name
     * @return this
     */
    public EventEmitter<A> named(String name) {
        node.named(name);
        return this;
    }

    /** The name, or what kind of node this is. */
    @Override
    public String toString() {
        return node.toString();
    }
}
