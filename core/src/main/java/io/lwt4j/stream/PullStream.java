package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedFunction;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/**
 * Elements that come one after the other and are taken one at a time, by whoever wants one:
 * {@code 'a Lwt_stream.t}. Nothing is read ahead, and nobody has to be ready for what comes.
 *
 * <p><b>Reading.</b> Reading takes elements out of the stream. Each element goes to one reader:
 * where several wait, they are served in the order in which they came. Whoever wants every element
 * reads a {@link #copy}. A stream made of another one ({@link #map} and its like) is a view:
 * reading it reads the other one, on demand.
 *
 * <p><b>Null.</b> Elements are never null; nor is anything else that is passed to the methods here,
 * which throw {@link NullPointerException} at once otherwise. What a function makes must not be
 * null either, except the result of a fold or of a parser; the read is rejected otherwise.
 *
 * <p><b>Errors.</b> A function that throws, or whose promise is rejected, rejects the read that it
 * was called for. The element is lost, but the stream goes on: the next read calls the function
 * again. Only a writer's {@link StreamWriter#fail}, a publisher or a promise that fails end a
 * stream with an error, for all readers. A read of several elements that is rejected by a function
 * has taken those before, which are lost, too; an error that ends the stream waits for the next
 * read if this one has got any.
 *
 * <p><b>End.</b> At the end of the stream every read says so, for ever. {@link #close()} ends it
 * from the readers' side, and lets go of what it is made from.
 *
 * <p><b>Cancellation.</b> A read that is cancelled while it waits gives up its place, and no
 * element is lost: what it would have got goes to the next one. It does not stop what makes the
 * element, which others may be waiting for. A read of many elements that is cancelled has taken
 * those that came by then.
 *
 * <p><b>Threads.</b> A stream belongs to the loop on which it is first waited for. To be used
 * elsewhere is an error, which is found where a promise has to be made or attached to
 * ({@link io.lwt4j.LoopThreadException}). Streams may be made on any thread.
 *
 * @param <T> the type of the elements
 */
public final class PullStream<T> extends Cursor {

    private PullStream(Source source) {
        super(source, source.tail());
    }

    private PullStream(PullStream<T> original) {
        super(original.source, original.next);
        if (!hasLeft()) {
            source.addCursor();
        }
    }

    /* ---- Streams that are written to ---- */

    /**
     * A stream and its writer.
     *
     * @param stream the reading end
     * @param writer the writing end
     * @param <T> the type of the elements
     */
    public record Pushed<T>(PullStream<T> stream, StreamWriter<T> writer) {}

    /**
     * A stream with a bound and its writer.
     *
     * @param stream the reading end
     * @param writer the writing end
     * @param <T> the type of the elements
     */
    public record Bounded<T>(PullStream<T> stream, BoundedStreamWriter<T> writer) {}

    /**
     * Makes a stream of the current loop, of what is pushed to it: {@code Lwt_stream.create}. It
     * takes any number of elements; see {@link #bounded} for one that slows its writer down.
     *
     * @param <T> the type of the elements
     * @return both ends
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop; use
     *     {@link #push(EventLoop)} there
     */
    public static <T> Pushed<T> push() {
        return push(EventLoop.current());
    }

    /**
     * Makes, on any thread, a stream of a given loop, of what is pushed to it:
     * {@code Lwt_stream.create}.
     *
     * @param loop the loop that the stream is to belong to
     * @param <T> the type of the elements
     * @return both ends
     */
    public static <T> Pushed<T> push(EventLoop loop) {
        PushSource source = new PushSource(requireNonNull(loop, "loop"));
        return new Pushed<>(new PullStream<>(source), new StreamWriter<>(source));
    }

    /**
     * Makes a stream of what is pushed to it, in which no more than so many elements are at a time:
     * {@code Lwt_stream.create_bounded}. Of size 0, it hands each element over from a push that
     * waits to a read that waits.
     *
     * @param size the number of elements that find room; more have to wait
     * @param <T> the type of the elements
     * @return both ends
     * @throws IllegalArgumentException if the size is negative
     */
    public static <T> Bounded<T> bounded(int size) {
        BoundedPushSource source = new BoundedPushSource(BoundedStreamWriter.checkSize(size));
        return new Bounded<>(new PullStream<>(source), new BoundedStreamWriter<>(source));
    }

    /* ---- Streams of what is there or can be made ---- */

