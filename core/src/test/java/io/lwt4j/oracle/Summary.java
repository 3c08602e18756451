package io.lwt4j.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts verdicts, and says in the end what there was. */
final class Summary {

    private static final int MOST_DESCRIBED = 10;

    private final String title;
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final List<Verdict.Differs> differing = new ArrayList<>();
    private int identical;

    Summary(String title) {
        this.title = title;
        for (Deviation deviation : Deviation.values()) {
            skipped.put(deviation.name(), 0);
        }
        skipped.put("later", 0);
    }

    void add(Verdict verdict) {
        if (verdict instanceof Verdict.Differs differs) {
            differing.add(differs);
        } else if (verdict instanceof Verdict.Deviates deviates) {
            skipped.merge(deviates.deviation().name(), 1, Integer::sum);
        } else if (verdict instanceof Verdict.Later) {
            skipped.merge("later", 1, Integer::sum);
        } else {
            identical++;
        }
    }

    int differing() {
        return differing.size();
    }

    /** The first differing cases in full, then the skipped ones by cause, last the totals. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        differing.stream().limit(MOST_DESCRIBED).forEach(differs -> lines.add(differs.describe()));
        lines.add(title + " deviations: " + skippedByCause());
        lines.add(title + ": " + totals());
        return lines;
    }

    private String skippedByCause() {
        return skipped.entrySet().stream()
                .map(cause -> cause.getKey() + "=" + cause.getValue())
                .collect(Collectors.joining(" "));
    }

    private String totals() {
        int skippedInAll = skipped.values().stream().mapToInt(Integer::intValue).sum();
        int differ = differing.size();
        return identical + " identical, " + differ + " differ, " + skippedInAll + " skipped";
    }
}
