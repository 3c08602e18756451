package io.lwt4j.bridge;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A type at one end of a conversion, described once: how to make one by hand, how to observe one,
 * which races there are of it, and the facts that the laws ask for.
 *
 * @param <X> the type
 */
public abstract class Kind<X> {

    /** Facts about a type. */
    public enum Fact {
        /** More than one element. */
        MANY,
        /** The end may come without an element, or null stands for that. */
        MAYBE_EMPTY,
        /** Never has an element. */
        NEVER_A_VALUE,
        /** Who comes late has missed what was before. */
        NO_REPLAY,
        /** Who throws goes on listening. */
        LISTENERS,
        /** Gives whoever subscribes a subscription first, which can be kept back or come twice. */
        SUBSCRIPTION,
        /** The one value and the end after it come apart. */
        END_APART,
        /** Whoever subscribes says how much it wants. */
        DEMAND,
        /** Belongs to a loop: used there only. */
        LOOP_ONLY,
        /** Nothing happens before somebody subscribes. */
        LAZY,
        /** A member of a race is one read of it, which can be given up alone. */
        READ_BY_READ,
        /** Keeps to itself what its callbacks throw, and is cancelled on any thread, at once. */
        FUTURE,
        /** Is given up on its loop only. */
        CLOSED_ON_LOOP,
        /** Its signals are given on its loop only. */
        SIGNALS_ON_LOOP,
        /** Has no errors. */
        NEVER_FAILS
    }

    private final String name;
    private final Set<Fact> facts = EnumSet.noneOf(Fact.class);
    final Drop.Sink lateValues;
    final Drop.Sink lateErrors;

    /** A type whose sources hand their late signals in at the given places. */
    protected Kind(String name, Drop.Sink lateValues, Drop.Sink lateErrors, Fact... facts) {
        this.name = name;
        this.lateValues = lateValues;
        this.lateErrors = lateErrors;
        this.facts.addAll(List.of(facts));
    }

    public abstract Source<X> source(World world);

    public abstract Observer observe(World world, X subject);

    /** Like {@link #observe}, but with the subscriber that the library gives to its users. */
    public Observer user(World world, X subject) {
        return observe(world, subject);
    }

    /** What is heard of a value. */
    public List<Signal> value(Object value) {
        return is(Fact.MANY)
                ? List.of(Signal.value(value), Signal.end())
                : List.of(Signal.value(value));
    }

    /** What is heard of the end without a value. */
    public List<Signal> empty() {
        return List.of(Signal.end());
    }

    /** What is heard at once, before anything happens. */
    public List<Signal> before() {
        return List.of();
    }

    /** What is heard by who has cancelled. */
    public List<Signal> cancelled() {
        return List.of();
    }

    /** What two values make together. */
    public Object pair(Object first, Object second) {
        return Arrays.asList(first, second);
    }

    /** What a list has of one value, or of none. */
    public List<Object> listOf(Object value) {
        return Arrays.asList(value);
    }

    /** What comes out of a race between some of these; null if there is no such race. */
    public Kind<?> raced(Form form) {
        return null;
    }

    /** Starts such a race. */
    public Object race(Form form, List<X> members) {
        throw new UnsupportedOperationException();
    }

    public final boolean is(Fact fact) {
        return facts.contains(fact);
    }

    /** Whether it can still signal when the loop of the other end is gone. */
    final boolean outlivesLoop() {
        return lateErrors != Drop.Sink.NONE;
    }

    @SuppressWarnings("unchecked") // the subject is what race() of a fitting kind returned
    final Observer observeRaced(World world, Object subject) {
        return observe(world, (X) subject);
    }

    @Override
    public final String toString() {
        return name;
    }
}