    /**
     * Makes a stream of the elements that a function makes: {@code Lwt_stream.from}. It is called
     * only when an element is wanted, and not again before its promise is resolved.
     *
     * @param function makes the next element; empty ends the stream
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> from(Callable<? extends Promise<Optional<T>>> function) {
        return new PullStream<>(new Sources.From<>(requireNonNull(function, "function")));
    }

    /**
     * Makes a stream of the elements that a function has at once: {@code Lwt_stream.from_direct}.
     * It is called only when an element is wanted.
     *
     * @param function makes the next element; empty ends the stream
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> fromDirect(Callable<Optional<T>> function) {
        return new PullStream<>(new Sources.FromDirect<>(requireNonNull(function, "function")));
    }

    /**
     * Makes a stream of elements that are there; it counts as closed from the start:
     * {@code Lwt_stream.return}, {@code of_list}, {@code of_array}.
     *
     * @param elements the elements, none of them null; the array is copied
     * @param <T> the type of the elements
     * @return the stream
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> PullStream<T> of(T... elements) {
        return ofArray(requireNonNull(elements, "elements").clone());
    }

    /**
     * Makes a stream of elements that are there; it counts as closed from the start:
     * {@code Lwt_stream.of_list}.
     *
     * @param elements the elements, none of them null; the collection is copied
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> fromCollection(Collection<? extends T> elements) {
        return ofArray(requireNonNull(elements, "elements").toArray());
    }

    /**
     * Makes a stream of the characters of a text; it counts as closed from the start:
     * {@code Lwt_stream.of_string}.
     *
     * @param text the text
     * @return the stream
     */
    public static PullStream<Character> ofCharacters(CharSequence text) {
        return ofArray(
                requireNonNull(text, "text").chars().mapToObj(c -> (char) c).toArray());
    }

    private static <T> PullStream<T> ofArray(Object[] elements) {
        return new PullStream<>(new Sources.OfArray(Later.elements(elements)));
    }

    /**
     * Makes a stream of the elements of an iterable, each read when it is wanted:
     * {@code Lwt_stream.of_seq}.
     *
     * @param elements the elements
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> fromIterable(Iterable<? extends T> elements) {
        return fromIterator(requireNonNull(elements, "elements").iterator());
    }

    /**
     * Makes a stream of the elements of an iterator, each read when it is wanted:
     * {@code Lwt_stream.of_seq}.
     *
     * @param elements the elements; the iterator is not to be used otherwise any more
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> fromIterator(Iterator<? extends T> elements) {
        return new PullStream<>(new Sources.OfIterator(requireNonNull(elements, "elements"), null));
    }

    /**
     * Makes a stream of the elements of a sequence, each made when it is wanted:
     * {@code Lwt_stream.of_lwt_seq}. If making an element fails, the read is rejected, and the next
     * one tries to make the same element again.
     *
     * @param elements the elements
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> fromSeq(LazySeq<? extends T> elements) {
        return new PullStream<>(new Sources.OfSeq<>(requireNonNull(elements, "elements")));
    }

    /**
     * Makes a stream of the elements of a Java stream, each computed when it is wanted. At the end,
     * or when the result is closed, the Java stream is closed. What its close handlers throw then
     * rejects the read that came to the end, or reaches the loop's handler.
     *
     * @param elements the elements; the Java stream is not to be used otherwise any more
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> fromStream(Stream<? extends T> elements) {
        requireNonNull(elements, "elements");
        return new PullStream<>(new Sources.OfIterator(elements.iterator(), elements));
    }

    /**
     * Makes a stream of the one value of a promise: {@code Lwt_stream.return_lwt}. It ends after
     * it, and with the error if the promise is rejected. (In Lwt the error is lost.) Closing the
     * stream lets go of the promise, whose error then is for others to look at.
     *
     * @param promise the promise; neither cancelling a read nor closing the stream cancels it
     * @param <T> the type of the value
     * @return the stream
     * @throws io.lwt4j.LoopThreadException if the promise is pending and the calling thread is not
     *     its loop's
     */
    public static <T> PullStream<T> fromPromise(Promise<? extends T> promise) {
        OnceSource source = new OnceSource();
        PullStream<T> stream = new PullStream<>(source);
        source.follow(requireNonNull(promise, "promise"));
        return stream;
    }

    /**
     * Makes a stream of the elements of a publisher.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the publisher is subscribed to, once, when the first element
     *       is wanted. So many elements as the window has are asked for ahead, and more when three
     *       quarters of them were read. A window of 1 asks for one element after the other, one of
     *       {@link Integer#MAX_VALUE} for all at once.
     *   <li><b>Empty:</b> a publisher that completes makes a stream that ends.
     *   <li><b>Errors:</b> the stream ends with the very same throwable, see
     *       {@link StreamWriter#fail}. An error that comes after the end reaches the loop's
     *       handler. What {@code subscribe} throws counts as an error of the publisher.
     *   <li><b>Cancellation:</b> a read that is cancelled changes nothing: what comes goes to the
     *       next one. {@link #close} cancels the subscription, once; it does not after the
     *       publisher has ended. So does closing the loop.
     *   <li><b>Thread:</b> any thread; the stream belongs to the loop of its first read. The
     *       publisher may signal on any thread: what it says is handed to the loop, with one
     *       wake-up per burst.
     * </ul>
     *
     * @param publisher the publisher
     * @param window the number of elements asked for ahead
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     */
    public static <T> PullStream<T> from(Flow.Publisher<? extends T> publisher, int window) {
        return new PullStream<>(source(publisher, window, null));
    }

