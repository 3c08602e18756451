package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Streams made of several others. */
final class Combination {

    private Combination() {}

    /** {@code combine}: pairs, as long as both streams have elements. */
    static final class Pairs extends Source {
        private final Cursor first;
        private final Cursor second;

        Pairs(Cursor first, Cursor second) {
            this.first = first;
            this.second = second;
        }

        @Override
        Object produce() throws Exception {
            Promise<Object> a = first.read();
            Promise<Object> b = second.read();
            return Later.of(a, x -> Later.of(b, y -> pair(x, y)));
        }

        private static Object pair(Object a, Object b) {
            if (a instanceof End) {
                return a;
            }
            return b instanceof End ? b : new Both<>(a, b);
        }

        @Override
        void abandoned() {
            first.leave();
            second.leave();
        }
    }

    /** {@code append} and {@code concat}: one stream after the other. */
    static final class Chain extends Source {
        private final Cursor streams;
        private @Nullable Cursor current;

        /** Those of the streams that are known, to be closed with this one. */
        private final List<? extends Cursor> known;

        Chain(Cursor streams, List<? extends Cursor> known) {
            this.streams = streams;
            this.known = known;
        }

        @Override
        Object produce() throws Exception {
            while (true) {
                Cursor stream = current;
                if (stream == null) {
                    Object next = streams.take();
                    if (next == null) {
                        return Later.of(streams.takeLater(), this::opened);
                    }
                    if (next instanceof End) {
                        return next;
                    }
                    current = (Cursor) next;
                } else {
                    Object item = stream.take();
                    if (item == null) {
                        return Later.of(stream.takeLater(), this::read);
                    }
                    if (item != End.NORMAL) {
                        return item;
                    }
                    current = null;
                }
            }
        }

        private Object opened(Object next) throws Exception {
            if (next instanceof End) {
                return next;
            }
            current = (Cursor) next;
            return produce();
        }

        private Object read(Object item) throws Exception {
            if (item != End.NORMAL) {
                return item;
            }
            current = null;
            return produce();
        }

        @Override
        void abandoned() {
            if (current != null) {
                current.leave();
            }
            streams.leave();
            known.forEach(Cursor::leave);
        }
    }

    /** {@code choose}: from whichever stream has an element first. */
    static final class Choice extends Source {

        /** A stream of which an element was asked ahead. */
        private static final class Candidate {
            final Cursor stream;

            /** This candidate with its element, or with the end. */
            Promise<Offer> offer;

            Candidate(Cursor stream) {
                this.stream = stream;
                this.offer = ask();
            }

            Promise<Offer> ask() {
                return stream.read().map(item -> new Offer(this, item));
            }
        }

        private record Offer(Candidate candidate, Object item) {}

        private final List<Candidate> candidates = new ArrayList<>();

        /** Whose error was told, so that it is to be asked again. */
        private @Nullable Candidate failed;

        Choice(List<? extends Cursor> streams) {
            streams.forEach(stream -> candidates.add(new Candidate(stream)));
        }

        @Override
        Object produce() throws Exception {
            if (failed != null) {
                failed.offer = failed.ask();
                failed = null;
            }
            while (!candidates.isEmpty()) {
                Promise<Offer> offer =
                        Promise.choose(candidates.stream().map(c -> c.offer).toList());
                if (offer.isPending()) {
                    return Later.of(
                            offer.recover(this::failed),
                            chosen -> accept(chosen) ? chosen.item() : produce());
                }
                Offer chosen = Later.value(offer.recover(this::failed));
                if (accept(chosen)) {
                    return chosen.item();
                }
            }
            return End.NORMAL;
        }

        /** Asks the stream that was chosen for another element, unless it has ended. */
        private boolean accept(Offer chosen) {
            Candidate candidate = chosen.candidate();
            candidates.remove(candidate);
            if (chosen.item() instanceof End end) {
                if (end.cause() != null) {
                    throw Later.sneaky(end.cause());
                }
                return false;
            }
            candidate.offer = candidate.ask();
            candidates.add(0, candidate);
            return true;
        }

        /** Notes whose element could not be had. */
        private Promise<Offer> failed(Throwable cause) {
            for (Candidate candidate : candidates) {
                if (candidate.offer.state() instanceof Promise.State.Rejected<Offer> rejected
                        && rejected.cause() == cause) {
                    failed = candidate;
                    break;
                }
            }
            return Promise.failed(cause);
        }

        @Override
        void abandoned() {
            for (Candidate candidate : candidates) {
                candidate.offer.cancel();
                candidate.stream.leave();
            }
        }
    }

    /** {@code map} that works on several elements at a time, and keeps their order. */
    static final class Concurrent<S> extends Source {

        /* Overview. Elements are read ahead one after the other, so no more than one read waits;
         * when it brings something, the next ones follow. What is under way are the promises in
         * `ahead` and the one in front of them, which the reader has got.
         */

        private final Cursor upstream;
        private final int limit;
        private final CheckedFunction<? super S, ? extends Promise<?>> function;

        /** What was begun ahead, in the order of the elements. */
        private final Deque<Promise<Object>> ahead = new ArrayDeque<>();

        /** Whether the last of them has yet to be read. */
        private boolean waiting;

        /** Whether the other stream has ended. */
        private boolean ended;

        Concurrent(
                Cursor upstream,
                int limit,
                CheckedFunction<? super S, ? extends Promise<?>> function) {
            this.upstream = upstream;
            this.limit = limit;
            this.function = function;
        }

        @Override
        Object produce() throws Exception {
            readAhead(limit);
            return Later.of(ahead.remove());
        }

        private void readAhead(int room) {
            while (ahead.size() < room && !waiting && !ended && !isOver()) {
                Promise<Object> read = upstream.read();
                waiting = read.isPending();
                ahead.add(
                        waiting
                                ? read.fold(this::arrived, this::failed)
                                : read.flatMap(this::begin));
            }
        }

        private Promise<Object> arrived(Object item) {
            waiting = false;
            Promise<Object> begun = Promise.apply(() -> begin(item));
            readAhead(limit - 1);
            return begun;
        }

        private Promise<Object> failed(Throwable cause) {
            waiting = false;
            readAhead(limit - 1);
            return Promise.failed(cause);
        }

        @SuppressWarnings("unchecked") // an item that is not the end is an element
        private Promise<Object> begin(Object item) throws Exception {
            ended |= item instanceof End;
            return item instanceof End
                    ? Promise.of(item)
                    : Later.promised(function.apply((S) item)).map(Later::element);
        }

        @Override
        void abandoned() {
            ahead.forEach(Promise::cancel);
            upstream.leave();
        }
    }
}
