package io.lwt4j.oracle;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;
import io.lwt4j.stream.BoundedStreamWriter;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.StreamWriter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** This library's own streams. */
class LibraryStream implements OracleStream {

    static final Factory FACTORY = new Streams();

    private final PullStream<Object> stream;

    private LibraryStream(PullStream<Object> stream) {
        this.stream = stream;
    }

    @SuppressWarnings("unchecked") // elements are only ever read, as objects
    private static OracleStream view(PullStream<?> stream) {
        return new LibraryStream((PullStream<Object>) stream);
    }

    private static PullStream<Object> streamOf(OracleStream stream) {
        return ((LibraryStream) stream).stream;
    }

    private static final class Streams implements Factory {
        @Override
        public Pushed create() {
            PullStream.Pushed<Object> ends = PullStream.push();
            return new PushedStream(ends.stream(), ends.writer());
        }

        @Override
        public Bounded bounded(int size) {
            PullStream.Bounded<Object> ends = PullStream.bounded(size);
            return new BoundedStream(ends.stream(), ends.writer());
        }

        @Override
        public OracleStream of(List<Object> elements) {
            return view(PullStream.fromCollection(elements));
        }

        @Override
        public OracleStream ofPromise(Promise<Object> promise) {
            return view(PullStream.fromPromise(promise));
        }

        @Override
        public OracleStream from(CheckedFunction<Long, Promise<@Nullable Object>> function) {
            Counter calls = new Counter();
            return view(
                    PullStream.from(() -> function.apply(calls.next()).map(Values::unlessUnit)));
        }

        @Override
        public OracleStream fromDirect(CheckedFunction<Long, @Nullable Object> function) {
            Counter calls = new Counter();
            return view(
                    PullStream.fromDirect(() -> Values.unlessUnit(function.apply(calls.next()))));
        }

        @Override
        public OracleStream concat(List<OracleStream> streams) {
            return view(PullStream.concat(PullStream.fromCollection(streamsOf(streams))));
        }

        @Override
        public OracleStream choose(List<OracleStream> streams) {
            return view(PullStream.choose(streamsOf(streams)));
        }

        private static List<PullStream<Object>> streamsOf(List<OracleStream> streams) {
            return streams.stream().map(LibraryStream::streamOf).toList();
        }
    }

    private static final class PushedStream extends LibraryStream implements Pushed {
        private final StreamWriter<Object> writer;

        PushedStream(PullStream<Object> stream, StreamWriter<Object> writer) {
            super(stream);
            this.writer = writer;
        }

        @Override
        public void push(Object element) {
            writer.push(element);
        }

        @Override
        public void end() {
            writer.end();
        }
    }

    private static final class BoundedStream extends LibraryStream implements Bounded {
        private final BoundedStreamWriter<Object> writer;

        BoundedStream(PullStream<Object> stream, BoundedStreamWriter<Object> writer) {
            super(stream);
            this.writer = writer;
        }

        @Override
        public Promise<?> boundedPush(Object element) {
            return writer.push(element);
        }

        @Override
        public void close() {
            writer.close();
        }

        @Override
        public void resize(int size) {
            writer.resize(size);
        }

        @Override
        public String info() {
            return "size:" + writer.size() + " count:" + writer.count() + " blocked:"
                    + writer.isBlocked() + " closed:" + writer.isClosed();
        }
    }

    /* ---- Streams made of others ---- */

    @Override
    public OracleStream map(CheckedFunction<Object, Object> function) {
        return view(stream.map(function));
    }

    @Override
    public OracleStream mapS(CheckedFunction<Object, Promise<Object>> function) {
        return view(stream.mapSequential(function));
    }

    @Override
    public OracleStream filter(CheckedFunction<Object, Boolean> predicate) {
        return view(stream.filter(predicate));
    }

    @Override
    public OracleStream filterS(CheckedFunction<Object, Promise<Boolean>> predicate) {
        return view(stream.filterSequential(predicate));
    }

    @Override
    public OracleStream filterMap(CheckedFunction<Object, @Nullable Object> function) {
        return view(stream.filterMap(x -> Values.unlessUnit(function.apply(x))));
    }

