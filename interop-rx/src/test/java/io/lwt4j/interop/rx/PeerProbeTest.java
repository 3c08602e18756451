package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.DocTable;
import io.lwt4j.bridge.Matrix;
import io.lwt4j.bridge.Probe;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How others answer the questions of the matrix; the numbers that our README quotes. */
final class PeerProbeTest {

    private static final Path README =
            Path.of("").toAbsolutePath().getParent().resolve("README.md");

    @Test
    void whatOthersDo() throws Exception {
        Peers.hook();
        List<String> report = new ArrayList<>(Probe.HEAD);
        List<String> totals = new ArrayList<>();
        ask("lwt4j", OurWays.all(), report, totals);
        ask("others", Peers.all(), report, totals);
        report.add("");
        report.addAll(totals);
        assertThat(Files.readAllLines(README)).containsAll(totals);
        report.forEach(System.out::println);
        DocTable.check("peers", report);
    }

    private static void ask(
            String who, List<Conversion<?, ?>> ways, List<String> report, List<String> totals)
            throws Exception {
        List<Probe.Answers> answers = new ArrayList<>();
        for (Conversion<?, ?> way : ways) {
            answers.add(Probe.ask(way));
        }
        answers.forEach(answer -> report.add(answer.line()));
        totals.add("- " + who + ": upstream not cancelled " + count(answers, a -> a.cancels() == 0)
                + " of " + answers.size() + "; late errors lost "
                + count(answers, a -> a.lateError().equals(Probe.LOST))
                + ", told to a disposed consumer "
                + count(answers, a -> a.lateError().equals(Probe.DOWNSTREAM)) + ", of "
                + count(answers, a -> !a.lateError().equals(Probe.NOT_ASKED)) + "; context lost "
                + count(answers, a -> a.context().equals(Probe.LOST)) + " of "
                + count(answers, a -> !a.context().equals(Probe.NOT_ASKED)));
    }

    private static int count(List<Probe.Answers> answers, Predicate<Probe.Answers> rule) {
        return (int) answers.stream().filter(rule).count();
    }

    /** The matrix is able to fail: where a peer is known to leak, it does. */
    @Test
    void theMatrixFindsTheLeaksOfOthers() {
        Peers.hook();
        Matrix matrix = new Matrix();
        List<String> leaking = new ArrayList<>();
        for (Conversion<?, ?> peer : Peers.all()) {
            boolean leaks = matrix.run(peer).failures().entrySet().stream()
                    .filter(cell -> cell.getKey().contains("cancel before value, alone"))
                    .anyMatch(cell -> cell.getValue().contains("upstream cancels: 0 instead of 1"));
            if (leaks) {
                leaking.add(peer.toString());
            }
        }
        System.out.println("peers: " + matrix.summary());
        matrix.table().forEach(System.out::println);
        assertThat(leaking)
                .containsExactly(
                        "reactor-adapter Single->Mono",
                        "reactor-adapter Mono->Single->Mono",
                        "reactor-core CF->Mono(suppressCancel)",
                        "rxjava CF->Single",
                        "rxjava CF->Maybe");
    }
}
