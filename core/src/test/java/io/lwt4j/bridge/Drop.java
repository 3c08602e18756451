package io.lwt4j.bridge;

/** A signal nobody could hear any more, and where it was handed in instead. */
public record Drop(Sink sink, Object signal, String hook) {

    Drop(Sink sink, Object signal) {
        this(sink, signal, "");
    }

    /** Where such signals go. */
    public enum Sink {
        /** Nowhere: the source is one that is right to forget it. */
        NONE,
        /** The handler of the loop. */
        HANDLER,
        /** The hook of the source's library for errors. */
        DROPPED,
        /** The hook of the source's library for elements. */
        DISCARDED,
        /** In an expectation: the handler or the hook for errors, but one of them only. */
        HANDLER_OR_DROPPED,
        /** In an expectation: the handler, or not yet (a rejection nobody has looked at). */
        HANDLER_LATER
    }

    boolean allows(Drop seen) {
        return signal == seen.signal
                && switch (sink) {
                    case HANDLER_OR_DROPPED ->
                        seen.sink == Sink.HANDLER || seen.sink == Sink.DROPPED;
                    case HANDLER_LATER -> seen.sink == Sink.HANDLER;
                    default -> seen.sink == sink;
                };
    }

    @Override
    public String toString() {
        return sink + " " + signal;
    }
}
