package io.lwt4j.debugging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Assembly traces. They are asked for as a program starts, so {@link Traced} is one of its own. */
class TraceTest {

    private static String output = "";

    @BeforeAll
    static void run() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlwt4j.trace=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Traced.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var out = program.getInputStream()) {
            output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(program.waitFor()).as(output).isZero();
    }

    /** What the program printed under a heading. */
    private static String part(String heading) {
        int begin = output.indexOf("== " + heading + "\n");
        assertThat(begin).as(output).isNotNegative();
        int end = output.indexOf("\n== ", begin + 1);
        return output.substring(begin, end < 0 ? output.length() : end);
    }

    /** The same without indentation, and without the numbers of lines. */
    private static List<String> lines(String heading) {
        return part(heading)
                .lines()
                .map(line -> line.strip().replaceAll("\\.java:[0-9]+\\)", ".java)"))
                .toList();
    }

    @Test
    void anErrorTellsThroughWhichPromisesItPassed() {
        assertThat(lines("error"))
                .containsSubsequence(
                        "java.io.IOException: no such user",
                        "at Promise.flatMap/io.lwt4j.debugging.Traced.find(Traced.java)",
                        "at \"profile\"/io.lwt4j.debugging.Traced.profile(Traced.java)",
                        "at Promise.map/io.lwt4j.debugging.Traced.profile(Traced.java)");
    }

    @Test
    void anErrorThatNobodyLookedAtTellsItToo() {
        assertThat(lines("unobserved"))
                .containsSubsequence(
                        "java.io.IOException: no such user",
                        "at Promise.flatMap/io.lwt4j.debugging.Traced.find(Traced.java)");
    }

    @Test
    void aDumpTellsWhereEachPromiseWasMade() {
        assertThat(lines("dump"))
                .contains("InputChannel.readLine at io.lwt4j.debugging.Traced.dump(Traced.java)")
                .containsSequence(
                        "Promise.map at io.lwt4j.debugging.Traced.dump(Traced.java)",
                        "Resolver.cancellable at io.lwt4j.debugging.Traced.dump(Traced.java)");
    }

    @Test
    void aLoopMadeOfFlatMapKeepsNoTrace() {
        assertThat(part("loop")).containsPattern(": [1-3] pending promises");
    }

    @Test
    void aCancellationHasNoTrace() {
        assertThat(part("cancelled")).contains("suppressed: 0");
    }
}
