package io.lwt4j.examples.chat;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;

/**
 * Somebody in the room, with the lines that are still to be sent there. Telling a member something
 * never waits: who does not read in time is dismissed.
 */
final class Member {

    private final String name;
    private final PullStream.Bounded<String> outbox;
    private final Resolver<String> dismissed = Resolver.cancellable();

    Member(String name, int outboxSize) {
        this.name = name;
        outbox = PullStream.bounded(outboxSize);
    }

    String name() {
        return name;
    }

    /** The lines to be sent; it ends when the member has left. */
    PullStream<String> lines() {
        return outbox.stream();
    }

    /** Why the member has to go, once that is so. */
    Promise<String> dismissed() {
        return dismissed.promise();
    }

    void tell(String line) {
        if (outbox.writer().count() < outbox.writer().size()) {
            // There is room, so this is done at once.
            outbox.writer().push(line);
        } else {
            dismissed.tryResolve("reads too slowly");
        }
    }

    /** Ends the lines with a last one; those of somebody who is dismissed give way to it. */
    void leave(String lastLine) throws Exception {
        if (dismissed.promise().isFulfilled()) {
            outbox.stream().getAvailable();
        }
        // There is to be room for it in any case.
        outbox.writer().resize(outbox.writer().count() + 1);
        outbox.writer().push(lastLine);
        outbox.writer().close();
    }
}
