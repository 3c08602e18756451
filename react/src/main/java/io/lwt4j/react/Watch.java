package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/** What is started when a node is first depended upon, and ended when it is not any more. */
final class Watch {

    private final Supplier<? extends Runnable> start;
    private @Nullable Runnable end;
    private boolean waits;

    Watch(Supplier<? extends Runnable> start) {
        this.start = start;
    }

    /** The node has become active or idle; what it does afterwards in the step counts, too. */
    void update(Node node) {
        if (!waits) {
            waits = true;
            requireNonNull(node.graph).afterStep(() -> follow(node));
        }
    }

    /** What is started may have the node change again. */
    private void follow(Node node) {
        try {
            while (node.is(Node.ACTIVE) == (end == null)) {
                Runnable running = end;
                if (running == null) {
                    end = requireNonNull(start.get(), "what ends the watch is null");
                } else {
                    end = null;
                    running.run();
                }
            }
        } finally {
            waits = false;
        }
    }
}
