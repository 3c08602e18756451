package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Names and addresses of hosts: {@code Lwt_unix.getaddrinfo} and its kin. The JDK can only block
 * for them, so threads of all loops together do, which end when they have had nothing to do for a
 * while.
 *
 * <p>Cancelling a promise of these forgets about the lookup; if it has not begun it never will.
 *
 * <p>Null rule: nothing may be null. Thread rule: a loop's thread; elsewhere every method throws
 * {@link io.lwt4j.LoopThreadException}.
 */
public final class Dns {

    /** What the JDK takes for an address, right or wrong, and never for a name. */
    private static final Pattern FIGURES =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}|[0-9a-fA-F]*:.*");

    /** A name server that does not answer holds a thread for many seconds, but nothing else. */
    private static final WorkerPool LOOKUPS = WorkerPool.builder()
            .name("lwt4j-lookup")
            .bounds(0, 8)
            .queueLimit(Integer.MAX_VALUE)
            .idleTimeout(Duration.ofSeconds(5))
            .build();

    private Dns() {}

    /**
     * The addresses of a host: {@code Lwt_unix.getaddrinfo}, {@code gethostbyname}. An address in
     * figures is its own, without any lookup.
     *
     * @param host the name or the address
     * @return the promise of at least one address; rejected with {@link UnknownHostException} if
     *     there is none
     */
    public static Promise<List<InetAddress>> resolve(String host) {
        requireNonNull(host, "host");
        if (FIGURES.matcher(host).matches()) {
            // Not behind the lookups of others, either.
            EventLoop.current();
            return Promise.wrap(() -> List.of(InetAddress.getAllByName(host)));
        }
        return lookUp(() -> List.of(InetAddress.getAllByName(host)));
    }

    /**
     * The name of an address: {@code Lwt_unix.getnameinfo}, {@code gethostbyaddr}.
     *
     * @param address the address
     * @return the promise of the name; of the address in figures if it has none
     */
    public static Promise<String> reverse(InetAddress address) {
        requireNonNull(address, "address");
        // A copy, since an address keeps the name it was made with.
        return lookUp(() -> InetAddress.getByAddress(address.getAddress()).getCanonicalHostName());
    }

    /**
     * The name of this machine: {@code Lwt_unix.gethostname}.
     *
     * @return the promise of the name; rejected with {@link UnknownHostException} if it has none
     */
    public static Promise<String> localHostName() {
        return lookUp(() -> InetAddress.getLocalHost().getHostName());
    }

    private static <T> Promise<T> lookUp(Callable<T> question) {
        return LOOKUPS.<T>detach(question).cancellableView();
    }
}
