package io.lwt4j.net;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Connects to the address that answers first (RFC 8305): the attempts begin one after the other,
 * each when the last one has failed or has taken too long, and the first that succeeds cancels the
 * others.
 *
 * @param <C> the type of a connection
 */
final class HappyEyeballs<C> {

    private final List<InetAddress> addresses;
    private final Duration step;
    private final Function<InetAddress, Promise<C>> connect;
    private final CheckedConsumer<? super C> disposer;
    private final List<IOException> failures = new ArrayList<>();

    private HappyEyeballs(
            List<InetAddress> addresses,
            Duration step,
            Function<InetAddress, Promise<C>> connect,
            CheckedConsumer<? super C> disposer) {
        this.addresses = addresses;
        this.step = step;
        this.connect = connect;
        this.disposer = disposer;
    }

    /**
     * Connects. If all attempts fail, so does the promise, with the last error, and the others as
     * its suppressed ones. An error other than an {@link IOException} is the end at once.
     */
    static <C> Promise<C> connect(
            List<InetAddress> addresses,
            Duration step,
            Function<InetAddress, Promise<C>> connect,
            CheckedConsumer<? super C> disposer) {
        return new HappyEyeballs<>(interleaved(addresses), step, connect, disposer).from(0);
    }

    /** The addresses of both families in turn, beginning with the family of the first. */
    static List<InetAddress> interleaved(List<InetAddress> addresses) {
        Deque<InetAddress> preferred = new ArrayDeque<>();
        Deque<InetAddress> others = new ArrayDeque<>();
        for (InetAddress address : addresses) {
            (address.getClass() == addresses.get(0).getClass() ? preferred : others).add(address);
        }
        List<InetAddress> result = new ArrayList<>();
        while (!preferred.isEmpty() && !others.isEmpty()) {
            result.add(preferred.remove());
            result.add(others.remove());
        }
        result.addAll(preferred);
        result.addAll(others);
        return result;
    }

    /** Races the attempt at an address against the later ones. */
    private Promise<C> from(int i) {
        Resolver<Boolean> failed = Resolver.cancellable();
        Promise<C> attempt = connect.apply(addresses.get(i)).recover(IOException.class, cause -> {
            failures.add(cause);
            if (failures.size() == addresses.size()) {
                return Promise.failed(all());
            }
            failed.tryResolve(true);
            // Out of the race, which the others decide.
            return Resolver.<C>cancellable().promise();
        });
        if (i + 1 == addresses.size() || attempt.isFulfilled()) {
            return attempt;
        }
        Promise<C> later = Promise.<@Nullable Object>pick(failed.promise(), EventLoop.sleep(step))
                .flatMap(over -> from(i + 1));
        return Promise.pick(List.of(attempt, later), disposer);
    }

    private IOException all() {
        IOException last = failures.get(failures.size() - 1);
        failures.subList(0, failures.size() - 1).forEach(last::addSuppressed);
        return last;
    }
}
