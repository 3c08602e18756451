package io.lwt4j.oracle;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;
import io.lwt4j.Promise.State;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * A model of the original's streams, with what this library decided to do in another way. Of the
 * deviations {@link Deviation#D1} and {@link Deviation#D10} each can be applied to it;
 * {@link Deviation#D5} not, but the model says when that makes a difference.
 *
 * <p>A stream and its copies stand at nodes of one queue, whose last node is empty. Every read
 * walks along the nodes on its own, from the one at which its stream stands when it begins, and a
 * {@link Visit} decides at each node how it goes on. At the last node it waits until that is
 * filled, and everybody who waits there gets to see what came. A stream steps to the next node when
 * a read takes what is in its node.
 */
class OriginalStream implements OracleStream {

    /** What is in a node behind the elements. */
    private static final Object END = new Object();

    /** More than any program needs that ends. */
    private static final int MOST_FAILURES = 1000;

    private static final class Node {
        @Nullable
        Object item;

        @Nullable
        Node next;
    }

    /** What a read does at a node that is filled: null to go on to the next one, or its result. */
    private interface Visit {
        @Nullable
        Promise<?> at(Node place, Object item) throws Exception;
    }

    /** A read that takes has come to a node before that was filled. */
    private record Wait(Node place, Promise<?> arrival) {}

    private final Streams streams;
    private final Queue queue;

    /** Where this stream stands. */
    private Node node;

    private final List<Wait> waits = new ArrayList<>();

    private OriginalStream(Streams streams, Queue queue, Node node) {
        this.streams = streams;
        this.queue = queue;
        this.node = node;
    }

    /**
     * Streams for one run of one program.
     *
     * @param applied the deviations that apply
     * @param shared told when the original does what {@link Deviation#D5} does away with
     */
    static Factory factory(Set<Deviation> applied, Runnable shared) {
        return new Streams(applied, shared);
    }

    /* ---- Walking ---- */

    private Promise<?> take(Visit visit) throws Exception {
        return walk(node, true, visit);
    }

    private Promise<?> look(Visit visit) throws Exception {
        return walk(node, false, visit);
    }

    private Promise<?> walk(Node start, boolean takes, Visit visit) throws Exception {
        Node place = start;
        while (place.item != null) {
            if (place.item == END) {
                ends();
            } else if (takes) {
                wants(place);
            }
            Promise<?> result = visit.at(place, place.item);
            if (result != null) {
                return result;
            }
            place = next(place);
        }
        Node last = place;
        Promise<?> arrival = queue.feed();
        if (takes && arrival.isPending()) {
            waits.add(new Wait(last, arrival));
        }
        return objects(arrival).flatMap(unused -> objects(walk(last, takes, visit)));
    }

    /** A read comes to an element to take it, which another one has taken, or is about to take. */
    private void wants(Node place) {
        waits.removeIf(wait -> !wait.arrival().isPending());
        if (place != node || waits.stream().anyMatch(wait -> wait.place() == place)) {
            streams.shared().run();
        }
    }

    /** A read comes to the end, behind which an error may have got lost. */
    private void ends() {
        if (queue.lostError) {
            streams.shared().run();
        }
    }

    private void took(Node place) {
        if (place == node) {
            node = next(place);
            queue.taken();
        } else {
            streams.shared().run();
        }
    }

    private static Node next(Node place) {
        Node next = place.next;
        if (next == null) {
            throw new AssertionError("a read went on at the last node");
        }
        return next;
    }

    /** Takes one item; this is what streams that are made of this one do. */
    private Promise<Object> takeOne() throws Exception {
        return objects(take((place, item) -> {
            if (item != END) {
                took(place);
            }
            return Promise.of(item);
        }));
    }

    /** Takes all elements, until the visit of one has a result. */
    private Promise<?> takeEach(
            Callable<? extends Promise<?>> end, CheckedFunction<Object, @Nullable Promise<?>> visit)
            throws Exception {
        return take((place, item) -> {
            if (item == END) {
                return end.call();
            }
            took(place);
            return visit.apply(item);
        });
    }

    /** A read that calls functions of the program; what they throw escapes unless D1 applies. */
    private Promise<?> guarded(Callable<Promise<?>> read) throws Exception {
        return streams.applied().contains(Deviation.D1)
                ? Promise.apply(() -> objects(read.call()))
                : read.call();
    }

    @SuppressWarnings("unchecked") // values are only ever read, as objects
    private static Promise<Object> objects(Promise<?> promise) {
        return (Promise<Object>) promise;
    }

    /* ---- Queues: what a stream has in common with its copies ---- */

    private abstract static class Queue {
        Node last = new Node();
        final Resolver<@Nullable Void> closed = Resolver.uncancellable();

        /** Whether it was an error that ended it. */
        boolean lostError;

        /** Has somebody fill the last node, and returns the promise that this has happened. */
        abstract Promise<?> feed() throws Exception;

        /** An element was taken. */
        void taken() {}

        final void append(Object item) {
            Node filled = last;
            last = new Node();
            filled.next = last;
            filled.item = item;
        }

        final void fill(Object item) {
            append(item);
            if (item == END) {
                close();
            }
        }

        final void close() {
            closed.resolveNow(null);
        }

        final boolean isClosed() {
            return !closed.promise().isPending();
        }
    }

    /** What a function makes on demand. */
    private abstract static class MadeQueue extends Queue {
        private final Runnable shared;
        private boolean making;

        MadeQueue(Runnable shared) {
            this.shared = shared;
        }

        /**
         * Makes an element; nothing keeps a function from asking for one inside of its own call.
         */
        final <P> Promise<P> make(Callable<Promise<P>> function) throws Exception {
            if (making) {
                shared.run();
            }
            boolean inside = making;
            making = true;
            try {
                return function.call();
            } finally {
                making = inside;
            }
        }
    }

    private static final class FromQueue extends MadeQueue {
        private final Callable<Promise<Object>> function;
        private Promise<?> filling = Promise.unit();

        FromQueue(Callable<Promise<Object>> function, Runnable shared) {
            super(shared);
            this.function = function;
        }

        @Override
        Promise<?> feed() throws Exception {
            if (!filling.isPending()) {
                filling = make(function).flatMap(item -> {
                    fill(item);
                    return Promise.unit();
                });
            }
            return filling.shielded();
        }
    }

    private static final class FromDirectQueue extends MadeQueue {
        private final Callable<Promise<Object>> function;

        FromDirectQueue(Callable<Promise<Object>> function, Runnable shared) {
            super(shared);
            this.function = function;
        }

        @Override
        Promise<?> feed() throws Exception {
            Promise<Object> made = make(function);
            if (made.isFulfilled()) {
                fill(made.poll().orElseThrow());
            }
            return made;
        }
    }

    /** What is pushed. */
    private static class PushQueue extends Queue {
        private Resolver<@Nullable Void> arrival = Resolver.uncancellable();
        private boolean awaited;

        @Override
        Promise<?> feed() {
            awaited = true;
            return arrival.promise().shielded();
        }

        void push(Object item) {
            if (isClosed()) {
                throw new OracleException("Closed");
            }
            append(item);
            announce();
            if (item == END) {
                close();
            }
        }

        final void announce() {
            if (awaited) {
                awaited = false;
                Resolver<@Nullable Void> told = arrival;
                arrival = Resolver.uncancellable();
                told.resolve(null);
            }
        }
    }

    /** What is pushed as long as there is room; one push may wait for that. */
    private static final class BoundedQueue extends PushQueue {
        private final Runnable shared;
        private int size;
        private int count;
        private boolean ended;

        /** What the push brings that waits. */
        private @Nullable Object blocked;

        private Resolver<@Nullable Void> room = Resolver.cancellable();
        private final List<Promise<?>> readers = new ArrayList<>();

        BoundedQueue(int size, Runnable shared) {
            this.size = checkSize(size);
            this.shared = shared;
        }

        private static int checkSize(int size) {
            if (size < 0) {
                throw new IllegalArgumentException("negative");
            }
            return size;
        }

        @Override
        Promise<?> feed() {
            Promise<?> reader = super.feed();
            readers.add(reader);
            if (blocked != null) {
                shared.run();
            }
            return reader;
        }

        Promise<?> boundedPush(Object element) {
            if (ended) {
                return Promise.failed(new OracleException("Closed"));
            }
            if (blocked != null) {
                return Promise.failed(new OracleException("Full"));
            }
            if (count < size) {
                append(element);
                count++;
                announce();
                return Promise.unit();
            }
            blocked = element;
            if (size == 0 && readers.stream().anyMatch(Promise::isPending)) {
                shared.run();
            }
            return room.promise().recover(cause -> {
                if (cause instanceof CanceledException) {
                    blocked = null;
                    room = Resolver.cancellable();
                }
                return Promise.failed(cause);
            });
        }

        private void admit() {
            append(blocked);
            blocked = null;
            Resolver<@Nullable Void> told = room;
            room = Resolver.cancellable();
            told.resolve(null);
        }

        @Override
        void taken() {
            if (blocked == null) {
                count--;
            } else {
                admit();
            }
        }

        void resize(int newSize) {
            size = checkSize(newSize);
            if (count < size && blocked != null) {
                count++;
                admit();
            }
        }

        void end() {
            if (!ended) {
                ended = true;
                append(END);
                if (blocked != null) {
                    blocked = null;
                    room.reject(new OracleException("Closed"));
                }
                announce();
                close();
            }
        }

        String info() {
            return "size:" + size + " count:" + count + " blocked:" + (blocked != null) + " closed:"
                    + ended;
        }
    }

    /** A stream and the writing end of its queue. */
    private static final class PushedStream extends OriginalStream implements Pushed {
        private final PushQueue written;

        PushedStream(Streams streams, PushQueue queue) {
            super(streams, queue, queue.last);
            this.written = queue;
        }

        @Override
        public void push(Object element) {
            written.push(element);
        }

        @Override
        public void end() {
            written.push(END);
        }
    }

    /** A stream and the writing end of its queue. */
    private static final class BoundedStream extends OriginalStream implements Bounded {
        private final BoundedQueue written;

        BoundedStream(Streams streams, BoundedQueue queue) {
            super(streams, queue, queue.last);
            this.written = queue;
        }

        @Override
        public Promise<?> boundedPush(Object element) {
            return written.boundedPush(element);
        }

        @Override
        public void close() {
            written.end();
        }

        @Override
        public void resize(int size) {
            written.resize(size);
        }

        @Override
        public String info() {
            return written.info();
        }
    }

    /* ---- Making streams ---- */

    private record Streams(Set<Deviation> applied, Runnable shared) implements Factory {

        @Override
        public Pushed create() {
            return new PushedStream(this, new PushQueue());
        }

        @Override
        public Bounded bounded(int size) {
            return new BoundedStream(this, new BoundedQueue(size, shared));
        }

        @Override
        public OracleStream of(List<Object> elements) {
            PushQueue queue = new PushQueue();
            OracleStream stream = stream(queue);
            elements.forEach(queue::push);
            queue.push(END);
            return stream;
        }

        @Override
        public OracleStream ofPromise(Promise<Object> promise) {
            PushQueue queue = new PushQueue();
            OracleStream stream = stream(queue);
            promise.onAny(
                    value -> {
                        queue.push(value);
                        queue.push(END);
                    },
                    cause -> {
                        queue.lostError = true;
                        queue.push(END);
                    });
            return stream;
        }

        @Override
        public OracleStream from(CheckedFunction<Long, Promise<@Nullable Object>> function) {
            Counter calls = new Counter();
            Callable<Promise<@Nullable Object>> call = () -> function.apply(calls.next());
            return made(() -> produced(call).map(Streams::item));
        }

        @Override
        public OracleStream fromDirect(CheckedFunction<Long, @Nullable Object> function) {
            Counter calls = new Counter();
            Callable<Promise<@Nullable Object>> call =
                    () -> Promise.of(function.apply(calls.next()));
            return stream(new FromDirectQueue(() -> produced(call).map(Streams::item), shared));
        }

        /** What a producer throws escapes from the read unless D10 applies. */
        private <P> Promise<P> produced(Callable<Promise<P>> call) throws Exception {
            return applied.contains(Deviation.D10) ? Promise.apply(call) : call.call();
        }

        private static Object item(@Nullable Object element) {
            return Values.unlessUnit(element).orElse(END);
        }

        @Override
        public OracleStream concat(List<OracleStream> streams) {
            // Its first read is of none of them; so what escapes from them is caught by a bind.
            List<OracleStream> behind = new ArrayList<>(List.of(made(() -> Promise.of(END))));
            behind.addAll(streams);
            return chain(behind);
        }

        OriginalStream chain(List<OracleStream> streams) {
            List<OracleStream> left = new ArrayList<>(streams);
            return made(new Callable<>() {
                @Override
                public Promise<Object> call() throws Exception {
                    if (left.isEmpty()) {
                        return Promise.of(END);
                    }
                    OracleStream first = left.get(0);
                    return ((OriginalStream) first).takeOne().flatMap(item -> {
                        if (item == END) {
                            left.remove(first);
                            return call();
                        }
                        return Promise.of(item);
                    });
                }
            });
        }

        /** What a stream has for a choice. */
        private record Offer(OriginalStream stream, Promise<Object> item) {
            static Offer of(OracleStream stream) throws Exception {
                OriginalStream original = (OriginalStream) stream;
                return new Offer(original, original.takeOne());
            }
        }

        @Override
        public OracleStream choose(List<OracleStream> streams) throws Exception {
            List<Offer> offers = new ArrayList<>();
            for (OracleStream stream : streams) {
                offers.add(Offer.of(stream));
            }
            return made(new Callable<>() {
                private int failures;

                @Override
                public Promise<Object> call() throws Exception {
                    if (offers.isEmpty()) {
                        return Promise.of(END);
                    }
                    if (failures > 0) {
                        // Now it fails with the same error for ever.
                        shared.run();
                    }
                    if (failures > MOST_FAILURES) {
                        return Resolver.uncancellable().promise();
                    }
                    List<Promise<Offer>> made = offers.stream()
                            .map(offer -> offer.item().map(unused -> offer))
                            .toList();
                    return Promise.choose(made).fold(this::chosen, cause -> {
                        failures++;
                        return Promise.failed(cause);
                    });
                }

                private Promise<Object> chosen(Offer offer) throws Exception {
                    removeFirst(offer.stream());
                    if (offer.item().poll().orElseThrow() == END) {
                        return call();
                    }
                    offers.add(0, Offer.of(offer.stream()));
                    return offer.item();
                }

                // Not of the choice itself, if the stream is there several times.
                private void removeFirst(OriginalStream stream) {
                    int i = 0;
                    while (offers.get(i).stream() != stream) {
                        i++;
                    }
                    offers.remove(i);
                }
            });
        }

        OriginalStream made(Callable<Promise<Object>> create) {
            return stream(new FromQueue(create, shared));
        }

        private OriginalStream stream(Queue queue) {
            return new OriginalStream(this, queue, queue.last);
        }
    }

    /** Makes what comes of the elements; the end stays. */
    private OriginalStream view(CheckedFunction<Object, Promise<Object>> function) {
        return streams.made(
                () -> takeOne().flatMap(x -> x == END ? Promise.of(x) : function.apply(x)));
    }

    @Override
    public OracleStream map(CheckedFunction<Object, Object> function) {
        return view(x -> Promise.of(function.apply(x)));
    }

    @Override
    public OracleStream mapS(CheckedFunction<Object, Promise<Object>> function) {
        return view(function);
    }

    @Override
    public OracleStream filter(CheckedFunction<Object, Boolean> predicate) {
        return mapList(x -> predicate.apply(x) ? List.of(x) : List.of());
    }

    @Override
    public OracleStream filterS(CheckedFunction<Object, Promise<Boolean>> predicate) {
        return mapListS(x -> predicate.apply(x).map(wanted -> wanted ? List.of(x) : List.of()));
    }

    @Override
    public OracleStream filterMap(CheckedFunction<Object, @Nullable Object> function) {
        return mapList(x -> unlessUnit(function.apply(x)));
    }

    @Override
    public OracleStream filterMapS(CheckedFunction<Object, Promise<@Nullable Object>> function) {
        return mapListS(x -> function.apply(x).map(OriginalStream::unlessUnit));
    }

    private static List<Object> unlessUnit(@Nullable Object value) {
        return Values.unlessUnit(value).stream().toList();
    }

    @Override
    public OracleStream mapList(CheckedFunction<Object, List<Object>> function) {
        return mapListS(x -> Promise.of(function.apply(x)));
    }

    @Override
    public OracleStream mapListS(CheckedFunction<Object, Promise<List<Object>>> function) {
        List<Object> left = new ArrayList<>();
        return streams.made(new Callable<>() {
            @Override
            public Promise<Object> call() throws Exception {
                if (!left.isEmpty()) {
                    return Promise.of(left.remove(0));
                }
                return takeOne()
                        .flatMap(x -> x == END
                                ? Promise.of(x)
                                : function.apply(x).flatMap(list -> {
                                    left.addAll(list);
                                    return call();
                                }));
            }
        });
    }

    @Override
    public OracleStream append(OracleStream other) {
        return streams.chain(List.of(this, other));
    }

    @Override
    public OracleStream combine(OracleStream other) {
        return streams.made(() -> {
            Promise<Object> first = takeOne();
            Promise<Object> second = ((OriginalStream) other).takeOne();
            return first.flatMap(
                    a -> second.map(b -> a == END || b == END ? END : new Both<>(a, b)));
        });
    }

    @Override
    public OracleStream copy() {
        if (queue instanceof BoundedQueue) {
            throw new IllegalArgumentException("bounded");
        }
        return new OriginalStream(streams, queue, node);
    }

    /** Not made of a read: what feeding the queue throws is an element, too. */
    @Override
    public OracleStream wrapExn() {
        return streams.made(() -> wrapped(node));
    }

    private Promise<Object> wrapped(Node place) {
        return Promise.apply(() -> objects(walk(place, true, (at, item) -> {
                    if (item == END) {
                        return Promise.of(END);
                    }
                    took(at);
                    return Promise.of(new State.Fulfilled<>(item));
                })))
                .recover(cause -> Promise.of(new State.Rejected<>(cause)));
    }

    /* ---- Reads ---- */

    @Override
    public Promise<?> get() throws Exception {
        return takeEach(Promise::emptyOptional, x -> Promise.of(Optional.of(x)));
    }

    @Override
    public Promise<?> next() throws Exception {
        return takeEach(() -> Promise.failed(new OracleException("Empty")), Promise::of);
    }

    @Override
    public Promise<?> peek() throws Exception {
        return look(
                (place, item) -> Promise.of(item == END ? Optional.empty() : Optional.of(item)));
    }

    @Override
    public Promise<?> npeek(int count) throws Exception {
        List<Object> seen = new ArrayList<>();
        return count <= 0
                ? Promise.of(seen)
                : look((place, item) -> {
                    if (item != END) {
                        seen.add(item);
                    }
                    return item == END || seen.size() == count ? Promise.of(seen) : null;
                });
    }

    /** At each node of its way this reads what is in the node of the stream. */
    @Override
    public Promise<?> nget(int count) throws Exception {
        List<Object> taken = new ArrayList<>();
        return count <= 0
                ? Promise.of(taken)
                : take((place, item) -> {
                    Object next = node.item;
                    if (next == null || next == END) {
                        return Promise.of(taken);
                    }
                    took(place);
                    taken.add(next);
                    return taken.size() == count ? Promise.of(taken) : null;
                });
    }

    @Override
    public Promise<?> getWhile(CheckedFunction<Object, Boolean> predicate) throws Exception {
        List<Object> taken = new ArrayList<>();
        return takeWhile(predicate, taken);
    }

    @Override
    public Promise<?> junkWhile(CheckedFunction<Object, Boolean> predicate) throws Exception {
        return takeWhile(predicate, new ArrayList<>()).map(unused -> null);
    }

    private Promise<?> takeWhile(CheckedFunction<Object, Boolean> predicate, List<Object> taken)
            throws Exception {
        return guarded(() -> take((place, item) -> {
            if (item == END || !predicate.apply(item)) {
                return Promise.of(taken);
            }
            took(place);
            taken.add(item);
            return null;
        }));
    }

    @Override
    public Promise<?> getWhileS(CheckedFunction<Object, Promise<Boolean>> predicate)
            throws Exception {
        List<Object> taken = new ArrayList<>();
        return guarded(() -> take(new Visit() {
            @Override
            public Promise<?> at(Node place, Object item) throws Exception {
                return item == END
                        ? Promise.of(taken)
                        : predicate.apply(item).flatMap(wanted -> {
                            if (!wanted) {
                                return Promise.of(taken);
                            }
                            took(place);
                            taken.add(item);
                            return objects(walk(OriginalStream.next(place), true, this));
                        });
            }
        }));
    }

    @Override
    public Promise<?> junk() throws Exception {
        return njunk(1);
    }

    @Override
    public Promise<?> njunk(int count) throws Exception {
        Counter taken = new Counter();
        return count <= 0
                ? Promise.unit()
                : takeEach(Promise::unit, x -> taken.next() + 1 == count ? Promise.unit() : null);
    }

    @Override
    public Promise<?> toList() throws Exception {
        List<Object> taken = new ArrayList<>();
        return takeEach(() -> Promise.of(taken), x -> {
            taken.add(x);
            return null;
        });
    }

    /** Looks at the node of the stream, wherever that is when something has come. */
    @Override
    public Promise<?> isEmpty() throws Exception {
        if (node.item == null) {
            return queue.feed().flatMap(unused -> objects(isEmpty()));
        }
        if (node.item == END) {
            ends();
        }
        return Promise.of(node.item == END);
    }

    /* ---- Reads of what is there ---- */

    /** Takes what need not be waited for. */
    private Promise<List<Object>> available(int count) throws Exception {
        List<Object> taken = new ArrayList<>();
        Node place = node;
        while (taken.size() < count) {
            Object item = place.item;
            if (item == null) {
                Promise<?> arrival = queue.feed();
                if (arrival.isRejected()) {
                    return arrival.map(unused -> taken);
                }
                if (arrival.isPending()) {
                    break;
                }
            } else if (item == END) {
                ends();
                break;
            } else {
                wants(place);
                took(place);
                taken.add(item);
                place = next(place);
            }
        }
        return Promise.of(taken);
    }

    @Override
    public List<?> getAvailable() throws Exception {
        return getAvailableUpTo(Integer.MAX_VALUE);
    }

    @Override
    public List<?> getAvailableUpTo(int count) throws Exception {
        return available(count).poll().orElseThrow();
    }

    @Override
    public Promise<?> junkOld() throws Exception {
        return available(Integer.MAX_VALUE).map(unused -> null);
    }

    @Override
    public Promise<?> lastNew() throws Exception {
        Promise<?> first = next();
        return first.isFulfilled()
                ? available(Integer.MAX_VALUE)
                        .flatMap(more -> more.isEmpty()
                                ? objects(first)
                                : Promise.of(more.get(more.size() - 1)))
                : first;
    }

    /* ---- Reads to the end ---- */

    @Override
    public Promise<?> iter(CheckedFunction<Object, ?> function) throws Exception {
        return guarded(() -> takeEach(Promise::unit, x -> {
            function.apply(x);
            return null;
        }));
    }

    @Override
    public Promise<?> iterS(CheckedFunction<Object, ? extends Promise<?>> function)
            throws Exception {
        return guarded(() -> takeInTurn(Promise::unit, x -> function.apply(x).map(unused -> null)));
    }

    /**
     * Takes all elements, each when the function is done with the one before; null is no result.
     */
    private Promise<?> takeInTurn(
            Callable<? extends Promise<?>> end,
            CheckedFunction<Object, Promise<@Nullable Object>> function)
            throws Exception {
        return take(new Visit() {
            @Override
            public Promise<?> at(Node place, Object item) throws Exception {
                if (item == END) {
                    return end.call();
                }
                took(place);
                return function.apply(item)
                        .flatMap(result -> result != null
                                ? Promise.of(result)
                                : objects(walk(OriginalStream.next(place), true, this)));
            }
        });
    }

    @Override
    public Promise<?> iterP(CheckedFunction<Object, ? extends Promise<?>> function)
            throws Exception {
        return guarded(() -> take(new Visit() {
            @Override
            public Promise<?> at(Node place, Object item) throws Exception {
                if (item == END) {
                    return Promise.unit();
                }
                took(place);
                Promise<?> done = function.apply(item);
                Promise<?> rest = walk(OriginalStream.next(place), true, this);
                return done.flatMap(unused -> objects(rest));
            }
        }));
    }

    @Override
    public Promise<?> iterN(int limit, CheckedFunction<Object, ? extends Promise<?>> function)
            throws Exception {
        if (limit <= 0) {
            throw new IllegalArgumentException("no work at all");
        }
        return iterN(List.of(), limit, function);
    }

    private Promise<Object> iterN(
            List<Promise<Object>> running,
            int free,
            CheckedFunction<Object, ? extends Promise<?>> function)
            throws Exception {
        if (free == 0) {
            return Promise.nchooseSplit(running)
                    .flatMap(split -> iterN(split.pending(), split.done().size(), function));
        }
        return Promise.unit().flatMap(unused -> takeOne()).flatMap(item -> {
            if (item == END) {
                return objects(Promise.join(running));
            }
            List<Promise<Object>> more = new ArrayList<>(running);
            more.add(0, objects(function.apply(item)));
            return iterN(more, free - 1, function);
        });
    }

    @Override
    public Promise<?> fold(
            @Nullable Object initial, CheckedFunction<@Nullable Object, @Nullable Object> function)
            throws Exception {
        List<@Nullable Object> result = new ArrayList<>();
        result.add(initial);
        return guarded(() -> takeEach(() -> Promise.of(result.get(0)), x -> {
            result.set(0, function.apply(new Both<>(x, result.get(0))));
            return null;
        }));
    }

    @Override
    public Promise<?> foldS(
            @Nullable Object initial,
            CheckedFunction<@Nullable Object, Promise<@Nullable Object>> function)
            throws Exception {
        List<@Nullable Object> result = new ArrayList<>();
        result.add(initial);
        return guarded(() -> takeInTurn(
                () -> Promise.of(result.get(0)),
                x -> function.apply(new Both<>(x, result.get(0))).map(value -> {
                    result.set(0, value);
                    return null;
                })));
    }

    @Override
    public Promise<?> find(CheckedFunction<Object, Boolean> predicate) throws Exception {
        return guarded(() -> takeEach(
                Promise::emptyOptional,
                x -> predicate.apply(x) ? Promise.of(Optional.of(x)) : null));
    }

    @Override
    public Promise<?> findS(CheckedFunction<Object, Promise<Boolean>> predicate) throws Exception {
        return guarded(() -> takeInTurn(
                Promise::emptyOptional,
                x -> predicate.apply(x).map(wanted -> wanted ? Optional.of(x) : null)));
    }

    /* ---- The end ---- */

    @Override
    public Promise<?> closed() {
        return queue.closed.promise();
    }

    @Override
    public boolean isClosed() {
        return queue.isClosed();
    }
}
