package io.lwt4j.examples.dashboard;

import java.util.ArrayList;
import java.util.List;

/**
 * The last of many things.
 *
 * @param limit how many at most
 * @param items these, the oldest first
 */
record Recent<T>(int limit, List<T> items) {

    static <T> Recent<T> none(int limit) {
        return new Recent<>(limit, List.of());
    }

    Recent<T> plus(T item) {
        List<T> more = new ArrayList<>(items);
        more.add(item);
        return new Recent<>(
                limit, List.copyOf(more.subList(Math.max(0, more.size() - limit), more.size())));
    }

    @Override
    public String toString() {
        return items.size() + " of " + limit;
    }
}
