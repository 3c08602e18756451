package io.lwt4j.load;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.AsyncFiles;
import io.lwt4j.io.InputChannel;
import io.lwt4j.process.Command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Reads and copies files and runs processes by channels and by what the JDK has, in turns, and
 * prints the median times.
 *
 * <p>Arguments: a directory for the files, in memory if possible, and the number of rounds.
 * {@code ocaml/files.ml} does the same over the original; it is told the two files.
 */
public final class FilesAndProcesses {

    private static final int LINES = 1_000_000;
    private static final int BIG = 100 << 20;
    private static final int SPAWNS = 200;
    private static final int BUFFER = 64 << 10;

    private final Path lines;
    private final Path big;
    private final Path copy;

    private FilesAndProcesses(Path directory) throws IOException {
        lines = directory.resolve("lwt4j-lines");
        big = directory.resolve("lwt4j-big");
        copy = directory.resolve("lwt4j-copy");
        Files.writeString(lines, ("x".repeat(80) + "\n").repeat(LINES));
        Files.write(big, new byte[BIG]);
    }

    /**
     * Runs it.
     *
     * @param args see the class
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args.length > 0 ? args[0] : "/dev/shm");
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        FilesAndProcesses work = new FilesAndProcesses(directory);
        Map<String, double[]> times = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            int now = round;
            work.all()
                    .forEach((name, body) ->
                            times.computeIfAbsent(name, key -> new double[rounds])[now] =
                                    time(body));
        }
        times.forEach((name, all) -> {
            double first = all[0];
            Arrays.sort(all);
            System.out.printf(
                    Locale.ROOT, "| %s | %.3f | %.3f |%n", name, all[all.length / 2], first);
        });
        for (Path file : new Path[] {work.lines, work.big, work.copy}) {
            Files.deleteIfExists(file);
        }
        System.exit(0);
    }

    private static double time(Callable<?> body) {
        long start = System.nanoTime();
        try {
            body.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private Map<String, Callable<?>> all() {
        Map<String, Callable<?>> all = new LinkedHashMap<>();
        all.put("lines: jdk", this::linesOfJdk);
        all.put(
                "lines: lwt4j, stream",
                () -> EventLoop.run(() -> check(
                        LINES,
                        AsyncFiles.lines(lines).<Integer>fold(0, (count, line) -> count + 1))));
        all.put("lines: lwt4j, forEachLine", () -> EventLoop.run(this::eachLine));
        all.put("read: jdk", this::readOfJdk);
        all.put(
                "read: lwt4j",
                () -> EventLoop.run(() -> AsyncFiles.withInput(
                        big, in -> check(BIG, drain(in, ByteBuffer.allocateDirect(BUFFER), 0)))));
        all.put("copy: jdk", () -> Files.copy(big, copy, StandardCopyOption.REPLACE_EXISTING));
        all.put(
                "copy: lwt4j",
                () -> EventLoop.run(
                        () -> AsyncFiles.copy(big, copy, StandardCopyOption.REPLACE_EXISTING)));
        all.put("cat: jdk", this::catOfJdk);
        all.put(
                "cat: lwt4j",
                () -> EventLoop.run(() -> Command.of("cat", big.toString())
                        .piped()
                        .with(process -> check(
                                BIG, drain(process.stdout(), ByteBuffer.allocate(BUFFER), 0)))));
        all.put("spawn: jdk", this::spawnOfJdk);
        all.put("spawn: lwt4j", () -> EventLoop.run(() -> spawn(SPAWNS)));
        return all;
    }

    private static Promise<Integer> check(int expected, Promise<Integer> result) {
        return result.map(value -> {
            if (value != expected) {
                throw new IOException(value + " instead of " + expected);
            }
            return value;
        });
    }

    private Promise<?> eachLine() {
        int[] count = {0};
        return AsyncFiles.withInput(
                lines,
                in -> check(
                        LINES,
                        in.forEachLine(line -> {
                                    count[0]++;
                                    return Promise.unit();
                                })
                                .map(done -> count[0])));
    }

    private static Promise<Integer> drain(InputChannel in, ByteBuffer buffer, int before) {
        return in.readInto(buffer.clear())
                .flatMap(count ->
                        count <= 0 ? Promise.of(before) : drain(in, buffer, before + count));
    }

    private static Promise<?> spawn(int count) {
        return count == 0
                ? Promise.unit()
                : Command.of("true").exec().flatMap(status -> spawn(count - 1));
    }

    private Integer linesOfJdk() throws IOException {
        int count = 0;
        try (BufferedReader reader = Files.newBufferedReader(lines)) {
            while (reader.readLine() != null) {
                count++;
            }
        }
        return count;
    }

    private Integer readOfJdk() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        int sum = 0;
        try (FileChannel channel = FileChannel.open(big, StandardOpenOption.READ)) {
            for (int count; (count = channel.read(buffer.clear())) > 0; ) {
                sum += count;
            }
        }
        return sum;
    }

    private Integer catOfJdk() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("cat", big.toString()).start();
        byte[] buffer = new byte[BUFFER];
        int sum = 0;
        try (InputStream in = process.getInputStream()) {
            for (int count; (count = in.read(buffer)) > 0; ) {
                sum += count;
            }
        }
        process.waitFor();
        return sum;
    }

    private Integer spawnOfJdk() throws IOException, InterruptedException {
        for (int i = 0; i < SPAWNS; i++) {
            new ProcessBuilder("true").start().waitFor();
        }
        return SPAWNS;
    }
}
