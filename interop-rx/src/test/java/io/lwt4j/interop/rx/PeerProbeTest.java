package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.DocTable;
import io.lwt4j.bridge.Matrix;
import io.lwt4j.bridge.Probe;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** How others answer the questions of the matrix; the numbers that our README quotes. */
final class PeerProbeTest {

    @Test
    void whatOthersDo() throws Exception {
        Peers.hook();
        List<Probe.Answers> answers = new ArrayList<>();
        for (Conversion<?, ?> peer : Peers.all()) {
            answers.add(Probe.ask(peer));
        }
        int late = count(answers, a -> !a.lateError().equals(Probe.NOT_ASKED));
        int context = count(answers, a -> !a.context().equals(Probe.NOT_ASKED));
        List<String> report = new ArrayList<>(Probe.HEAD);
        answers.forEach(answer -> report.add(answer.line()));
        report.add("");
        report.add("- upstream not cancelled: " + count(answers, a -> a.cancels() == 0) + " of "
                + answers.size());
        report.add("- late errors lost: " + count(answers, a -> a.lateError().equals(Probe.LOST))
                + ", given to a disposed consumer: "
                + count(answers, a -> a.lateError().equals(Probe.DOWNSTREAM)) + ", of " + late);
        report.add("- context lost: " + count(answers, a -> a.context().equals(Probe.LOST)) + " of "
                + context);
        report.forEach(System.out::println);
        DocTable.check("peers", report);
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
