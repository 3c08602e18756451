package io.lwt4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What became of a program that was run as its users do, as a process.
 *
 * @param exitCode its status
 * @param out what it wrote, each line with {@code \n}
 * @param err what it wrote elsewhere
 */
public record ProgramRun(int exitCode, String out, String err) {

    /** Runs a program without input, on the class path of the tests. */
    public static ProgramRun of(Class<?> program, String... args) throws Exception {
        return of(System.getProperty("java.class.path"), program, args);
    }

    /** Runs a program without input. */
    public static ProgramRun of(String classPath, Class<?> program, String... args)
            throws Exception {
        Process process = start(classPath, program, args);
        process.getOutputStream().close();
        return end(process);
    }

    /** Starts a program on the class path of the tests. */
    public static Process start(Class<?> program, String... args) throws IOException {
        return start(System.getProperty("java.class.path"), program, args);
    }

    private static Process start(String classPath, Class<?> program, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                program.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }

    /** Sends a process what Ctrl-C sends; the test is skipped where no process can get that. */
    public static void interrupt(Process process) throws Exception {
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            // What is ignored is so in processes that are started here, too.
            Assumptions.assumeFalse(
                    Files.readAllLines(status).stream()
                            .filter(line -> line.startsWith("SigIgn:"))
                            .anyMatch(line -> line.matches(".*[2367abefABEF]")),
                    "whoever started this build lets it ignore SIGINT");
        }
        int code =
                new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
        assertThat(code).isZero();
    }

    /** Waits for the end of a process. */
    public static ProgramRun end(Process process) throws Exception {
        // Both at once, so that the program never waits for a full pipe.
        CompletableFuture<String> err = CompletableFuture.supplyAsync(
                () -> text(process.errorReader(StandardCharsets.UTF_8)));
        String out = text(process.inputReader(StandardCharsets.UTF_8));
        return new ProgramRun(process.waitFor(), out, err.get());
    }

    private static String text(BufferedReader reader) {
        StringBuilder text = new StringBuilder();
        reader.lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