    /**
     * The same as {@link #from(Flow.Publisher, int)}, where nothing is lost: the elements that
     * came, but were not read when the stream was closed, and what comes later still, go to a
     * handler.
     *
     * @param publisher the publisher
     * @param window the number of elements asked for ahead
     * @param dropped takes elements and errors that nobody will read
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     */
    public static <T> PullStream<T> from(
            Flow.Publisher<? extends T> publisher, int window, DropHandler<? super T> dropped) {
        return new PullStream<>(source(publisher, window, requireNonNull(dropped, "dropped")));
    }

    /**
     * The same as {@link #from(Flow.Publisher, int, DropHandler)}, but hot: the publisher is
     * subscribed to during the call, on the current loop.
     *
     * @param publisher the publisher
     * @param window the number of elements asked for ahead
     * @param dropped takes elements and errors that nobody will read
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> PullStream<T> subscribe(
            Flow.Publisher<? extends T> publisher, int window, DropHandler<? super T> dropped) {
        PublisherSource<T> source = source(publisher, window, requireNonNull(dropped, "dropped"));
        // First, so that it sees also what comes during the subscription.
        PullStream<T> stream = new PullStream<>(source);
        source.begin();
        return stream;
    }

    private static <T> PublisherSource<T> source(
            Flow.Publisher<? extends T> publisher,
            int window,
            @Nullable DropHandler<? super T> dropped) {
        requireNonNull(publisher, "publisher");
        if (window <= 0) {
            throw new IllegalArgumentException("window is " + window + ", but must be positive");
        }
        return new PublisherSource<>(publisher, window, dropped);
    }

    /**
     * Makes a stream without elements.
     *
     * @param <T> the type of the elements there are none of
     * @return the stream
     */
    public static <T> PullStream<T> empty() {
        return ofArray(new Object[0]);
    }

    /* ---- Streams made of several ---- */

    /**
     * Makes a stream of the elements of this one and then of another one:
     * {@code Lwt_stream.append}.
     *
     * @param other what comes after this stream
     * @return the stream
     */
    public PullStream<T> append(PullStream<? extends T> other) {
        PullStream<PullStream<? extends T>> both = of(this, requireNonNull(other, "other"));
        return new PullStream<>(new Combination.Chain(both, List.of(this, other)));
    }

    /**
     * Makes a stream of the elements of one stream after the other: {@code Lwt_stream.concat}.
     *
     * @param streams the streams
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> concat(PullStream<? extends PullStream<? extends T>> streams) {
        return new PullStream<>(
                new Combination.Chain(requireNonNull(streams, "streams"), List.of()));
    }

    /**
     * Makes a stream of pairs of elements: {@code Lwt_stream.combine}. Both streams are read for
     * each pair. It ends when this stream ends, or when this one has an element and the other one
     * has ended; so it still waits for an element of this stream although the other one has ended.
     * An element that finds no partner is lost: then, and if the other read fails, so that the read
     * of the pair does.
     *
     * @param other where the second ones come from
     * @param <U> the type of the second ones
     * @return the stream
     */
    public <U> PullStream<Both<T, U>> combine(PullStream<? extends U> other) {
        return new PullStream<>(new Combination.Pairs(this, requireNonNull(other, "other")));
    }

    /**
     * Makes a stream of the elements of several streams, as they come: {@code Lwt_stream.choose}.
     * One element is asked of every stream ahead, from now on; of several that are there, one is
     * drawn. It ends when all have ended.
     *
     * @param streams the streams
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> choose(Collection<? extends PullStream<? extends T>> streams) {
        List<PullStream<? extends T>> candidates =
                new ArrayList<>(requireNonNull(streams, "streams"));
        int missing = candidates.indexOf(null);
        if (missing >= 0) {
            throw new NullPointerException("stream number " + missing + " is null");
        }
        return new PullStream<>(new Combination.Choice(candidates));
    }

    /**
     * Makes another stream of the same elements, from the next one of this stream on:
     * {@code Lwt_stream.clone}. Both get every element; each of them is made only once. What one
     * has read and the other has not is kept.
     *
     * @return the copy
     * @throws IllegalStateException if the stream is bounded: its bound counts for one reader
     */
    public PullStream<T> copy() {
        checkUnbounded("copy");
        return new PullStream<>(this);
    }

    private void checkUnbounded(String operation) {
        if (source instanceof BoundedPushSource) {
            throw new IllegalStateException(operation + ": a bounded stream has only one place to"
                    + " read from; read it into an unbounded one to have more");
        }
    }

    /* ---- Reading ---- */

    /**
     * Takes the next element: {@code Lwt_stream.next}.
     *
     * @return a promise of it, rejected with {@link StreamEmptyException} at the end; cancelling it
     *     gives up its place
     */
    public Promise<T> next() {
        try {
            Object item = take();
            if (item == null) {
                return takeElementLater();
            }
            return item instanceof End end
                    ? Promise.failed(end.orNone())
                    : Promise.of(element(item));
        } catch (Throwable t) {
            return Later.failed(t);
        }
    }

