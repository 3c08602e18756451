package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Several writes that happen at the same time: {@code React.Step}.
 *
 * <pre>{@code
 * Step.batch(() -> {
 *     left.set(1);
 *     right.set(2);
 * });
 * }</pre>
 *
 * <p>What depends on both is updated once and never sees one without the other; events are
 * simultaneous if they occur in the same step. {@link #batch} is enough for most; {@link #create}
 * is for a step that is put together over a longer time.
 *
 * <p>Thread rule: that of the {@link Graph}.
 */
public final class Step {

    private final Graph graph;
    private final List<Source> sources = new ArrayList<>(2);
    private final List<@Nullable Object> put = new ArrayList<>(2);
    private boolean executed;

    Step(Graph graph) {
        this.graph = graph;
    }

    /**
     * Makes an empty step: {@code Step.create}.
     *
     * @return the step
     */
    public static Step create() {
        return new Step(Graph.current());
    }

    /**
     * Makes one step of all that {@code body} writes. A variable has its new value at once, and
     * what depends on it is brought up to date when it is read; events occur, and observers are
     * told, in the end. If that is inside of another batch, or of an observer or effect, it is when
     * those are over.
     *
     * @param body runs at once; if it throws, what it has written so far counts
     */
    public static void batch(Runnable body) {
        requireNonNull(body, "body");
        batch(() -> {
            body.run();
            return null;
        });
    }

    /**
     * Makes one step of all that {@code body} writes: {@link #batch(Runnable)} with a result.
     *
     * @param body runs at once
     * @param <R> the type of the result
     * @return what the body returns
     */
    public static <R extends @Nullable Object> R batch(Supplier<R> body) {
        requireNonNull(body, "body");
        Graph graph = Graph.current();
        graph.beginBatch();
        try {
            return body.get();
        } finally {
            graph.endBatch();
        }
    }

    /**
     * Lets all happen that was put on this step: {@code Step.execute}. If another step is running,
     * this one follows it.
     *
     * @throws IllegalStateException if it has been executed before
     */
    public void execute() {
        checkNotExecuted();
        executed = true;
        graph.execute(this);
    }

    void checkNotExecuted() {
        if (executed) {
            throw new IllegalStateException("this step has been executed; make another one");
        }
    }

    void checkGraph(Graph other) {
        if (graph != other) {
            throw new IllegalStateException("a step is for events and signals of one graph only");
        }
    }

    void add(Source source, @Nullable Object what) {
        sources.add(source);
        put.add(what);
        source.schedule(this);
    }

    /** What was put on this for a source. */
    @Nullable
    Object put(Source source) {
        return put.get(sources.indexOf(source));
    }

    void replace(Source source, @Nullable Object what) {
        put.set(sources.indexOf(source), what);
    }

    /** Has the sources change, before anybody is told. */
    void commit(List<Node> changed) {
        executed = true;
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (source.scheduled() == this) {
                source.schedule(null);
            }
            if (source.commit(put.get(i))) {
                changed.add((Node) source);
            }
        }
    }

    /** Has nothing happen of what was put on this. */
    void drop(List<Node> changed) {
        executed = true;
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (source.scheduled() == this) {
                source.schedule(null);
            }
            if (source.drop(put.get(i))) {
                changed.add((Node) source);
            }
        }
    }

    /** What this writes to, for messages. */
    String targets() {
        return sources.toString();
    }
}
