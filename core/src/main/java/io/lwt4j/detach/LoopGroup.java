package io.lwt4j.detach;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Engine;
import io.lwt4j.engine.NioEngine;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Several loops, each on a thread of its own, so that code made of promises can use all cores:
 * {@code Lwt_domain}.
 *
 * <pre>{@code
 * try (LoopGroup group = LoopGroup.start()) {
 *     EventLoop.run(() -> Promises.mapConcurrently(chapters, c -> group.submit(() -> index(c))));
 * }
 * }</pre>
 *
 * <p>There are two ways to use it. Work that belongs to one loop for long, such as a server, takes
 * one with {@link #next()} or {@link #leastLoaded()} and talks to that. Work that any loop may do
 * is {@linkplain #submit submitted}: until it begins it belongs to no loop, and whichever has time
 * takes it, so that a loop that is busy holds up nothing but what it has begun.
 *
 * <p>Thread rule: any thread, but {@code submit}, {@code submitToEach} and {@code shutdown} are for
 * threads that run a loop, of this group or not, to which the result comes.
 */
public final class LoopGroup implements AutoCloseable, Iterable<EventLoop> {

    /* Overview. Submissions wait in lines, one for each loop of the group that they come from and
     * one for all others, so that none is taken by the loop it comes from: that one wants to go on
     * with something else. Whoever looks for work goes through the lines in turn.
     *
     * A loop is either in search of work or resting. One in search has a task in its queue (pull)
     * that takes one submission, starts it, and puts itself behind everything that the loop has to
     * do then; it rests when it finds nothing. A submission wakes one loop that rests, and so does
     * a loop that has looked, if there is more.
     *
     * A submission that waits for something does not keep its loop from taking the next one. So
     * that a single loop does not take them all while the others are still waking up, it gives way
     * to those with less load: it rests, to be woken in its turn, but for PATIENCE at most. A loop
     * that was to look and has not by then is busy with something else; it is called late, and
     * nobody gives way to it until it looks again.
     *
     * Everything shared is guarded by `lock`, under which no foreign code runs.
     */

    /** Many times what it takes to wake a thread, and little to those who wait. */
    private static final Duration PATIENCE = Duration.ofMillis(1);

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final Duration patience;
    private final List<EventLoop> loops;
    private final List<Member> members = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    /* ---- Guarded by lock ---- */

    private final ReentrantLock lock = new ReentrantLock();

    /** By the member they come from; those of other loops stand last. */
    private final List<Line<Errand<?>>> lines = new ArrayList<>();

    private int waiting;

    /** How many loops have not ended. */
    private int open;

    /** Where the choice among equally loaded loops begins. */
    private int first;

    /** Submissions that have been taken, and whose outcomes have not been delivered. */
    private int running;

    private boolean closed;
    private boolean ending;
    private final List<Resolver<@Nullable Void>> ends = new ArrayList<>();

    private LoopGroup(Builder builder) {
        name = builder.name;
        patience = builder.patience;
        List<EventLoop> started = new ArrayList<>();
        try {
            for (int i = 0; i < builder.size; i++) {
                started.add(builder.startLoop(i + 1));
            }
        } catch (Throwable t) {
            started.forEach(EventLoop::close);
            throw t;
        }
        loops = List.copyOf(started);
        for (EventLoop loop : loops) {
            members.add(new Member(members.size(), loop));
            lines.add(new Line<>());
        }
        lines.add(new Line<>());
        open = size();
    }

    /**
     * Starts a group with a loop for each core.
     *
     * @return the group
     */
    public static LoopGroup start() {
        return builder().start();
    }

    /**
     * Starts a group.
     *
     * @param size how many loops
     * @return the group
     * @throws IllegalArgumentException if the size is less than 1
     */
    public static LoopGroup start(int size) {
        return builder().size(size).start();
    }

    /**
     * Begins to describe a group.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /* ---- The loops ---- */

    /**
     * The loops, closed ones included.
     *
     * @return always the same list, which cannot be changed
     */
    public List<EventLoop> loops() {
        return loops;
    }

    /**
     * The loops, for {@code for} and {@code forEach}.
     *
     * @return an iterator that takes nothing out
     */
    @Override
    public Iterator<EventLoop> iterator() {
        return loops.iterator();
    }

    /**
     * Chooses a loop, each in its turn.
     *
     * @return a loop that is not closed
     * @throws RejectedExecutionException if all are closed
     */
    public EventLoop next() {
        int start = turn.getAndIncrement();
        for (int i = 0; i < loops.size(); i++) {
            EventLoop loop = loops.get(Math.floorMod(start + i, loops.size()));
            if (!loop.isClosed()) {
                return loop;
            }
        }
        throw closedException(this);
    }

    /**
     * Chooses the loop on which the fewest submissions are under way; among equals, each in its
     * turn. What loops do besides is not known.
     *
     * @return a loop that is not closed
     * @throws RejectedExecutionException if all are closed
     */
    public EventLoop leastLoaded() {
        lock.lock();
        try {
            Member member = leastLoaded(false, null);
            if (member == null) {
                throw closedException(this);
            }
            return member.loop;
        } finally {
            lock.unlock();
        }
    }

    /** The least loaded loop that is open, and, for work, rests and could take something. */
    private @Nullable Member leastLoaded(boolean forWork, @Nullable Member except) {
        Member least = null;
        first = (first + 1) % size();
        for (int i = 0; i < size(); i++) {
            Member member = members.get((first + i) % size());
            if (member != except
                    && !member.gone
                    && (least == null || member.load < least.load)
                    && (!forWork || (!member.searching && mayTakeSomething(member)))) {
                least = member;
            }
        }
        return least;
    }

    /** Whether a loop may take what comes from itself: if there is no other one. */
    private boolean servesItself() {
        return open == 1;
    }

    private boolean mayTakeSomething(Member member) {
        return waiting > (servesItself() ? 0 : lines.get(member.index).size());
    }

    private static RejectedExecutionException closedException(Object what) {
        return new RejectedExecutionException(what + " is closed");
    }

    /* ---- Submissions ---- */

    /**
     * Runs code on a loop of this group, another one than the calling thread's unless there is only
     * that, and brings the outcome of its promise back: {@code Lwt_domain.detach} for code that
     * makes promises.
     *
     * <p>Cancelling the result rejects it at once. If the code has not begun it never does; if it
     * has, the promise it made is cancelled, on its loop, and counts as under way until it is
     * resolved. An error that comes after that reaches the handler of the calling loop.
     *
     * @param body makes the promise, on the loop it runs on
     * @param <T> the type of the value
     * @return a promise of the outcome, rejected with the very error; with
     *     {@link RejectedExecutionException} if this group is closed before the code begins, the
     *     loop it runs on before the promise is resolved, or the calling loop is closed
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public <T extends @Nullable Object> Promise<T> submit(Callable<? extends Promise<T>> body) {
        requireNonNull(body, "body");
        EventLoop home = EventLoop.current();
        if (home.isClosed()) {
            return Promise.failed(closedException(home));
        }
        Member from = memberOf(home);
        Errand<T> errand = new Errand<>(home, body, lines.get(from == null ? size() : from.index));
        Member woken;
        lock.lock();
        try {
            if (closed || open == 0) {
                return Promise.failed(closedException(this));
            }
            errand.line.add(errand);
            waiting++;
            woken = wakeOne(null);
        } finally {
            lock.unlock();
        }
        post(woken);
        return errand.promise();
    }

    /**
     * Runs code on every loop of this group, the calling thread's included, and waits for all: to
     * set something up on each of them, for example. It counts as one {@linkplain #submit
     * submission} on each of them.
     *
     * <p>Cancelling the result rejects it at once, and cancels the promise on every loop. An error
     * that comes after that reaches the handler of the calling loop.
     *
     * @param body makes a promise, on each loop
     * @param <T> the type of the values
     * @return a promise of the values in the order of {@link #loops}, resolved when all promises
     *     are; see {@link Promise#all(java.util.Collection)}; rejected with
     *     {@link RejectedExecutionException} if one of the loops is closed, and the code not run
     *     anywhere if this group or the calling loop is
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public <T extends @Nullable Object> Promise<List<T>> submitToEach(
            Callable<? extends Promise<T>> body) {
        requireNonNull(body, "body");
        EventLoop home = EventLoop.current();
        if (home.isClosed()) {
            return Promise.failed(closedException(home));
        }
        lock.lock();
        try {
            if (closed || open == 0) {
                return Promise.failed(closedException(this));
            }
            members.forEach(member -> member.load++);
            running += size();
        } finally {
            lock.unlock();
        }
        return Promises.mapConcurrently(members, member -> {
            // It waits in no line, so that it does not matter from which one it is taken.
            Errand<T> errand = new Errand<>(home, body, lines.get(size()));
            errand.runOn(member);
            return errand.promise();
        });
    }

    private int size() {
        return members.size();
    }

    private @Nullable Member memberOf(EventLoop loop) {
        int index = loops.indexOf(loop);
        return index < 0 ? null : members.get(index);
    }

    /** Finds a loop that rests and could take something; the caller posts to it. */
    private @Nullable Member wakeOne(@Nullable Member except) {
        Member member = leastLoaded(true, except);
        if (member != null) {
            member.searching = true;
        }
        return member;
    }

    private void post(@Nullable Member woken) {
        if (woken == null) {
            return;
        }
        try {
            woken.loop.execute(woken::pull);
        } catch (RejectedExecutionException loopClosed) {
            woken.close();
        }
    }

    /** The next submission that a loop may take; null if there is none. */
    private @Nullable Errand<?> take(Member member) {
        for (int i = 0; i < lines.size() && waiting > 0; i++) {
            int served = member.lineToServe;
            member.lineToServe = (served + 1) % lines.size();
            if (served != member.index || servesItself()) {
                Errand<?> errand = lines.get(served).poll();
                if (errand != null) {
                    waiting--;
                    return errand;
                }
            }
        }
        return null;
    }

    /* ---- The end ---- */

    /**
     * Ends this group: takes no more submissions, rejects those that have not begun with
     * {@link RejectedExecutionException}, and {@linkplain EventLoop#close() closes} all loops, so
     * that promises of submissions that are still pending are rejected, too. To let them come to
     * their end first, use {@link #shutdown()}.
     *
     * <p>The loops' threads have ended when this returns, unless it is called on a thread that runs
     * a loop, which must not wait. Doing so twice is harmless.
     */
    @Override
    public void close() {
        refuse();
        boolean mayWait = !EventLoop.isLoopThread();
        endLoops();
        if (mayWait) {
            loops.forEach(EventLoop::close);
        }
    }

    /** Each closes itself, so that all do at once and nobody waits. */
    private void endLoops() {
        for (EventLoop loop : loops) {
            try {
                loop.execute(loop::close);
            } catch (RejectedExecutionException alreadyClosed) {
                // That is what is wanted.
            }
        }
    }

    /**
     * Ends this group when the submissions that have begun have come to their end, those of
     * {@link #submitToEach} and the clean-ups of cancelled ones included; takes no more, and
     * rejects those that have not begun. The loops are closed then, but no thread waits for that.
     *
     * <p>Cancelling the promise changes nothing but the promise; {@link #close()} ends the waiting.
     *
     * @return a promise that is fulfilled when nothing submitted is under way any more
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public Promise<@Nullable Void> shutdown() {
        Resolver<@Nullable Void> end = Resolver.cancellable();
        lock.lock();
        try {
            ends.add(end);
        } finally {
            lock.unlock();
        }
        refuse();
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
        endIfDue();
        return end.promise();
    }

    private void refuse() {
        List<Errand<?>> refused = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            drainTo(refused);
        } finally {
            lock.unlock();
        }
        refuse(refused);
    }

    private void drainTo(List<Errand<?>> refused) {
        for (Line<Errand<?>> line : lines) {
            line.drainTo(refused);
        }
        waiting = 0;
    }

    private void refuse(List<Errand<?>> refused) {
        for (Errand<?> errand : refused) {
            errand.deliver(
                    null,
                    new RejectedExecutionException(
                            this + " was closed before it began what was submitted"),
                    false);
        }
    }

    /** The outcome of a submission that had begun is on its way home. */
    private void delivered() {
        lock.lock();
        try {
            running--;
        } finally {
            lock.unlock();
        }
        endIfDue();
    }

    private void endIfDue() {
        List<Resolver<@Nullable Void>> told;
        lock.lock();
        try {
            if (!ending || running > 0) {
                return;
            }
            ending = false;
            told = List.copyOf(ends);
            ends.clear();
        } finally {
            lock.unlock();
        }
        Ends.tell(told);
        endLoops();
    }

    /**
     * A description for people.
     *
     * @return the name of this group
     */
    @Override
    public String toString() {
        return "loop group \"" + name + "\"";
    }

    /* ---- Inside ---- */

    /** A loop of this group. */
    private final class Member implements AutoCloseable {

        private final int index;
        private final EventLoop loop;

        /** Submissions under way there. Guarded by the lock, as is all that follows. */
        private int load;

        private boolean searching;

        /** Whether it has been in search for long without looking. */
        private boolean late;

        /** Whether the loop has ended. */
        private boolean gone;

        private int lineToServe;

        /** As long as this gives way; for the loop's thread, not guarded by the lock. */
        private @Nullable Promise<?> patient;

        Member(int index, EventLoop loop) {
            this.index = index;
            this.loop = loop;
            this.lineToServe = index + 1;
            loop.execute(() -> loop.attachment(Member.class, () -> this));
        }

        /** Takes one submission, or gives way; on this loop. */
        void pull() {
            if (loop.isClosed()) {
                close();
                return;
            }
            stopWaiting();
            Errand<?> errand;
            boolean givesWay;
            Member woken;
            lock.lock();
            try {
                late = false;
                givesWay = mayTakeSomething(this) && members.stream().anyMatch(this::goesBefore);
                errand = givesWay ? null : take(this);
                if (errand != null) {
                    load++;
                    running++;
                }
                searching = errand != null;
                woken = wakeOne(this);
            } finally {
                lock.unlock();
            }
            post(woken);
            if (givesWay) {
                patient = EventLoop.sleep(patience).onSuccess(over -> patienceIsOver());
            } else if (errand != null) {
                errand.runOn(this);
                loop.execute(this::pull);
            }
        }

        private void stopWaiting() {
            Promise<?> waiting = patient;
            if (waiting != null) {
                patient = null;
                waiting.cancel();
            }
        }

        /** Looks again, without regard for those who were to look and have not. */
        private void patienceIsOver() {
            lock.lock();
            try {
                if (searching) {
                    return;
                }
                searching = true;
                members.forEach(other -> other.late |= other.searching && goesBefore(other));
            } finally {
                lock.unlock();
            }
            pull();
        }

        /** Whether another loop should have what waits, since it has less to do. */
        private boolean goesBefore(Member other) {
            return other.load < load && !other.gone && !other.late && mayTakeSomething(other);
        }

        void finished() {
            lock.lock();
            try {
                load--;
            } finally {
                lock.unlock();
            }
        }

        /** The loop has ended: what waits is for others, if there are any. */
        @Override
        public void close() {
            Member woken = null;
            List<Errand<?>> refused = new ArrayList<>();
            lock.lock();
            try {
                open -= gone ? 0 : 1;
                gone = true;
                if (open == 0) {
                    drainTo(refused);
                } else {
                    woken = wakeOne(null);
                }
            } finally {
                lock.unlock();
            }
            refuse(refused);
            post(woken);
        }
    }

    /** Something submitted. */
    private final class Errand<T extends @Nullable Object> {

        private final EventLoop home;
        private final Callable<? extends Promise<T>> body;
        private final Line<Errand<?>> line;
        private final Resolver<T> resolver = Resolver.cancellable();

        /** What the code has made; guarded by the lock, as is the next one. */
        private @Nullable Promise<T> made;

        private boolean cancelled;

        Errand(EventLoop home, Callable<? extends Promise<T>> body, Line<Errand<?>> line) {
            this.home = home;
            this.body = body;
            this.line = line;
            resolver.promise().onCancel(this::cancel);
        }

        Promise<T> promise() {
            return resolver.promise();
        }

        private void cancel() {
            Promise<T> begun;
            lock.lock();
            try {
                if (line.remove(this)) {
                    waiting--;
                }
                cancelled = true;
                begun = made;
            } finally {
                lock.unlock();
            }
            // Not the future, which would be completed before the clean-up is over.
            if (begun != null) {
                begun.cancel();
            }
        }

        private boolean isCancelled() {
            lock.lock();
            try {
                return cancelled;
            } finally {
                lock.unlock();
            }
        }

        /** Begins, on the member's loop, behind what that has to do. From any thread. */
        void runOn(Member member) {
            // The future, since it fails if the loop ends before the promise is resolved.
            CompletableFuture<T> taken;
            try {
                taken = member.loop.submit(this::begin);
            } catch (RejectedExecutionException loopClosed) {
                taken = CompletableFuture.failedFuture(loopClosed);
            }
            CompletableFuture<T> unused = taken.whenComplete((value, error) -> {
                boolean loopEnded =
                        error instanceof RejectedExecutionException && member.loop.isClosed();
                member.finished();
                deliver(value, error, !loopEnded);
                delivered();
            });
        }

        private Promise<T> begin() {
            if (isCancelled()) {
                return Promise.failed(CanceledException.instance());
            }
            Promise<T> promise = Promise.apply(body);
            boolean late;
            lock.lock();
            try {
                made = promise;
                late = cancelled;
            } finally {
                lock.unlock();
            }
            if (late) {
                promise.cancel();
            }
            return promise;
        }

        /**
         * Brings the outcome home; from any thread.
         *
         * @param news whether an error, if that is the outcome, is not just the end of a loop or of
         *     this group
         */
        void deliver(@Nullable T value, @Nullable Throwable error, boolean news) {
            try {
                home.execute(() -> settle(value, error));
            } catch (RuntimeException closed) {
                // By the loop, or by its host. Nobody waits any more, but an error must not vanish.
                if (error != null
                        && news
                        && !(isCancelled() && error instanceof CancellationException)) {
                    Reports.lost(error, home);
                }
            }
        }

        private void settle(@Nullable T value, @Nullable Throwable error) {
            if (error == null) {
                resolver.resolve(Job.<T>unchecked(value));
            } else {
                resolver.reject(error);
            }
        }
    }

    /** Describes a group that is to be started. Thread rule: one thread at a time. */
    public static final class Builder {

        private String name = "group-" + COUNT.incrementAndGet();
        private int size = Runtime.getRuntime().availableProcessors();
        private Duration patience = PATIENCE;
        private Supplier<? extends Engine> engine = NioEngine::new;
        private @Nullable Consumer<? super Throwable> handler;

        private Builder() {}

        /**
         * The name of the group; its loops, and their threads, are called after it.
         *
         * @param name the name; by default {@code group-} and a number
         * @return this
         */
        public Builder name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * How many loops the group has.
         *
         * @param size the number; by default that of the cores
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder size(int size) {
            if (size < 1) {
                throw new IllegalArgumentException("size must be at least 1, but is " + size);
            }
            this.size = size;
            return this;
        }

        /**
         * What makes the engine of each loop.
         *
         * @param engine makes a new engine at each call; by default a {@link NioEngine}
         * @return this
         */
        public Builder engine(Supplier<? extends Engine> engine) {
            this.engine = requireNonNull(engine, "engine");
            return this;
        }

        /**
         * Where errors go that nobody else can be told. See {@link EventLoop#uncaughtHandler}.
         *
         * @param handler the handler of every loop, each of which calls it on its own thread; by
         *     default errors are logged
         * @return this
         */
        public Builder uncaughtHandler(Consumer<? super Throwable> handler) {
            this.handler = requireNonNull(handler, "handler");
            return this;
        }

        /** How long a loop gives way to one that does not look; tests cannot rely on a clock. */
        Builder patience(Duration patience) {
            this.patience = patience;
            return this;
        }

        private EventLoop startLoop(int number) {
            EventLoop.Builder loop =
                    EventLoop.builder().name(name + "-" + number).engine(engine.get());
            if (handler != null) {
                loop.uncaughtHandler(handler);
            }
            return loop.start();
        }

        /**
         * Starts the loops.
         *
         * @return the group
         */
        public LoopGroup start() {
            return new LoopGroup(this);
        }
    }
}
