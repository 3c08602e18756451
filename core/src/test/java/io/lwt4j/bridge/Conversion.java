package io.lwt4j.bridge;

import io.lwt4j.CheckedFunction;

import java.util.EnumSet;
import java.util.Set;

/**
 * A way from one type to another, described once.
 *
 * @param <A> the type it starts from
 * @param <B> the type it leads to
 */
public final class Conversion<A, B> {

    /** What this way does that another between the same types does not. */
    public enum Trait {
        /** Cancelling only lets go. */
        DETACH,
        /** The last one who cancels cancels what is behind. */
        REFCOUNT,
        /** Takes the first element, and cancels then. */
        FIRST,
        /** Takes the last element. */
        LAST,
        /** Accepts one element at most. */
        SINGLE,
        /** Takes all. */
        LIST,
        /** For one subscriber only. */
        UNICAST,
        /** The elements go elsewhere; the result is only that they have ended. */
        ELSEWHERE,
        /** No element is an error. */
        REQUIRED,
        /** The result is an Optional. */
        OPTIONAL,
        /** What is behind comes anew for each subscriber. */
        DEFERRED,
        /** Knows nothing of loops: whoever signals runs the callbacks (the peers). */
        NO_LOOP,
        /** The context of the near end is seen at the far end. */
        CONTEXT
    }

    final String name;
    final Kind<A> from;
    final Kind<B> to;
    private final CheckedFunction<A, B> way;
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

    private Conversion(String name, Kind<A> from, Kind<B> to, CheckedFunction<A, B> way) {
        this.name = name;
        this.from = from;
        this.to = to;
        this.way = way;
    }

    public static <A, B> Conversion<A, B> of(
            String name, Kind<A> from, Kind<B> to, CheckedFunction<A, B> way) {
        return new Conversion<>(name, from, to, way);
    }

    public Conversion<A, B> with(Trait trait) {
        traits.add(trait);
        return this;
    }

    boolean is(Trait trait) {
        return traits.contains(trait);
    }

    boolean manyToOne() {
        return from.is(Kind.Fact.MANY) && !to.is(Kind.Fact.MANY);
    }

    B convert(Source<A> source) throws Exception {
        return way.apply(source.subject());
    }

    @Override
    public String toString() {
        return name;
    }
}
