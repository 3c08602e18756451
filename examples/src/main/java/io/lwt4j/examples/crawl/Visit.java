package io.lwt4j.examples.crawl;

import java.net.URI;

/** A page to be visited, and what came of it. */
final class Visit {

    private final URI url;
    private final int depth;
    private int tries;
    private String outcome = "";
    private boolean failed;

    Visit(URI url, int depth) {
        this.url = url;
        this.depth = depth;
    }

    URI url() {
        return url;
    }

    /** How many links away from the start it is. */
    int depth() {
        return depth;
    }

    void begin() {
        tries++;
    }

    void end(String newOutcome, boolean hasFailed) {
        outcome = newOutcome;
        failed = hasFailed;
    }

    /** How many requests it took. */
    int tries() {
        return tries;
    }

    /** The status of the answer, or why there is none. */
    String outcome() {
        return outcome;
    }

    boolean hasFailed() {
        return failed;
    }
}