    /**
     * Takes the next element, or sees the end: {@code Lwt_stream.get}.
     *
     * @return a promise of the element, empty at the end; cancelling it gives up its place
     */
    public Promise<Optional<T>> get() {
        try {
            Object item = take();
            if (item == null) {
                return takeOptionalLater();
            }
            return item instanceof End end ? end.orEmpty() : Promise.of(Optional.of(element(item)));
        } catch (Throwable t) {
            return Later.failed(t);
        }
    }

    /**
     * Looks at the next element and leaves it there: {@code Lwt_stream.peek}.
     *
     * @return a promise of the element, empty at the end; cancelling it changes nothing else
     */
    public Promise<Optional<T>> peek() {
        return npeek(1).map(seen -> seen.stream().findFirst());
    }

    /**
     * Takes up to so many elements, fewer only at the end: {@code Lwt_stream.nget}.
     *
     * @param count how many; none if not positive
     * @return a promise of the elements; cancelled, it has taken those that came by then
     */
    public Promise<List<T>> nget(int count) {
        if (count <= 0) {
            return Promise.emptyList();
        }
        return new Gathering<T>(this) {
            @Override
            @Nullable
            Promise<List<T>> use(T element) {
                gathered.add(element);
                return gathered.size() < count ? null : Promise.of(gathered);
            }

            @Override
            Promise<List<T>> end(End end) {
                // An error that ends the stream can wait for the next read.
                return gathered.isEmpty() ? end.or(gathered) : Promise.of(gathered);
            }
        }.start();
    }

    /**
     * Looks at up to so many elements, fewer only at the end, and leaves them there:
     * {@code Lwt_stream.npeek}.
     *
     * @param count how many; none if not positive
     * @return a promise of the elements; cancelling it changes nothing else
     */
    @SuppressWarnings("unchecked") // items that are not the end are elements
    public Promise<List<T>> npeek(int count) {
        return (Promise<List<T>>)
                (Promise<?>) Promise.apply(() -> lookAhead(next, count, new ArrayList<>()));
    }

    /**
     * Takes elements as long as they are as wanted, and leaves the first other one:
     * {@code Lwt_stream.get_while}.
     *
     * @param predicate says whether an element is wanted
     * @return a promise of the elements; cancelled, it has taken those that came by then
     */
    public Promise<List<T>> getWhile(CheckedFunction<? super T, Boolean> predicate) {
        requireNonNull(predicate, "predicate");
        return getWhileSequential(element -> Promise.of(Later.answer(predicate.apply(element))));
    }

    /**
     * Takes elements as long as they are as wanted, and leaves the first other one:
     * {@code Lwt_stream.get_while_s}.
     *
     * @param predicate says whether an element is wanted
     * @return a promise of the elements; cancelled, it has taken those that came by then
     */
    public Promise<List<T>> getWhileSequential(
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        List<T> taken = new ArrayList<>();
        return new Prefix<T>(this, predicate, taken::add).start().map(unused -> taken);
    }

    /**
     * Takes an element away, if the stream has not ended: {@code Lwt_stream.junk}.
     *
     * @return a promise of that; cancelling it gives up its place
     */
    public Promise<@Nullable Void> junk() {
        return njunk(1);
    }

    /**
     * Takes so many elements away, fewer only at the end: {@code Lwt_stream.njunk}.
     *
     * @param count how many; none if not positive
     * @return a promise of that; cancelled, it has taken those that came by then
     */
    public Promise<@Nullable Void> njunk(int count) {
        if (count <= 0) {
            return Promise.unit();
        }
        return new Reading<T, @Nullable Void>(this) {
            private int left = count;

            @Override
            @Nullable
            Promise<@Nullable Void> use(T element) {
                return --left > 0 ? null : Promise.unit();
            }

            @Override
            Promise<@Nullable Void> end(End end) {
                return end.orUnit();
            }
        }.start();
    }

    /**
     * Takes elements away as long as they are as described: {@code Lwt_stream.junk_while}.
     *
     * @param predicate says whether an element is to go
     * @return a promise of that; cancelled, it has taken those that came by then
     */
    public Promise<@Nullable Void> junkWhile(CheckedFunction<? super T, Boolean> predicate) {
        requireNonNull(predicate, "predicate");
        return junkWhileSequential(element -> Promise.of(Later.answer(predicate.apply(element))));
    }

    /**
     * Takes elements away as long as they are as described: {@code Lwt_stream.junk_while_s}.
     *
     * @param predicate says whether an element is to go
     * @return a promise of that; cancelled, it has taken those that came by then, and cancels the
     *     promise of the predicate
     */
    public Promise<@Nullable Void> junkWhileSequential(
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        return new Prefix<T>(this, predicate, unused -> {}).start();
    }

    /**
     * Takes all elements away that are there now: {@code Lwt_stream.junk_available},
     * {@code junk_old}.
     *
     * @return a promise that is resolved already; rejected if an element could not be had
     */
    public Promise<@Nullable Void> junkAvailable() {
        return Promise.apply(() -> {
            takeAvailable(Integer.MAX_VALUE, null);
            return Promise.unit();
        });
    }

    /**
     * Takes the elements that are there now, without waiting: {@code Lwt_stream.get_available}.
     *
     * @return the elements
     * @throws Exception what a read would be rejected with
     */
    public List<T> getAvailable() throws Exception {
        return getAvailable(Integer.MAX_VALUE);
    }

