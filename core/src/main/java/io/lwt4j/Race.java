package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

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

    /** How one of several members that are resolved at the call is chosen. */
    enum Draw {
        RANDOM,
        FIRST_IN_LIST
    }

    static <R extends @Nullable Object> Promise<R> of(
            @Nullable Object[] members, String operation, Prize prize, boolean cancelling) {
        if (isDecided(members, operation)) {
            return decided(members(members), prize, cancelling);
        }
        return pending(members, operation, prize, cancelling);
    }

    /** A pick that draws in a certain way. */
    static <R extends @Nullable Object> Promise<R> pick(
            @Nullable Object[] members, String operation, Draw draw) {
        if (isDecided(members, operation)) {
            return cast(winner(members(members), draw, true));
        }
        return pending(members, operation, Prize.FIRST, true);
    }

    /** Whether some member is resolved already; there must be members. */
    static boolean isDecided(@Nullable Object[] members, String operation) {
        if (members.length == 0) {
            throw new IllegalArgumentException(
                    operation + ": the list of promises is empty, so none could ever win");
        }
        boolean decided = false;
        for (int i = 0; i < members.length; i++) {
            decided |= !Promise.member(members, i).isOpenNow();
        }
        return decided;
    }

    static Promise<?>[] members(@Nullable Object[] members) {
        return Arrays.copyOf(members, members.length, Promise[].class);
    }

    private static <R extends @Nullable Object> Promise<R> pending(
            @Nullable Object[] members, String operation, Prize prize, boolean cancelling) {
        int count = members.length;
        Link[] links = new Link[count];
        LoopCore core = ((Pending<?>) Promise.member(members, 0)).loop(operation);
        Race<R> race = new Race<>(core.context, prize, cancelling, links);
        for (int i = 0; i < count; i++) {
            ((Pending<?>) Promise.member(members, i)).loop(operation);
            // The caller's own promise, proxy or not: nchooseSplit gives it back.
            links[i] = new Link(race, (Promise<?>) requireNonNull(members[i]));
        }
        // Only now that nothing can fail any more.
        for (Link link : links) {
            ((Pending<?>) link.source.real()).add(link);
        }
        return race;
    }

    /** The result when some member is already resolved. */
    private static <R extends @Nullable Object> Promise<R> decided(
            Promise<?>[] members, Prize prize, boolean cancelling) {
        if (prize == Prize.FIRST) {
            return cast(winner(members, Draw.RANDOM, cancelling));
        }
        Promise<R> result = new Resolved<>(collect(members, prize, true));
        if (cancelling) {
            cancelAll(members);
        }
        return result;
    }

    /** The member that wins when some are resolved already; the others are cancelled if asked. */
    static Promise<?> winner(Promise<?>[] members, Draw draw, boolean cancelling) {
        Promise<?> winner = any(members, draw, Promise::isRejected);
        if (winner == null && cancelling && draw == Draw.RANDOM) {
            return requireNonNull(anyResolvedWhileCancelling(members));
        }
        if (winner == null) {
            winner = any(members, draw, member -> !member.isPending());
        }
        if (cancelling) {
            cancelAll(members);
        }
        return requireNonNull(winner);
    }

    @SuppressWarnings("unchecked")
    private static <R extends @Nullable Object> Promise<R> cast(Promise<?> winner) {
        return (Promise<R>) winner;
    }

    static void cancelAll(Promise<?>[] members) {
        for (Promise<?> member : members) {
            member.cancel();
        }
    }

    private static @Nullable Promise<?> any(
            Promise<?>[] members, Draw draw, Predicate<Promise<?>> isCandidate) {
        int countdown = draw == Draw.RANDOM ? drawn(members, isCandidate) : 0;
        for (Promise<?> member : members) {
            if (isCandidate.test(member) && countdown-- == 0) {
                return member;
            }
        }
        return null;
    }

    /**
     * Draws among the fulfilled members, and cancels the others on the way, as Lwt does: a member
     * that an earlier one's cancellation resolves counts as resolved when its turn comes.
     */
    private static @Nullable Promise<?> anyResolvedWhileCancelling(Promise<?>[] members) {
        int countdown = drawn(members, member -> !member.isPending());
        Promise<?> winner = null;
        for (Promise<?> member : members) {
            if (winner != null || member.isPending()) {
                member.cancel();
            } else if (countdown-- == 0) {
                winner = member;
            }
        }
        return winner;
    }

    private static int drawn(Promise<?>[] members, Predicate<Promise<?>> isCandidate) {
        int count = 0;
        for (Promise<?> member : members) {
            count += isCandidate.test(member) ? 1 : 0;
        }
        return count < 2 ? 0 : LoopCore.current().nextRandom(count);
    }

    @Override
    String kind() {
        return (prize == Prize.FIRST ? "" : "n") + (cancelling ? "pick" : "choose");
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
        return new Promise.Split<>(
                values, Collections.<Promise<@Nullable Object>>unmodifiableList(pending));
    }
}
