package io.lwt4j.examples.crawl;

/**
 * How far a crawl is.
 *
 * @param done how many pages are done
 * @param failed how many of these failed
 * @param known how many pages are known
 */
record Progress(int done, int failed, int known) {

    private static final int WIDTH = 30;

    static final Progress NONE = new Progress(0, 0, 0);

    String bar() {
        int filled = known == 0 ? 0 : WIDTH * done / known;
        return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + this;
    }

    @Override
    public String toString() {
        return done + " of " + known + " pages, " + failed + " failed";
    }
}