    @Override
    public OracleStream filterMapS(CheckedFunction<Object, Promise<@Nullable Object>> function) {
        return view(stream.filterMapSequential(x -> function.apply(x).map(Values::unlessUnit)));
    }

    @Override
    public OracleStream mapList(CheckedFunction<Object, List<Object>> function) {
        return view(stream.mapList(function));
    }

    @Override
    public OracleStream mapListS(CheckedFunction<Object, Promise<List<Object>>> function) {
        return view(stream.mapListSequential(function));
    }

    @Override
    public OracleStream append(OracleStream other) {
        return view(stream.append(streamOf(other)));
    }

    @Override
    public OracleStream combine(OracleStream other) {
        return view(stream.combine(streamOf(other)));
    }

    @Override
    public OracleStream copy() {
        return view(stream.copy());
    }

    @Override
    public OracleStream wrapExn() {
        return view(stream.outcomes());
    }

    /* ---- Reads ---- */

    @Override
    public Promise<?> get() {
        return stream.get();
    }

    @Override
    public Promise<?> next() {
        return stream.next();
    }

    @Override
    public Promise<?> peek() {
        return stream.peek();
    }

    @Override
    public Promise<?> npeek(int count) {
        return stream.npeek(count);
    }

    @Override
    public Promise<?> nget(int count) {
        return stream.nget(count);
    }

    @Override
    public Promise<?> getWhile(CheckedFunction<Object, Boolean> predicate) {
        return stream.getWhile(predicate);
    }

    @Override
    public Promise<?> getWhileS(CheckedFunction<Object, Promise<Boolean>> predicate) {
        return stream.getWhileSequential(predicate);
    }

    @Override
    public Promise<?> junk() {
        return stream.junk();
    }

    @Override
    public Promise<?> njunk(int count) {
        return stream.njunk(count);
    }

    @Override
    public Promise<?> junkWhile(CheckedFunction<Object, Boolean> predicate) {
        return stream.junkWhile(predicate);
    }

    @Override
    public Promise<?> junkOld() {
        return stream.junkAvailable();
    }

    @Override
    public Promise<?> lastNew() {
        return stream.lastNew();
    }

    @Override
    public Promise<?> toList() {
        return stream.toList();
    }

    @Override
    public Promise<?> isEmpty() {
        return stream.isEmpty();
    }

    @Override
    public List<?> getAvailable() throws Exception {
        return stream.getAvailable();
    }

    @Override
    public List<?> getAvailableUpTo(int count) throws Exception {
        return stream.getAvailable(count);
    }

    /* ---- Reads to the end ---- */

    @Override
    public Promise<?> iter(CheckedFunction<Object, ?> function) {
        return stream.forEach(function::apply);
    }

    @Override
    public Promise<?> iterS(CheckedFunction<Object, ? extends Promise<?>> function) {
        return stream.forEachSequential(function);
    }

    @Override
    public Promise<?> iterP(CheckedFunction<Object, ? extends Promise<?>> function) {
        return stream.forEachConcurrent(function);
    }

    @Override
    public Promise<?> iterN(int limit, CheckedFunction<Object, ? extends Promise<?>> function) {
        return stream.forEachConcurrent(limit, function);
    }

    @Override
    public Promise<?> fold(
            @Nullable Object initial,
            CheckedFunction<@Nullable Object, @Nullable Object> function) {
        return stream.<@Nullable Object>fold(
                initial, (result, x) -> function.apply(new Both<>(x, result)));
    }

    @Override
    public Promise<?> foldS(
            @Nullable Object initial,
            CheckedFunction<@Nullable Object, Promise<@Nullable Object>> function) {
        return stream.<@Nullable Object>foldSequential(
                initial, (result, x) -> function.apply(new Both<>(x, result)));
    }

    @Override
    public Promise<?> find(CheckedFunction<Object, Boolean> predicate) {
        return stream.find(predicate);
    }

    @Override
    public Promise<?> findS(CheckedFunction<Object, Promise<Boolean>> predicate) {
        return stream.findSequential(predicate);
    }

    /* ---- The end ---- */

    @Override
    public Promise<?> closed() {
        return stream.closed();
    }

    @Override
    public boolean isClosed() {
        return stream.isClosed();
    }
}
