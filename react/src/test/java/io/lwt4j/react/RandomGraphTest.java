package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs graphs made at random beside a model that computes everything anew in each step. The system
 * property {@code lwt4j.react.seed} names the first seed, {@code lwt4j.react.graphs} the number of
 * graphs.
 */
class RandomGraphTest {

    private static final int OPERATIONS = 100;

    @Test
    void randomGraphsDoWhatTheirModelsDo() {
        long first = Long.getLong("lwt4j.react.seed", 1);
        int graphs = Integer.getInteger("lwt4j.react.graphs", 400);
        List<String> different = new ArrayList<>();
        for (long seed = first; seed < first + graphs; seed++) {
            RandomGraph graph = new RandomGraph(seed);
            try {
                graph.run(OPERATIONS);
            } catch (Throwable t) {
                String cause = t.getCause() == null ? "" : " " + t.getCause().getMessage();
                if (different.isEmpty()) {
                    System.out.println("seed " + seed + ": " + t.getMessage() + cause);
                    graph.log().forEach(System.out::println);
                }
                different.add("seed " + seed + ": " + t.getMessage() + cause);
            }
        }
        System.out.println(
                "signals property test: " + graphs + " graphs, " + different.size() + " differ");
        assertThat(different).isEmpty();
    }
}
