package io.lwt4j.react.bridge;

import io.lwt4j.CanceledException;
import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Kind;
import io.lwt4j.bridge.Observer;
import io.lwt4j.bridge.Signal;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;
import io.lwt4j.react.Event;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Var;

import java.util.List;

/** Events, signals, and what publishers are turned into. */
public final class ReactKinds {

    /** What a signal is before anything happens. */
    public static final Object INITIAL = "initial";

    /** Each strategy, and with room those that may have some. */
    public static final List<Overflow> OVERFLOWS = List.of(
            Overflow.unbounded(),
            Overflow.fail(8),
            Overflow.dropOldest(8),
            Overflow.dropLatest(8),
            Overflow.error(),
            Overflow.drop(),
            Overflow.latest());

    private ReactKinds() {}

    public static final Kind<Event<Object>> EVENT =
            new Kind<>(
                    "Event",
                    Sink.NONE,
                    Sink.NONE,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.NEVER_FAILS,
                    Kind.Fact.SIGNALS_ON_LOOP,
                    Kind.Fact.NO_REPLAY,
                    Kind.Fact.LOOP_ONLY) {

                @Override
                public Source<Event<Object>> source(World world) {
                    return new EventSource(world);
                }

                @Override
                public Observer observe(World world, Event<Object> event) {
                    throw new UnsupportedOperationException("an event comes with its feed");
                }
            };

    public static final Kind<io.lwt4j.react.Signal<Object>> SIGNAL =
            new Kind<>(
                    "Signal",
                    Sink.NONE,
                    Sink.NONE,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.NEVER_FAILS,
                    Kind.Fact.SIGNALS_ON_LOOP,
                    Kind.Fact.NO_REPLAY,
                    Kind.Fact.LOOP_ONLY) {

                @Override
                public Source<io.lwt4j.react.Signal<Object>> source(World world) {
                    return new SignalSource(world);
                }

                @Override
                public Observer observe(World world, io.lwt4j.react.Signal<Object> signal) {
                    throw new UnsupportedOperationException("a signal comes with its feed");
                }

                @Override
                public List<Signal> before() {
                    return List.of(Signal.value(INITIAL));
                }
            };

    public static final Kind<Feed<Event<Object>>> EVENT_FEED = new FeedKind<>("Feed<Event>") {
        @Override
        Object observe(Event<Object> event, Listener listener) {
            return event.observe(listener::occurred);
        }
    };

    public static final Kind<Feed<io.lwt4j.react.Signal<Object>>> SIGNAL_FEED =
            new FeedKind<>("Feed<Signal>") {
                @Override
                Object observe(io.lwt4j.react.Signal<Object> signal, Listener listener) {
                    return signal.changes().observe(listener::occurred);
                }
            };

    private interface Listener {
        void occurred(Object value);
    }

    private abstract static class FeedKind<N> extends Kind<Feed<N>> {

        FeedKind(String name) {
            super(
                    name,
                    Sink.NONE,
                    Sink.NONE,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.LOOP_ONLY,
                    Kind.Fact.NO_REPLAY,
                    Kind.Fact.LISTENERS);
        }

        abstract Object observe(N node, Listener listener);

        @Override
        public final Source<Feed<N>> source(World world) {
            throw new UnsupportedOperationException("a feed comes from a publisher");
        }

        @Override
        public final List<Signal> cancelled() {
            return List.of(Signal.error(CanceledException.class));
        }

        @Override
        public final Observer observe(World world, Feed<N> feed) {
            return new Observer(world) {

                /* Whoever listens has to be held on to. */
                private Object observation;

                @Override
                public void start() {
                    observation =
                            FeedKind.this.observe(feed.node(), value -> hear(Signal.value(value)));
                    feed.done()
                            .onAny(done -> hear(Signal.end()), cause -> hear(Signal.error(cause)));
                    subscribed(feed.done()::cancel);
                }
            };
        }
    }

    private static final class EventSource extends Source<Event<Object>> {

        private final EventEmitter<Object> emitter = EventEmitter.create();

        EventSource(World world) {
            super(world);
        }

        @Override
        public Event<Object> subject() {
            return emitter.event();
        }

        @Override
        public void next(Object value) {
            emitter.send(value);
        }

        @Override
        public void complete() {
            emitter.event().stop();
        }

        @Override
        public void error(Throwable cause) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class SignalSource extends Source<io.lwt4j.react.Signal<Object>> {

        private final Var<Object> variable = Var.of(INITIAL);

        SignalSource(World world) {
            super(world);
        }

        @Override
        public io.lwt4j.react.Signal<Object> subject() {
            return variable.signal();
        }

        @Override
        public void next(Object value) {
            variable.set(value);
        }

        @Override
        public void complete() {
            variable.signal().stop();
        }

        @Override
        public void error(Throwable cause) {
            throw new UnsupportedOperationException();
        }
    }
}
