package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The pending promises of a loop as a text: which ones there are, and what each waits for. */
final class Dump {

    /* Overview. From what the loop knows of, the search goes both ways: to the promises behind one
     * (Pending.how, as cancellation does) and to those that wait for it (its waiters). A promise
     * that nobody waits for is the root of a tree; a promise that several wait for is told once.
     *
     * Another thread may look while the loop runs. What it sees then may be of different moments;
     * every read here is one that can bear it.
     */

    private static final int MAX_PROMISES = 10_000;
    private static final int MAX_LINES = 1_000;
    private static final int MAX_DEPTH = 100;

    private final EventLoop loop;
    private final List<Pending<?>> open = new ArrayList<>();
    private final Set<Pending<?>> found = new LinkedHashSet<>();
    private final IdentityHashMap<Pending<?>, Set<Pending<?>>> sources = new IdentityHashMap<>();
    private final Set<Pending<?>> waitedFor = new LinkedHashSet<>();
    private final Set<Pending<?>> told = new LinkedHashSet<>();
    private final StringBuilder text = new StringBuilder();
    private int lines;

    private Dump(EventLoop loop) {
        this.loop = loop;
    }

    static String of(EventLoop loop, Collection<? extends @Nullable Promise<?>> known) {
        Dump dump = new Dump(loop);
        for (Promise<?> promise : known) {
            dump.find(promise);
        }
        dump.searchAll();
        dump.tell();
        return dump.text.toString();
    }

    /* ---- Searching ---- */

    private void find(@Nullable Promise<?> promise) {
        if (promise != null
                && promise.real() instanceof Pending<?> pending
                && waitersOf(pending) != null
                && found.size() < MAX_PROMISES
                && found.add(pending)) {
            open.add(pending);
        }
    }

    /** The waiters of a promise; null once it is resolved. */
    private static @Nullable Cell waitersOf(Pending<?> promise) {
        Object state = promise.state;
        return state instanceof Cell cell
                        && !(cell instanceof Rejected)
                        && !(cell instanceof Cell.Boxed)
                        && cell != Cell.PROXIED
                ? cell
                : null;
    }

    private void searchAll() {
        while (!open.isEmpty()) {
            Pending<?> promise = open.remove(open.size() - 1);
            behind(promise).forEach(this::find);
            waitingFor(promise).forEach(this::find);
        }
        // First in the order of the program, then what cancellation knows nothing of.
        for (Pending<?> promise : found) {
            behind(promise).forEach(source -> edge(promise, source));
        }
        for (Pending<?> promise : found) {
            waitingFor(promise).forEach(waiting -> edge(waiting, promise));
        }
    }

    private static List<@Nullable Promise<?>> behind(Pending<?> promise) {
        if (promise instanceof Continuations.Shield<?> shield) {
            return List.of(shield.link.source);
        }
        List<@Nullable Promise<?>> sources = new ArrayList<>();
        if (promise.how instanceof Promise<?> source) {
            sources.add(source);
        } else if (promise.how instanceof Object[] several) {
            for (Object each : several) {
                sources.add(each instanceof Link link ? link.source : (Promise<?>) each);
            }
        }
        return sources;
    }

    private static List<Promise<?>> waitingFor(Pending<?> promise) {
        List<Promise<?>> waiting = new ArrayList<>();
        Cell list = waitersOf(promise);
        Cell waiter = list == null ? Cell.NONE : WaiterList.chain(list);
        while (waiter != Cell.NONE && waiting.size() < MAX_PROMISES) {
            if (waiter instanceof Derived<?> derived) {
                waiting.add(derived);
            } else if (waiter instanceof Link link) {
                waiting.add(link.target());
            } else if (!(waiter instanceof Entry)) {
                break;
            }
            waiter = WaiterList.next(waiter);
        }
        return waiting;
    }

    private void edge(Promise<?> from, @Nullable Promise<?> to) {
        if (to != null
                && from.real() instanceof Pending<?> waiting
                && to.real() instanceof Pending<?> source
                && waiting != source
                && found.contains(waiting)
                && found.contains(source)) {
            sources.computeIfAbsent(waiting, x -> new LinkedHashSet<>()).add(source);
            waitedFor.add(source);
        }
    }

    /* ---- Telling ---- */

    private void tell() {
        LoopStatistics numbers = loop.statistics();
        text.append(loop)
                .append(": ")
                .append(found.size())
                .append(" pending promises, ")
                .append(numbers.timers())
                .append(" timers, ")
                .append(numbers.channels())
                .append(" channels, ")
                .append(numbers.queued())
                .append(" queued tasks\n");
        if (!Assembly.ON) {
            text.append("(found from its timers, its main promise and its bridges; with"
                    + " -Dlwt4j.trace=true all are listed, and where they were made)\n");
        }
        tellOfThread();
        for (Pending<?> promise : found) {
            if (!waitedFor.contains(promise)) {
                tell(promise, 1);
            }
        }
        // What is left stands too deep below its root, or waits for itself in a circle.
        for (Pending<?> promise : found) {
            if (!told.contains(promise)) {
                tell(promise, 1);
            }
        }
        if (lines > MAX_LINES) {
            text.append("  ... and ").append(lines - MAX_LINES).append(" more lines\n");
        }
    }

    /** A loop that is stuck is stuck in one place. */
    private void tellOfThread() {
        Thread thread = loop.owner;
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        text.append("thread \"")
                .append(thread.getName())
                .append("\" ")
                .append(thread.getState())
                .append('\n');
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("    at ").append(frame).append('\n');
        }
    }

    private void tell(Pending<?> promise, int depth) {
        boolean first = told.add(promise);
        if (++lines <= MAX_LINES) {
            text.append("  ".repeat(depth)).append(describe(promise));
            Set<Pending<?>> behind = sources.get(promise);
            if (!first && behind != null) {
                text.append(" (as above)");
            }
            text.append('\n');
        }
        if (first && depth < MAX_DEPTH) {
            for (Pending<?> source : sources.getOrDefault(promise, Set.of())) {
                tell(source, depth + 1);
            }
        }
    }

    private String describe(Pending<?> promise) {
        StringBuilder line = new StringBuilder();
        Assembly.Site site = Assembly.ON ? Assembly.siteOf(promise) : null;
        line.append(site == null ? promise.kind() : site.operation);
        if (promise instanceof Sleep sleep) {
            long left = loop.timers.deadline(sleep) - loop.engine().nanoTime();
            line.append(", ")
                    .append(Duration.ofNanos(Math.max(0, left)).toMillis())
                    .append(" ms");
        }
        if (site != null) {
            line.append(" at ").append(site.caller);
        }
        return line.toString();
    }
}
