package io.lwt4j.net;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The addresses of a host: {@code Lwt_unix.getaddrinfo}. The JDK can only block for them, so
 * threads of all loops together do, which end when they have had nothing to do for a while.
 */
final class AddressLookup {

    /** A name server that does not answer holds a thread for many seconds, but costs no more. */
    private static final int THREADS = 8;

    private static final int IDLE_SECONDS = 5;

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final ThreadPoolExecutor WORKERS = workers();

    private AddressLookup() {}

    private static ThreadPoolExecutor workers() {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "lwt4j-lookup-" + COUNT.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }

    /** Looks a host up; cancelling that forgets about it, and it is not begun if it can be. */
    static Promise<List<InetAddress>> of(String host) {
        EventLoop loop = EventLoop.current();
        Resolver<List<InetAddress>> resolver = Resolver.cancellable(loop);
        Future<?> job = WORKERS.submit(() -> lookUp(host, loop, resolver));
        return resolver.promise().onCancel(() -> job.cancel(false));
    }

    private static void lookUp(String host, EventLoop loop, Resolver<List<InetAddress>> resolver) {
        Runnable answer;
        try {
            List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
            answer = () -> resolver.tryResolve(addresses);
        } catch (Exception e) {
            answer = () -> {
                // The error of a lookup that was cancelled is of no interest to anybody.
                if (resolver.promise().isPending()) {
                    resolver.reject(e);
                }
            };
        }
        try {
            loop.execute(answer);
        } catch (RejectedExecutionException loopClosed) {
            // Nobody waits any more.
        }
    }
}
