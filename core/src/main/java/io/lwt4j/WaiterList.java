package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The waiters of a pending promise, and the operations on them. Newest first, as they run.
 *
 * <p>The list is intrusive and lives in {@link Promise#state}, in one of four forms:
 *
 * <ul>
 *   <li>{@link Cell#NONE}: nobody waits;
 *   <li>a chain of waiters, each with its {@code next};
 *   <li>a bare {@link Join}: it waits for many promises, so its {@code next} is no use, but as long
 *       as it is alone it needs none. A second waiter puts it behind a {@link Link};
 *   <li>a {@code WaiterList} object: the chain with its tail. Only two lists made one need it, so
 *       that a long list is not walked each time a short one is hung behind it.
 * </ul>
 */
final class WaiterList extends Cell {

    private Cell head;
    private Cell tail;

    private WaiterList(Cell head, Cell tail) {
        this.head = head;
        this.tail = tail;
    }

    /** The chain of a list in any of its forms. */
    static Cell chain(Cell list) {
        return list instanceof WaiterList merged ? merged.head : list;
    }

    static Cell next(Cell waiter) {
        return waiter instanceof Derived<?> derived ? derived.next : ((Entry) waiter).next;
    }

    private static void setNext(Cell waiter, Cell next) {
        if (waiter instanceof Derived<?> derived) {
            derived.next = next;
        } else {
            ((Entry) waiter).next = next;
        }
    }

    /** The waiters of {@code source} with a new one, which will run first. */
    static Cell prepend(Cell list, Cell waiter, Promise<?> source) {
        if (list == NONE) {
            return waiter;
        }
        Cell head = chain(linked(list, source));
        setNext(waiter, head);
        if (head instanceof Detachable link) {
            link.previous = waiter;
        }
        if (list instanceof WaiterList merged) {
            merged.head = waiter;
            return merged;
        }
        return waiter;
    }

    /** The waiters of {@code list}, and behind them those of {@code more}; the source is common. */
    static Cell append(Cell list, Cell more, Promise<?> source) {
        if (more == NONE) {
            return list;
        }
        if (list == NONE) {
            return more;
        }
        WaiterList merged = merged(linked(list, source));
        WaiterList behind = merged(linked(more, source));
        setNext(merged.tail, behind.head);
        if (behind.head instanceof Detachable link) {
            link.previous = merged.tail;
        }
        merged.tail = behind.tail;
        return merged;
    }

    /** The list without one of its links. */
    static Cell remove(Cell list, Detachable link) {
        @Nullable Cell previous = link.previous;
        Cell next = link.next;
        if (next instanceof Detachable following) {
            following.previous = previous;
        }
        if (previous != null) {
            setNext(previous, next);
        }
        if (list instanceof WaiterList merged) {
            if (previous == null) {
                merged.head = next;
            }
            if (next == NONE && previous != null) {
                merged.tail = previous;
            }
            return merged.head == NONE ? NONE : merged;
        }
        return previous == null ? next : list;
    }

    private static Cell linked(Cell list, Promise<?> source) {
        return list instanceof Join<?> bare ? new Link(bare, source) : list;
    }

    private static WaiterList merged(Cell list) {
        if (list instanceof WaiterList merged) {
            return merged;
        }
        Cell tail = requireNonNull(list);
        for (Cell next = next(tail); next != NONE; next = next(tail)) {
            tail = next;
        }
        return new WaiterList(list, tail);
    }
}
