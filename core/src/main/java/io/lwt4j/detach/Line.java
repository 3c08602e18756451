package io.lwt4j.detach;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A waiting line: first in, first out, and whoever gives up leaves in constant time. For one thread
 * at a time.
 */
final class Line<E> {

    private final Set<E> waiting = new LinkedHashSet<>();

    int size() {
        return waiting.size();
    }

    void add(E last) {
        waiting.add(last);
    }

    /** Takes somebody out; false if they do not wait (any more). */
    boolean remove(E element) {
        return waiting.remove(element);
    }

    /** Whoever has waited longest; null if nobody waits. */
    @Nullable
    E peek() {
        Iterator<E> iterator = waiting.iterator();
        return iterator.hasNext() ? iterator.next() : null;
    }

    /** Takes out whoever has waited longest; null if nobody waits. */
    @Nullable
    E poll() {
        E first = peek();
        if (first != null) {
            waiting.remove(first);
        }
        return first;
    }

    void drainTo(Collection<? super E> target) {
        target.addAll(waiting);
        waiting.clear();
    }
}