    /**
     * Takes up to so many of the elements that are there now, without waiting:
     * {@code Lwt_stream.get_available_up_to}.
     *
     * @param count how many; none if not positive
     * @return the elements
     * @throws Exception what a read would be rejected with
     */
    public List<T> getAvailable(int count) throws Exception {
        List<T> taken = new ArrayList<>();
        takeAvailable(count, taken);
        return taken;
    }

    private void takeAvailable(int count, @Nullable List<T> taken) throws Exception {
        for (int i = 0; i < count; i++) {
            Object item = take();
            if (item == null) {
                return;
            }
            if (item instanceof End end) {
                if (i == 0 && end.cause() != null) {
                    throw Later.sneaky(end.cause());
                }
                return;
            }
            if (taken != null) {
                taken.add(element(item));
            }
        }
    }

    /**
     * Takes all elements that are there now, and keeps the last; waits for one if there is none:
     * {@code Lwt_stream.last_new}.
     *
     * @return a promise of that element, rejected with {@link StreamEmptyException} at the end;
     *     cancelling it gives up its place
     */
    public Promise<T> lastNew() {
        Promise<T> first = next();
        if (!first.isFulfilled()) {
            return first;
        }
        return first.map(element -> {
            T last = element;
            while (true) {
                Object item = take();
                if (item == null || item instanceof End) {
                    return last;
                }
                last = element(item);
            }
        });
    }

    /**
     * Whether there are no more elements; waits until that is known: {@code Lwt_stream.is_empty}.
     *
     * @return a promise of the answer; cancelling it changes nothing else
     */
    public Promise<Boolean> isEmpty() {
        return Promise.apply(this::empties);
    }

    private Promise<Boolean> empties() throws Exception {
        Object item = look();
        if (item == null) {
            return whenArrived(this::empties);
        }
        return item instanceof End end ? end.or(true) : Promise.ofFalse();
    }

    /**
     * Takes all elements: {@code Lwt_stream.to_list}.
     *
     * @return a promise of them; cancelled, it has taken those that came by then
     */
    public Promise<List<T>> toList() {
        return new Gathering<T>(this) {
            @Override
            @Nullable
            Promise<List<T>> use(T element) {
                gathered.add(element);
                return null;
            }
        }.start();
    }

    /**
     * Takes all characters of a stream and makes a text of them: {@code Lwt_stream.to_string}.
     *
     * @param stream the stream
     * @return a promise of the text; cancelled, it has taken those that came by then
     */
    public static Promise<String> toText(PullStream<Character> stream) {
        return requireNonNull(stream, "stream")
                .fold(new StringBuilder(), StringBuilder::append)
                .map(StringBuilder::toString);
    }

    /**
     * Takes the first element that is as wanted, and all before it: {@code Lwt_stream.find}.
     *
     * @param predicate says whether an element is wanted
     * @return a promise of the element, empty if there was none; cancelling it stops the reading
     */
    public Promise<Optional<T>> find(CheckedFunction<? super T, Boolean> predicate) {
        requireNonNull(predicate, "predicate");
        return findMap(element ->
                Later.answer(predicate.apply(element)) ? Optional.of(element) : Optional.empty());
    }

    /**
     * Takes the first element that is as wanted, and all before it: {@code Lwt_stream.find_s}.
     *
     * @param predicate says whether an element is wanted
     * @return a promise of the element, empty if there was none; cancelling it stops the reading,
     *     and cancels the promise of the predicate
     */
    public Promise<Optional<T>> findSequential(
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        return findMapSequential(element -> Later.promised(predicate.apply(element))
                .map(wanted -> Later.answer(wanted) ? Optional.of(element) : Optional.empty()));
    }

    /**
     * Takes elements until a function makes something of one: {@code Lwt_stream.find_map}.
     *
     * @param function the function
     * @param <R> the type of the result
     * @return a promise of what it made, empty if it made nothing; cancelling it stops the reading
     */
    public <R> Promise<Optional<R>> findMap(
            CheckedFunction<? super T, ? extends Optional<? extends R>> function) {
        requireNonNull(function, "function");
        return new Search<T, R>(this) {
            @Override
            @Nullable
            Promise<Optional<R>> use(T element) throws Exception {
                Optional<? extends R> made = Later.answer(function.apply(element));
                return made.isPresent() ? Promise.of(Optional.of(made.get())) : null;
            }
        }.start();
    }

    /**
     * Takes elements until a function makes something of one: {@code Lwt_stream.find_map_s}.
     *
     * @param function the function
     * @param <R> the type of the result
     * @return a promise of what it made, empty if it made nothing; cancelling it stops the reading,
     *     and cancels the promise of the function
     */
    public <R> Promise<Optional<R>> findMapSequential(
            CheckedFunction<? super T, ? extends Promise<? extends Optional<? extends R>>>
                    function) {
        requireNonNull(function, "function");
        return new Search<T, R>(this) {
            @Override
            @Nullable
            Promise<Optional<R>> use(T element) throws Exception {
                Promise<? extends Optional<? extends R>> made =
                        Later.promised(function.apply(element));
                if (made.isFulfilled() && Later.answer(made).isEmpty()) {
                    return null;
                }
                return made.flatMap(found -> Later.answer(found).isPresent()
                        ? Promise.of(Optional.of(found.get()))
                        : run());
            }
        }.start();
    }

