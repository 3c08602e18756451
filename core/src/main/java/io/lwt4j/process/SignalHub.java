package io.lwt4j.process;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** All handlers of one signal in this process. */
final class SignalHub {

    /* Overview. The JDK starts a thread for each signal that it delivers. So that a storm of them
     * does no harm that thread only sets `Ears.due` of each loop and, if it was not set, posts one
     * task there, which runs the handlers.
     *
     * The JDK is asked for the signal with the first handler in the process, and gets it back with
     * the last. All of that is under the lock of ALL; deliver() takes no lock.
     */

    private static final Map<OsSignal, SignalHub> ALL = new HashMap<>();

    private final OsSignal signal;

    /* ---- Guarded by ALL ---- */

    private final Map<EventLoop, Ears> ears = new LinkedHashMap<>();
    private @Nullable Object former;

    /** What {@link #ears} has; for the threads that deliver. */
    private volatile List<Ears> listening = List.of();

    private SignalHub(OsSignal signal) {
        this.signal = signal;
    }

    static SignalHub of(OsSignal signal) {
        synchronized (ALL) {
            return ALL.computeIfAbsent(signal, SignalHub::new);
        }
    }

    /** How many signals are handled by anybody. */
    static int handled() {
        synchronized (ALL) {
            return (int) ALL.values().stream().filter(hub -> hub.former != null).count();
        }
    }

    Entry add(EventLoop loop, CheckedConsumer<? super OsSignal> handler) {
        synchronized (ALL) {
            if (former == null) {
                former = JdkSignals.handle(signal, this::deliver);
            }
            Ears here = ears.computeIfAbsent(loop, Ears::new);
            listening = List.copyOf(ears.values());
            Entry entry = new Entry(here, handler);
            here.entries.add(entry);
            return entry;
        }
    }

    private void remove(Ears from, @Nullable Entry entry) {
        synchronized (ALL) {
            if (entry == null) {
                from.entries.clear();
            } else {
                from.entries.remove(entry);
            }
            if (!from.entries.isEmpty() || !ears.remove(from.loop, from)) {
                return;
            }
            from.loopEnds.close();
            listening = List.copyOf(ears.values());
            Object before = former;
            if (ears.isEmpty() && before != null) {
                former = null;
                JdkSignals.restore(signal, before);
            }
        }
    }

    /** On a thread of the JDK's. */
    private void deliver() {
        for (Ears loop : listening) {
            loop.hear();
        }
    }

    /** The handlers on one loop. */
    private final class Ears {

        private final EventLoop loop;
        private final Hooks.Registration loopEnds;
        private final AtomicBoolean due = new AtomicBoolean();

        /** Guarded by ALL. */
        private final List<Entry> entries = new ArrayList<>(1);

        Ears(EventLoop loop) {
            this.loop = loop;
            this.loopEnds = loop.onClose(() -> remove(this, null));
        }

        void hear() {
            if (due.compareAndSet(false, true)) {
                loop.execute(this::run, loopEnded -> {});
            }
        }

        private void run() {
            // Before the handlers run: a signal that comes meanwhile is another one.
            due.set(false);
            List<Entry> now;
            synchronized (ALL) {
                now = List.copyOf(entries);
            }
            for (Entry entry : now) {
                entry.run();
            }
        }
    }

    /** One handler. */
    final class Entry implements OsSignal.Registration {

        private final Ears place;
        private final CheckedConsumer<? super OsSignal> handler;
        private volatile boolean closed;

        private Entry(Ears place, CheckedConsumer<? super OsSignal> handler) {
            this.place = place;
            this.handler = handler;
        }

        private void run() {
            if (closed) {
                return;
            }
            try {
                handler.accept(signal);
            } catch (Throwable e) {
                place.loop.report(e);
            }
        }

        @Override
        public void close() {
            closed = true;
            // A hook can be taken out on its loop's thread only.
            if (place.loop.isCurrent()) {
                remove(place, this);
            } else {
                place.loop.execute(() -> remove(place, this), loopEnded -> {});
            }
        }
    }
}
