package io.lwt4j.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Runs the program as its users do, as a process. */
class DashboardProgramTest {

    private static final String ADDRESS =
            "Dashboard: http://127\\.0\\.0\\.1:\\d+/ \\(Ctrl-C ends it\\)";

    private static Process dashboard(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Dashboard.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Newer JDKs warn of native code, such as Netty's. */
    private static boolean isOurs(String line) {
        return !line.isEmpty() && !line.startsWith("WARNING: ");
    }

    @Test
    void itTellsItsAddressAndEndsWhenItIsToldTo() throws Exception {
        Process process = dashboard("--port", "0", "--seconds", "1");
        assertThat(process.inputReader().lines().filter(DashboardProgramTest::isOurs))
                .singleElement()
                .asString()
                .matches(ADDRESS);
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void itEndsWithoutAWordWhenItIsInterrupted() throws Exception {
        Process process = dashboard("--port", "0");
        Iterator<String> output = process.inputReader()
                .lines()
                .filter(DashboardProgramTest::isOurs)
                .iterator();
        assertThat(output.next()).matches(ADDRESS);
        // Not process.destroy(), which closes the output, too.
        process.toHandle().destroy();
        assertThat(output.hasNext()).isFalse();
        // The virtual machine's own way to say by which signal it was told.
        assertThat(process.waitFor()).isEqualTo(128 + 15);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --frobnicate  | unknown argument: --frobnicate
            --port        | --port needs a value
            --port web    | --port: web is not a number from 0 to 65535
            --port 65536  | --port: 65536 is not a number from 0 to 65535
            --seconds 0.5 | --seconds: 0.5 is not a number from 0 to 1000000
            --seed -1     | --seed: -1 is not a number from 0 to 1000000
            """)
    void wrongArgumentsGetALineAndTheUsage(String args, String message) throws Exception {
        Process process = dashboard(args.split(" "));
        assertThat(process.inputReader().lines())
                .containsExactly(message, DashboardArguments.USAGE);
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void helpIsTheUsage() throws Exception {
        Process process = dashboard("--help");
        assertThat(process.inputReader().lines()).containsExactly(DashboardArguments.USAGE);
        assertThat(process.waitFor()).isZero();
    }
}