    /* ---- Reading to the end ---- */

    /**
     * Runs a function on all elements: {@code Lwt_stream.iter}.
     *
     * @param consumer the function
     * @return a promise of the end; cancelling it stops the reading
     */
    public Promise<@Nullable Void> forEach(CheckedConsumer<? super T> consumer) {
        requireNonNull(consumer, "consumer");
        return new Reading<T, @Nullable Void>(this) {
            @Override
            @Nullable
            Promise<@Nullable Void> use(T element) throws Exception {
                consumer.accept(element);
                return null;
            }

            @Override
            Promise<@Nullable Void> end(End end) {
                return end.orUnit();
            }
        }.start();
    }

    /**
     * Runs a function on all elements, each after the promise of the one before is fulfilled:
     * {@code Lwt_stream.iter_s}.
     *
     * @param function the function
     * @return a promise of the end; cancelling it cancels what it waits for
     */
    public Promise<@Nullable Void> forEachSequential(
            CheckedFunction<? super T, ? extends Promise<?>> function) {
        requireNonNull(function, "function");
        return new Reading<T, @Nullable Void>(this) {
            @Override
            @Nullable
            @SuppressWarnings("NullAway") // Its JSpecify mode forgets what R is here.
            Promise<@Nullable Void> use(T element) throws Exception {
                return after(Later.promised(function.apply(element)));
            }

            @Override
            Promise<@Nullable Void> end(End end) {
                return end.orUnit();
            }
        }.start();
    }

    /**
     * Runs a function on all elements as they come, without waiting for its promises before the
     * end: {@code Lwt_stream.iter_p}. The result is rejected as soon as all promises before the one
     * that is rejected are fulfilled.
     *
     * <p>Cancelling the result cancels what it waits for at the time, which is the promise of one
     * element; only where all those before are fulfilled is it the read. So the other promises, and
     * the reading, go on: {@link #close} the stream to stop it. It is the same in Lwt.
     *
     * @param function the function
     * @return a promise of the end
     */
    public Promise<@Nullable Void> forEachConcurrent(
            CheckedFunction<? super T, ? extends Promise<?>> function) {
        requireNonNull(function, "function");
        return Promise.apply(() -> Loops.concurrently(this, function));
    }

    /**
     * Runs a function on all elements, with no more than so many of its promises pending at a time:
     * {@code Lwt_stream.iter_n}. A failure rejects the result when it is noticed, which is when
     * room is needed, or at the end.
     *
     * @param limit how many
     * @param function the function
     * @return a promise of the end; cancelling it stops the reading, and cancels all promises of
     *     the function if it waits for room or for the end
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Promise<@Nullable Void> forEachConcurrent(
            int limit, CheckedFunction<? super T, ? extends Promise<?>> function) {
        requireNonNull(function, "function");
        checkLimit(limit);
        Running running = new Running(limit);
        return new Reading<T, @Nullable Void>(this) {
            @Override
            @Nullable
            @SuppressWarnings("NullAway") // Its JSpecify mode forgets what R is here.
            Promise<@Nullable Void> use(T element) throws Exception {
                return after(running.add(Later.promised(function.apply(element))));
            }

            @Override
            Promise<@Nullable Void> end(End end) {
                return end.cause() == null ? running.join() : end.orUnit();
            }
        }.start();
    }

    static void checkLimit(int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit is " + limit + ", but must be positive");
        }
    }

    /**
     * Combines all elements: {@code Lwt_stream.fold}.
     *
     * @param initial the result if there are none
     * @param function makes the next result of the one so far and an element
     * @param <A> the type of the result
     * @return a promise of the result; cancelling it stops the reading
     */
    public <A extends @Nullable Object> Promise<A> fold(
            A initial, CheckedBiFunction<? super A, ? super T, ? extends A> function) {
        requireNonNull(function, "function");
        return new Reading<T, A>(this) {
            private A result = initial;

            @Override
            @Nullable
            Promise<A> use(T element) throws Exception {
                result = function.apply(result, element);
                return null;
            }

            @Override
            Promise<A> end(End end) {
                return end.or(result);
            }
        }.start();
    }

    /**
     * Combines all elements, each after the promise of the one before is fulfilled:
     * {@code Lwt_stream.fold_s}.
     *
     * @param initial the result if there are none
     * @param function makes the next result of the one so far and an element
     * @param <A> the type of the result
     * @return a promise of the result; cancelling it cancels what it waits for
     */
    public <A extends @Nullable Object> Promise<A> foldSequential(
            A initial,
            CheckedBiFunction<? super A, ? super T, ? extends Promise<? extends A>> function) {
        requireNonNull(function, "function");
        return new Reading<T, A>(this) {
            private A result = initial;

            @Override
            @Nullable
            Promise<A> use(T element) throws Exception {
                Promise<? extends A> next = Later.promised(function.apply(result, element));
                return next.flatMap(value -> {
                    result = value;
                    return run();
                });
            }

            @Override
            Promise<A> end(End end) {
                return end.or(result);
            }
        }.start();
    }

