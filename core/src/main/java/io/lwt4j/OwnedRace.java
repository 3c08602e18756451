package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;

/** A {@code pick} that owns its members: every value but the one delivered goes to a disposer. */
final class OwnedRace<T extends @Nullable Object> extends Derived<T> {

    /* Overview. A racer is attached to each member that is pending. The first one to fire decides
     * the race; those of members that are still pending after having been cancelled stay, and take
     * the values that come late.
     *
     * Two members may become the same promise, before or after the race is decided. So what has
     * been delivered or disposed of is known by the promise that a member represents at the end.
     */

    /** Of no use once the race is decided. */
    private Racer[] racers = {};

    private OwnedRace(Context context, Promise<?>[] members) {
        super(context);
        this.how = members;
    }

    static <T extends @Nullable Object> Promise<T> of(
            @Nullable Object[] array,
            String operation,
            Race.Draw draw,
            CheckedConsumer<? super T> disposer) {
        requireNonNull(disposer, "disposer");
        boolean decided = Race.isDecided(array, operation);
        Promise<?>[] members = Race.members(array);
        for (Promise<?> member : members) {
            if (member.real() instanceof Pending<?> pending && pending.isOpen()) {
                pending.loop(operation);
            }
        }
        LoopCore core = LoopCore.current();
        Losers<T> losers = new Losers<>(core.context, disposer);
        return decided
                ? decided(core, members, draw, losers)
                : new OwnedRace<T>(core.context, members).begin(members, losers);
    }

    @SuppressWarnings("unchecked")
    private static <T extends @Nullable Object> Promise<T> decided(
            LoopCore core, Promise<?>[] members, Race.Draw draw, Losers<T> losers) {
        Promise<?> winner = Race.winner(members, draw, true);
        losers.gone.add(winner.real());
        for (Promise<?> member : members) {
            if (member.real() instanceof Pending<?> pending && pending.isOpen()) {
                pending.add(new Racer(null, pending, losers));
            } else {
                losers.dispose(core, member);
            }
        }
        return (Promise<T>) winner;
    }

    private Promise<T> begin(Promise<?>[] members, Losers<T> losers) {
        Racer[] all = new Racer[members.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Racer(this, members[i], losers);
            ((Pending<?>) members[i].real()).add(all[i]);
        }
        racers = all;
        return this;
    }

    private @Nullable Object decide(LoopCore core, Racer winner, @Nullable Object outcome) {
        Racer[] all = racers;
        racers = new Racer[0];
        winner.losers.gone.add(winner.member.real());
        for (Racer racer : all) {
            if (racer != winner) {
                racer.race = null;
            }
        }
        for (Racer racer : all) {
            if (racer.member.real() instanceof Pending<?> loser && loser.isOpen()) {
                core.cancel(loser);
            }
        }
        for (Racer racer : all) {
            if (!racer.member.isPending()) {
                racer.losers.dispose(core, racer.member);
            }
        }
        return outcome;
    }

    @Override
    String kind() {
        return "pick";
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        throw new AssertionError("its racers fire in its place");
    }

    /** Waits for one member. */
    private static final class Racer extends Entry {

        /** Null once the race is decided, except in the racer that has decided it. */
        private @Nullable OwnedRace<?> race;

        private final Promise<?> member;
        private final Losers<?> losers;

        Racer(@Nullable OwnedRace<?> race, Promise<?> member, Losers<?> losers) {
            this.race = race;
            this.member = member;
            this.losers = losers;
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            OwnedRace<?> undecided = race;
            if (undecided != null) {
                return undecided.decide(core, this, outcome);
            }
            losers.dispose(core, member);
            return NOTHING;
        }

        @Override
        Pending<?> target() {
            return requireNonNull(race);
        }
    }

    /** What becomes of the values that are not delivered. */
    private static final class Losers<T extends @Nullable Object> {

        private final Context context;
        private final CheckedConsumer<? super T> disposer;

        /** The promises whose values have been delivered or disposed of. */
        private final Set<Promise<?>> gone = new HashSet<>();

        Losers(Context context, CheckedConsumer<? super T> disposer) {
            this.context = context;
            this.disposer = disposer;
        }

        void dispose(LoopCore core, Promise<?> member) {
            Promise<?> real = member.real();
            if (gone.add(real) && !(real.state instanceof Rejected)) {
                core.restore(context);
                Callbacks.Any.run(core, real.state, disposer, null);
            }
        }
    }
}
