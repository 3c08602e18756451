package io.lwt4j.process;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.detach.WorkerPool;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * The start of a process, which blocks, on another thread. Whenever somebody gives it up, the
 * process is either not started, or killed, and no pipe stays open.
 */
final class Launch {

    private final Callable<Wiring> start;

    /* ---- Guarded by this ---- */

    /** What was started and not taken yet. */
    private @Nullable Wiring started;

    private boolean unwanted;

    private Launch(Callable<Wiring> start) {
        this.start = start;
    }

    /** Starts a process on behalf of the current loop. */
    static Promise<Subprocess> of(Command command, Stdio[] streams) {
        EventLoop loop = EventLoop.current();
        Launch launch = new Launch(() -> Wiring.start(command.builder(), streams));
        Resolver<Subprocess> resolver = Resolver.cancellable();
        Promise<Boolean> starting = WorkerPool.io().detach(launch::run);
        Hooks.Registration loopEnds = loop.onClose(launch::abandon);
        resolver.promise().onCancel(() -> {
            loopEnds.close();
            starting.cancel();
            launch.abandon();
        });
        starting.onAny(
                done -> {
                    loopEnds.close();
                    Wiring wiring = launch.take();
                    if (wiring != null) {
                        Promise.wrap(() -> subprocess(command, streams, wiring))
                                .onAny(resolver::tryResolve, resolver::tryReject);
                    }
                },
                error -> {
                    loopEnds.close();
                    resolver.tryReject(error);
                });
        return resolver.promise();
    }

    private static Subprocess subprocess(Command command, Stdio[] streams, Wiring wiring)
            throws IOException {
        boolean made = false;
        try {
            Subprocess subprocess = new Subprocess(command, streams, wiring);
            made = true;
            return subprocess;
        } finally {
            if (!made) {
                wiring.abandon();
            }
        }
    }

    /** On a worker. */
    private boolean run() throws Exception {
        synchronized (this) {
            if (unwanted) {
                return false;
            }
        }
        Wiring wiring = start.call();
        synchronized (this) {
            if (!unwanted) {
                started = wiring;
                return true;
            }
        }
        wiring.abandon();
        return false;
    }

    private synchronized @Nullable Wiring take() {
        Wiring taken = started;
        started = null;
        return taken;
    }

    private void abandon() {
        Wiring left;
        synchronized (this) {
            unwanted = true;
            left = take();
        }
        if (left != null) {
            try {
                left.abandon();
            } catch (IOException e) {
                // The ends are closed all the same, and nobody has used them.
            }
        }
    }
}
