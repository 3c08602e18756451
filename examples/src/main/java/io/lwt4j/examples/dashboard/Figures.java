package io.lwt4j.examples.dashboard;

/**
 * What the page shows, all of one moment; money is in dollars.
 *
 * @param moment which
 * @param north what one share costs in the north
 * @param south what one share costs in the south
 * @param rate dollars for one euro
 * @param spread how much more the north asks for
 * @param percent the same, in percent of what a share is worth
 * @param average the moving average of the spread
 * @param total what we have is worth
 * @param threshold at which spread there is an alarm
 * @param wide whether the spread is above that
 * @param unanswered how often nobody has told the rate in time
 * @param heldBack how often the newest quotes were of two moments, and nobody was told
 * @param mixed how often {@code combineLatest} has told of quotes of two moments
 */
record Figures(
        long moment,
        double north,
        double south,
        double rate,
        double spread,
        double percent,
        double average,
        double total,
        double threshold,
        boolean wide,
        int unanswered,
        int heldBack,
        int mixed) {

    @Override
    public String toString() {
        return "those of " + moment;
    }
}
