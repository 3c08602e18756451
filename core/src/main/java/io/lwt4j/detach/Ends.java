package io.lwt4j.detach;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The promises of the end of a pool or a group. */
final class Ends {

    private Ends() {}

    /** Tells those who wait, each on its own loop; from any thread. */
    static void tell(List<Resolver<@Nullable Void>> waiting) {
        for (Resolver<@Nullable Void> end : waiting) {
            try {
                end.complete(Promise.unit().state());
            } catch (RuntimeException closed) {
                // By the loop, or by its host: nobody waits there any more, but others may.
            }
        }
    }
}
