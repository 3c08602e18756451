package io.lwt4j.io;

import java.nio.channels.ClosedChannelException;

/** What both kinds of channel have to say to their users and to those who serve them. */
final class ChannelState {

    private ChannelState() {}

    /** The number of bytes that a source or sink has moved, after a check that it can be true. */
    static int checked(int count, int room, String operation) {
        if (count < 1 || count > room) {
            throw new IllegalStateException(operation + " answered " + count
                    + ", which is not a number of bytes from 1 to " + room);
        }
        return count;
    }

    static ClosedChannelException closed(String channel) {
        return new Closed("the " + channel + " is closed");
    }

    /** A {@link ClosedChannelException} that says more. */
    static final class Closed extends ClosedChannelException {

        private static final long serialVersionUID = 1L;

        private final String message;

        Closed(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }
}