    /* ---- Views ---- */

    /**
     * Makes a stream of what a function makes of the elements: {@code Lwt_stream.map}.
     *
     * @param function the function; it must not make null
     * @param <R> the type of its results
     * @return the stream
     */
    public <R> PullStream<R> map(CheckedFunction<? super T, ? extends R> function) {
        requireNonNull(function, "function");
        return new PullStream<>(new Operator.Map<T>(this, function));
    }

    /**
     * Makes a stream of what a function makes of the elements, which may take its time:
     * {@code Lwt_stream.map_s}. It works on one element at a time.
     *
     * @param function the function; it must not make null
     * @param <R> the type of its results
     * @return the stream
     */
    public <R> PullStream<R> mapSequential(
            CheckedFunction<? super T, ? extends Promise<? extends R>> function) {
        requireNonNull(function, "function");
        return new PullStream<>(new Operator.Sequential<T, R>(
                this, function, (element, made) -> Later.element(made)));
    }

    /**
     * Makes a stream of what a function makes of the elements, which may take its time; it works on
     * several elements at a time and keeps their order. So many elements are asked of this stream
     * ahead, from the first read on. Lwt has no such thing.
     *
     * @param limit how many
     * @param function the function; it must not make null
     * @param <R> the type of its results
     * @return the stream
     * @throws IllegalArgumentException if the limit is not positive
     */
    public <R> PullStream<R> mapConcurrent(
            int limit, CheckedFunction<? super T, ? extends Promise<? extends R>> function) {
        requireNonNull(function, "function");
        checkLimit(limit);
        return new PullStream<>(new Combination.Concurrent<T>(this, limit, function));
    }

    /**
     * Makes a stream of the elements that are as wanted: {@code Lwt_stream.filter}.
     *
     * @param predicate says whether an element is wanted
     * @return the stream
     */
    public PullStream<T> filter(CheckedFunction<? super T, Boolean> predicate) {
        requireNonNull(predicate, "predicate");
        return new PullStream<>(new Operator.Filter<T>(this, predicate));
    }

    /**
     * Makes a stream of the elements that are as wanted: {@code Lwt_stream.filter_s}. It asks about
     * one element at a time.
     *
     * @param predicate says whether an element is wanted
     * @return the stream
     */
    public PullStream<T> filterSequential(
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        return new PullStream<>(new Operator.Sequential<T, Boolean>(
                this,
                predicate,
                (element, wanted) -> Later.answer(wanted) ? element : Operator.SKIP));
    }

    /**
     * Makes a stream of what a function makes of the elements, if anything:
     * {@code Lwt_stream.filter_map}.
     *
     * @param function the function
     * @param <R> the type of its results
     * @return the stream
     */
    public <R> PullStream<R> filterMap(
            CheckedFunction<? super T, ? extends Optional<? extends R>> function) {
        requireNonNull(function, "function");
        return new PullStream<>(new Operator.FilterMap<T>(this, function));
    }

    /**
     * Makes a stream of what a function makes of the elements, if anything:
     * {@code Lwt_stream.filter_map_s}. It works on one element at a time.
     *
     * @param function the function
     * @param <R> the type of its results
     * @return the stream
     */
    public <R> PullStream<R> filterMapSequential(
            CheckedFunction<? super T, ? extends Promise<? extends Optional<? extends R>>>
                    function) {
        requireNonNull(function, "function");
        return new PullStream<>(new Operator.Sequential<T, Optional<? extends R>>(
                this, function, (element, made) -> Operator.FilterMap.orSkip(made)));
    }

    /**
     * Makes a stream of the many things that a function makes of each element:
     * {@code Lwt_stream.map_list}.
     *
     * @param function the function
     * @param <R> the type of the elements of its results
     * @return the stream
     */
    public <R> PullStream<R> mapList(
            CheckedFunction<? super T, ? extends Iterable<? extends R>> function) {
        requireNonNull(function, "function");
        return new PullStream<>(new Operator.MapList<T>(this, function));
    }

    /**
     * Makes a stream of the many things that a function makes of each element:
     * {@code Lwt_stream.map_list_s}. It works on one element at a time.
     *
     * @param function the function
     * @param <R> the type of the elements of its results
     * @return the stream
     */
    public <R> PullStream<R> mapListSequential(
            CheckedFunction<? super T, ? extends Promise<? extends Iterable<? extends R>>>
                    function) {
        requireNonNull(function, "function");
        return flatten(this.<Iterable<? extends R>>mapSequential(function));
    }

