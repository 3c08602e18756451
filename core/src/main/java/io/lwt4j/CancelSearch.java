package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;

/** The search of {@code cancel}, from a promise back to the leaves it depends on. */
final class CancelSearch {

    /* Overview: a depth-first walk along Pending.how, with a stack of its own since chains may be
     * long. No user code runs meanwhile. An inner promise that was visited has its `how` taken away
     * until the end of the search: so a cycle ends, and a promise that many others depend on is
     * searched once and not once for each way to it.
     */

    private static final int KEPT_CAPACITY = 1024;

    private ArrayList<Pending<?>> open = new ArrayList<>();
    private ArrayList<@Nullable Object> visited = new ArrayList<>();

    void run(LoopCore core, Pending<?> from) {
        open.add(from);
        int largest = 0;
        while (!open.isEmpty()) {
            largest = Math.max(largest, open.size());
            Pending<?> promise = open.remove(open.size() - 1);
            Object how = promise.how;
            if (how == null || !promise.isOpen()) {
                continue;
            }
            if (how instanceof Promise<?> source) {
                Promise<?> real = source.real();
                if (real != promise) {
                    visit(promise, how);
                    open(real);
                } else if (((Pending<?>) how).isLeaf()) {
                    core.foundLeaf(promise, (Pending<?>) how);
                }
            } else {
                visit(promise, how);
                Object[] sources = (Object[]) how;
                for (int i = sources.length - 1; i >= 0; i--) {
                    Promise<?> source =
                            sources[i] instanceof Link link ? link.source : (Promise<?>) sources[i];
                    open(source.real());
                }
            }
        }
        for (int i = 0; i < visited.size(); i += 2) {
            Pending<?> promise = (Pending<?>) visited.get(i);
            if (promise.isOpen()) {
                promise.how = visited.get(i + 1);
            }
        }
        if (largest > KEPT_CAPACITY) {
            open = new ArrayList<>();
        }
        if (visited.size() > KEPT_CAPACITY) {
            visited = new ArrayList<>();
        } else {
            visited.clear();
        }
    }

    private void visit(Pending<?> promise, Object how) {
        visited.add(promise);
        visited.add(how);
        promise.how = null;
    }

    private void open(Promise<?> source) {
        if (source instanceof Pending<?> pending && pending.isOpen()) {
            open.add(pending);
        }
    }
}
