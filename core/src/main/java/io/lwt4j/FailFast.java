package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Waits for all of several promises, or for the first failure, which then cancels the others. */
final class FailFast extends Derived<@Nullable Void> {

    private static final Link[] NO_LINKS = {};

    private Link[] links;
    private int missing;

    private FailFast(Context context, Link[] links) {
        super(context);
        this.links = links;
        this.missing = links.length;
        this.how = links;
    }

    static Promise<@Nullable Void> of(@Nullable Object[] members) {
        LoopCore core = null;
        int missing = 0;
        Rejected failure = null;
        for (int i = 0; i < members.length; i++) {
            Promise<?> member = Promise.member(members, i);
            if (member instanceof Pending<?> pending && pending.isOpen()) {
                core = pending.context.loop;
                missing++;
            } else if (failure == null && member.state instanceof Rejected first) {
                failure = first;
            }
        }
        if (failure != null) {
            Race.cancelAll(Race.members(members));
            return new Resolved<>(failure);
        }
        return missing == 0 ? Promise.unit() : waiting(members, requireNonNull(core), missing);
    }

    private static FailFast waiting(@Nullable Object[] members, LoopCore core, int missing) {
        FailFast result = new FailFast(core.context, new Link[missing]);
        int n = 0;
        for (int i = 0; i < members.length; i++) {
            if (Promise.member(members, i) instanceof Pending<?> pending && pending.isOpen()) {
                pending.loop("joinFailFast");
                result.links[n++] = new Link(result, pending);
            }
        }
        // Only now that nothing can fail any more.
        for (Link link : result.links) {
            ((Pending<?>) link.source).add(link);
        }
        return result;
    }

    @Override
    String kind() {
        return "joinFailFast";
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        boolean failed = outcome instanceof Rejected;
        if (!failed && --missing > 0) {
            return NOTHING;
        }
        Link[] others = links;
        links = NO_LINKS;
        if (!failed) {
            return null;
        }
        for (Link link : others) {
            link.release();
        }
        for (Link link : others) {
            if (link.source.real() instanceof Pending<?> other && other.isOpen()) {
                core.cancel(other);
            }
        }
        return outcome;
    }
}
