package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Waits for the first of several promises: {@code Lwt.choose}, {@code pick} and their kin. */
final class Race<R extends @Nullable Object> extends Derived<R> {

    /** What the race is for. */
    enum Prize {
        /** The first outcome. */
        FIRST,
        /** The values of all that are resolved by then. */
        ALL,
        /** The same, and the promises that are still pending. */
        SPLIT
    }

    private final Prize prize;
    private final boolean cancelling;
    private final Link[] links;

    private Race(Context context, Prize prize, boolean cancelling, Link[] links) {
        super(context);
        this.prize = prize;
        this.cancelling = cancelling;
        this.links = links;
        this.how = links;
    }

    static <R extends @Nullable Object> Promise<R> of(
            Promise<?>[] members, String operation, Prize prize, boolean cancelling) {
        if (members.length == 0) {
            throw new IllegalArgumentException(
                    operation + ": the list of promises is empty, so none could ever win");
        }
        for (Promise<?> member : members) {
            if (!member.isPending()) {
                return decided(members, prize, cancelling);
            }
        }
        Link[] links = new Link[members.length];
        LoopCore core = ((Pending<?>) members[0].real()).loop(operation);
        for (Promise<?> member : members) {
            ((Pending<?>) member.real()).loop(operation);
        }
        Race<R> race = new Race<>(core.context, prize, cancelling, links);
        for (int i = 0; i < links.length; i++) {
            Pending<?> member = (Pending<?>) members[i].real();
            links[i] = new Link(race, member);
            member.add(links[i]);
        }
        return race;
    }

    /** The result when some member is already resolved. */
    @SuppressWarnings("unchecked")
    private static <R extends @Nullable Object> Promise<R> decided(
            Promise<?>[] members, Prize prize, boolean cancelling) {
        Promise<?> winner = prize == Prize.FIRST
                ? anyResolved(members)
                : new Resolved<>(collect(members, prize, true));
        if (cancelling) {
            for (Promise<?> member : members) {
                member.cancel();
            }
        }
        return (Promise<R>) winner;
    }

    /** One of the rejected members if there is any, else one of the fulfilled ones. */
    private static Promise<?> anyResolved(Promise<?>[] members) {
        List<Promise<?>> rejected = new ArrayList<>();
        List<Promise<?>> fulfilled = new ArrayList<>();
        for (Promise<?> member : members) {
            if (member.real().state instanceof Rejected) {
                rejected.add(member);
            } else if (!member.isPending()) {
                fulfilled.add(member);
            }
        }
        List<Promise<?>> candidates = rejected.isEmpty() ? fulfilled : rejected;
        int count = candidates.size();
        return candidates.get(count == 1 ? 0 : LoopCore.current().nextRandom(count));
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        Promise<?>[] members = null;
        if (prize != Prize.FIRST) {
            members = new Promise<?>[links.length];
            for (int i = 0; i < members.length; i++) {
                members[i] = links[i].source;
            }
        }
        Object result = members == null ? outcome : collect(members, prize, false);
        for (Link link : links) {
            link.release();
        }
        if (cancelling) {
            for (Link link : links) {
                if (link.source.real() instanceof Pending<?> loser && loser.isOpen()) {
                    core.cancel(loser);
                }
            }
        }
        return result;
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object collect(
            Promise<?>[] members, Prize prize, boolean alreadyDecided) {
        List<@Nullable Object> done = new ArrayList<>();
        List<Promise<@Nullable Object>> pending = new ArrayList<>();
        for (Promise<?> member : members) {
            Promise<?> real = member.real();
            if (real.isPending()) {
                pending.add((Promise<@Nullable Object>) member);
            } else if (real.state instanceof Rejected) {
                return real.state;
            } else {
                done.add(value(real.state));
            }
        }
        List<@Nullable Object> values = Collections.unmodifiableList(done);
        if (prize == Prize.ALL) {
            return values;
        }
        if (alreadyDecided) {
            // Lwt's order, which differs between the two cases.
            Collections.reverse(pending);
        }
        return new Promise.Split<>(values, Collections.unmodifiableList(pending));
    }
}