    /**
     * Makes a stream of the elements of lists: {@code Lwt_stream.flatten}.
     *
     * @param stream the stream of lists
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> flatten(PullStream<? extends Iterable<? extends T>> stream) {
        return requireNonNull(stream, "stream").mapList(list -> list);
    }

    /**
     * Makes a stream that has errors as elements: {@code Lwt_stream.wrap_exn}. What would reject a
     * read of this stream comes as {@link Promise.State.Rejected}. As the stream goes on, this may
     * never end if every read fails; an error that ends the stream comes once.
     *
     * @return the stream
     */
    public PullStream<Promise.State<T>> outcomes() {
        return new PullStream<>(new Outcomes(this));
    }

    /**
     * Lets a function read, and if it fails puts back what it read: {@code Lwt_stream.parse}.
     *
     * @param function the function; it reads this stream
     * @param <R> the type of its result
     * @return a promise of its result; cancelling it cancels that of the function, and puts back
     *     what was read
     * @throws IllegalStateException if the stream is bounded: what was read may not find room
     */
    public <R extends @Nullable Object> Promise<R> parse(
            CheckedFunction<? super PullStream<T>, ? extends Promise<R>> function) {
        requireNonNull(function, "function");
        checkUnbounded("parse");
        source.share();
        Node start = next;
        return Promise.<R>apply(() -> function.apply(this)).recover(cause -> {
            goBack(start);
            return Promise.failed(cause);
        });
    }

    /**
     * Makes a stream of lines that show bytes as hexadecimal numbers and as text:
     * {@code Lwt_stream.hexdump}.
     *
     * @param bytes the bytes
     * @return a stream of lines
     */
    public static PullStream<String> hexdump(PullStream<Byte> bytes) {
        return new PullStream<>(new Hexdump(requireNonNull(bytes, "bytes")));
    }

    /* ---- Crossing over ---- */

    /**
     * Makes a publisher, for one subscriber, of the elements of this stream.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each element that the subscriber asks for is one read, and
     *       nothing is read ahead. A second subscriber gets an {@link IllegalStateException}: it
     *       needs a {@link #copy}.
     *   <li><b>Empty:</b> a stream that ends completes the subscriber, also without another request
     *       where no element has to be asked for to know it.
     *   <li><b>Errors:</b> what rejects a read ends the subscription with the very same throwable.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels the read that waits and closes
     *       this stream, also where it ends with an error. An element that was read as another
     *       thread cancelled goes to the subscriber, if that is a {@link DropHandler}.
     *   <li><b>Thread:</b> a thread that runs a loop, which is where the stream is read and every
     *       signal is sent. The publisher and its subscription may be used on any thread. If the
     *       loop is closed before the end, the subscriber gets a
     *       {@link java.util.concurrent.RejectedExecutionException}.
     * </ul>
     *
     * @return the publisher
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop; use
     *     {@link #asPublisher(EventLoop)} there
     */
    public Flow.Publisher<T> asPublisher() {
        return asPublisher(EventLoop.current());
    }

    /**
     * The same as {@link #asPublisher()} for a given loop, from any thread.
     *
     * @param loop the loop on which the stream is to be read
     * @return the publisher
     */
    public Flow.Publisher<T> asPublisher(EventLoop loop) {
        return new StreamPublisher<>(this, requireNonNull(loop, "loop"));
    }

    /* ---- The end ---- */

    /**
     * Whether no more elements will come to this stream; there may be some that have not been read:
     * {@code Lwt_stream.is_closed}.
     *
     * @return whether it is certain that the stream ends
     */
    public boolean isClosed() {
        return isOver();
    }

    /**
     * The promise that is fulfilled when {@link #isClosed} begins to be true:
     * {@code Lwt_stream.closed}, {@code on_termination}. It is fulfilled, too, if the stream ends
     * with an error.
     *
     * @return always the same promise while the stream is open; it cannot be cancelled
     */
    public Promise<@Nullable Void> closed() {
        return whenOver();
    }

    /**
     * Runs something when no more elements will come: {@code Lwt_stream.on_termination}.
     *
     * @param action what to run; errors of it reach the loop's handler
     */
    public void onTermination(CheckedRunnable action) {
        closed().onTermination(requireNonNull(action, "action"));
    }

    /**
     * Reads no more of this stream. Whoever waits for an element of it sees the end. When all
     * copies are closed, too, whatever the stream is made from is told: streams are closed, the
     * promise of an element on its way is cancelled, a writer sees that the stream is closed. Lwt
     * has no such thing.
     */
    public void close() {
        leave();
    }

    @SuppressWarnings("unchecked") // an item that is not the end is an element
    private T element(Object item) {
        return (T) item;
    }

    /** Takes elements into a list. */
    private abstract static class Gathering<T> extends Reading<T, List<T>> {
        final List<T> gathered = new ArrayList<>();

        Gathering(Cursor stream) {
            super(stream);
        }

        @Override
        Promise<List<T>> end(End end) {
            return end.or(gathered);
        }
    }

    /** Looks for an element. */
    private abstract static class Search<T, R> extends Reading<T, Optional<R>> {
        Search(Cursor stream) {
            super(stream);
        }

        @Override
        Promise<Optional<R>> end(End end) {
            return end.orEmpty();
        }
    }
}
