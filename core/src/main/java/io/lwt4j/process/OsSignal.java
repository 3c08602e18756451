package io.lwt4j.process;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import java.util.Locale;
import java.util.Map;

/**
 * A signal of the operating system: {@code Sys.sigterm} and its like, and
 * {@code Lwt_unix.on_signal}.
 *
 * <pre>{@code
 * OsSignal.on(OsSignal.TERM, signal -> server.shutdown());
 * }</pre>
 *
 * <p><b>Delivery.</b> Handlers run in the loop on which they were registered, in the order they
 * were registered there. As everywhere with signals, several that come before a handler has run may
 * be heard as one. What a handler throws reaches the loop's handler of errors, and the other
 * handlers run. A signal that somebody handles does not do what it does by default, such as ending
 * the process; when the last handler is taken out, what was there before is put back.
 *
 * <p>Some signals are the virtual machine's own. It refuses to share most of them, but not
 * {@code SIGUSR2}, which HotSpot uses on Linux and which is better left alone.
 *
 * <p>This needs the module {@code jdk.unsupported}, which every ordinary JDK has; where it is
 * missing, {@link #on}, {@link #next} and {@link #raise} throw
 * {@link UnsupportedOperationException}.
 *
 * <p>Nothing may be null. Thread rule: any thread, but {@link #on} and {@link #next}, which are for
 * threads that run a loop. Signals never change and are equal if they have the same name.
 */
public final class OsSignal {

    /** Numbers where the JDK cannot be asked for them; the same on all systems with signals. */
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("SEGV", 11),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15));

    /** Those whose numbers depend on the system. */
    private static final String[] OTHERS = {
        "BUS", "USR1", "USR2", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
        "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "SYS", "STKFLT", "PWR"
    };

    /** The request to end, which a program may refuse. */
    public static final OsSignal TERM = new OsSignal("TERM", 15);

    /** The end, which no program can refuse. */
    public static final OsSignal KILL = new OsSignal("KILL", 9);

    /** What Ctrl-C sends. */
    public static final OsSignal INT = new OsSignal("INT", 2);

    /** The terminal is gone; by custom, also the request to read a configuration again. */
    public static final OsSignal HUP = new OsSignal("HUP", 1);

    private final String name;
    private final int number;

    private OsSignal(String name, int number) {
        this.name = name;
        this.number = number;
    }

    /**
     * The signal of a name.
     *
     * @param name the name, with or without {@code SIG}: {@code TERM}, {@code SIGUSR1}
     * @return the signal
     * @throws IllegalArgumentException if this system has none of that name
     */
    public static OsSignal of(String name) {
        String plain = requireNonNull(name, "name").toUpperCase(Locale.ROOT);
        plain = plain.startsWith("SIG") ? plain.substring(3) : plain;
        int number = NUMBERS.containsKey(plain)
                ? requireNonNull(NUMBERS.get(plain))
                : JdkSignals.number(plain);
        if (number <= 0) {
            throw new IllegalArgumentException("there is no signal \"" + name + "\" here");
        }
        return new OsSignal(plain, number);
    }

    /**
     * The signal of a number.
     *
     * @param number the number, positive
     * @return the signal; its name is the number if it has no other that is known here
     * @throws IllegalArgumentException if the number is not positive
     */
    public static OsSignal of(int number) {
        if (number <= 0) {
            throw new IllegalArgumentException("signal " + number + " is not positive");
        }
        for (Map.Entry<String, Integer> known : NUMBERS.entrySet()) {
            if (known.getValue() == number) {
                return new OsSignal(known.getKey(), number);
            }
        }
        for (String other : OTHERS) {
            if (JdkSignals.number(other) == number) {
                return new OsSignal(other, number);
            }
        }
        return new OsSignal(Integer.toString(number), number);
    }

    /**
     * The name.
     *
     * @return the name without {@code SIG}
     */
    public String name() {
        return name;
    }

    /**
     * The number.
     *
     * @return the number that this system has for it
     */
    public int number() {
        return number;
    }

    /**
     * Has a handler run on the current loop whenever a signal comes: {@code Lwt_unix.on_signal}. It
     * may take itself out. It does not keep the loop from ending, and goes with it.
     *
     * @param signal the signal
     * @param handler what to do; it is given the signal
     * @return the way to take it out: {@code Lwt_unix.disable_signal_handler}
     * @throws LoopThreadException if the calling thread runs no loop
     * @throws IllegalArgumentException if nobody can handle this signal, or the virtual machine
     *     keeps it for itself
     * @throws UnsupportedOperationException if this JDK cannot handle signals
     */
    public static Registration on(OsSignal signal, CheckedConsumer<? super OsSignal> handler) {
        requireNonNull(signal, "signal");
        requireNonNull(handler, "handler");
        return SignalHub.of(signal).add(EventLoop.current(), handler);
    }

    /**
     * The next time a signal comes. Cancelling the promise takes the handler out.
     *
     * @param signal the signal
     * @return the promise of it
     * @throws LoopThreadException if the calling thread runs no loop
     * @throws IllegalArgumentException if nobody can handle this signal, or the virtual machine
     *     keeps it for itself
     * @throws UnsupportedOperationException if this JDK cannot handle signals
     */
    public static Promise<OsSignal> next(OsSignal signal) {
        Resolver<OsSignal> resolver = Resolver.cancellable();
        Registration registration = on(signal, resolver::tryResolve);
        resolver.promise().onTermination(registration::close);
        return resolver.promise();
    }

    /**
     * Sends this signal to this process. What the virtual machine handles itself, as it does
     * {@link #TERM}, may be the end of the process.
     *
     * @throws IllegalArgumentException if nobody handles it, or the virtual machine keeps it for
     *     itself
     * @throws UnsupportedOperationException if this JDK cannot send signals
     */
    public void raise() {
        JdkSignals.raise(this);
    }

    /** A handler that was registered. Thread rule: any thread. */
    public sealed interface Registration extends AutoCloseable permits SignalHub.Entry {

        /** Takes the handler out, for good; doing so twice is harmless. */
        @Override
        void close();
    }

    /**
     * Whether another object is the same signal.
     *
     * @param other the other object
     * @return whether it is a signal of the same name
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof OsSignal signal && signal.name.equals(name);
    }

    /**
     * A hash of the name.
     *
     * @return the hash
     */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /**
     * The name as the system has it.
     *
     * @return the name with {@code SIG}
     */
    @Override
    public String toString() {
        return "SIG" + name;
    }
}
