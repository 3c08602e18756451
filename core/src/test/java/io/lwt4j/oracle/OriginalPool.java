package io.lwt4j.oracle;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A pool that does what the original's does, with the faults that {@link Deviation#D7} is about.
 * Our own may come to differ
 *
 * <ul>
 *   <li>when a place is free and somebody waits, who would have to wait on;
 *   <li>when a member is made for somebody who waits, which is not counted;
 *   <li>when a check throws, so that the member is lost;
 *   <li>when a disposal fails, or is pending: then it can be cancelled.
 * </ul>
 */
final class OriginalPool implements PoolPart.Members {

    private final int max;
    private final PoolPart.Callbacks callbacks;
    private final WaitQueue<@Nullable Void, Object> waiters = WaitQueue.create();
    private final ArrayDeque<Object> free = new ArrayDeque<>();
    private int count;
    private int clearings;

    OriginalPool(int max, PoolPart.Callbacks callbacks) {
        this.max = max;
        this.callbacks = callbacks;
    }

    @Override
    public Promise<@Nullable Object> use(CheckedFunction<Object, Promise<@Nullable Object>> body) {
        return acquire().flatMap(member -> use(member, body));
    }

    private Promise<@Nullable Object> use(
            Object member, CheckedFunction<Object, Promise<@Nullable Object>> body) {
        int then = clearings;
        Promise<@Nullable Object> used = Promise.<@Nullable Object>apply(() -> body.apply(member))
                .recover(error -> checked(member, then).flatMap(done -> Promise.failed(error)));
        return used.flatMap(value -> {
            if (clearings != then) {
                return dispose(member).flatMap(done -> used);
            }
            release(member);
            return used;
        });
    }

    private Promise<?> checked(Object member, int then) throws Exception {
        boolean good;
        try {
            good = callbacks.check(member);
        } catch (Throwable lost) {
            throw lost;
        }
        if (!good || clearings != then) {
            return dispose(member);
        }
        release(member);
        return Promise.unit();
    }

    private Promise<Object> acquire() {
        Object member = free.poll();
        if (member != null) {
            return validated(member);
        }
        return count < max ? create() : waiters.add(null).flatMap(this::validated);
    }

    private Promise<Object> create() {
        count++;
        return Promise.apply(callbacks::create).recover(error -> {
            count--;
            partIfSomebodyWaits();
            return Promise.failed(error);
        });
    }

    private Promise<Object> validated(Object member) {
        return Promise.apply(() -> callbacks.validate(member))
                .fold(
                        valid -> valid
                                ? Promise.of(member)
                                : dispose(member).flatMap(done -> create()),
                        error -> dispose(member).flatMap(done -> {
                            replace();
                            return Promise.failed(error);
                        }));
    }

    /** Makes a member for one who waits, and does not count it. */
    private void replace() {
        Resolver<Object> waiter = waiters.takeFirst();
        if (waiter != null) {
            Promise.apply(callbacks::create).onAny(waiter::resolve, waiter::reject);
        }
    }

    private void release(Object member) {
        if (!waiters.resolveFirst(member)) {
            free.add(member);
        }
    }

    private Promise<?> dispose(Object member) throws Exception {
        Promise<?> end;
        try {
            end = callbacks.dispose(member);
        } catch (Throwable failure) {
            throw failure;
        }
        if (!end.isFulfilled()) {}
        return end.flatMap(done -> {
            count--;
            partIfSomebodyWaits();
            return Promise.unit();
        });
    }

    private void partIfSomebodyWaits() {
        if (!waiters.isEmpty()) {}
    }

    @Override
    public Promise<?> clear() {
        List<Object> members = new ArrayList<>(free);
        Collections.reverse(members);
        free.clear();
        clearings++;
        return Promises.forEachSequentially(members, this::dispose);
    }

    @Override
    public int waiting() {
        return waiters.size();
    }
}
