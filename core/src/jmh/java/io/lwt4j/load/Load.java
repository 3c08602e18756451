package io.lwt4j.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Loads every server in every way, round by round, and prints tables of the medians.
 *
 * <p>Arguments, each of them optional: {@code servers=lwt4j,raw-nio}, {@code works=echo-64,sink},
 * {@code rounds=3}, {@code seconds=2}, {@code command=NAME:PROGRAM} for a server that is no Java
 * class but a program that prints a line as {@link Servers} does, {@code jvm=...} for options of
 * the Java virtual machines of the others.
 *
 * <p>On Linux the server has one core, and the load another, if there are two.
 */
public final class Load {

    private record Target(String name, Process process, Map<Service, Integer> ports) {

        double cpuSeconds() {
            return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
        }

        /** In KiB; 0 where the system does not tell. */
        long resident() {
            try (Stream<String> lines =
                    Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
                return lines.filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElse(0);
            } catch (IOException e) {
                return 0;
            }
        }
    }

    private record Cell(double rate, long p50, long p99, double cpu) {}

    private final Map<String, String> arguments = new LinkedHashMap<>();
    private final boolean pinned;
    private final Path certificate = Certificate.make();
    private final Map<Work, Map<String, List<Cell>>> cells = new EnumMap<>(Work.class);

    private Load(String[] args) throws Exception {
        for (String arg : args) {
            String[] parts = arg.split("=", 2);
            arguments.put(parts[0], parts[1]);
        }
        pinned = Files.exists(Path.of("/usr/bin/taskset"))
                && Runtime.getRuntime().availableProcessors() > 1;
        if (pinned) {
            new ProcessBuilder(
                            "taskset", "-acp", "1", "" + ProcessHandle.current().pid())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    /**
     * Runs it.
     *
     * @param args see the class
     */
    public static void main(String[] args) throws Exception {
        new Load(args).run();
        System.exit(0);
    }

    private void run() throws Exception {
        List<Target> targets = new ArrayList<>();
        try {
            String names =
                    arguments.getOrDefault("servers", String.join(",", Servers.ALL.keySet()));
            for (String name : names.split(",")) {
                targets.add(start(name, java(name)));
            }
            String command = arguments.get("command");
            if (command != null) {
                String[] parts = command.split(":", 2);
                targets.add(start(parts[0], List.of(parts[1])));
            }
            int rounds = Integer.parseInt(arguments.getOrDefault("rounds", "3"));
            for (int round = 0; round < rounds; round++) {
                for (Work work : works()) {
                    for (Target target : targets) {
                        measure(work, target);
                    }
                }
            }
        } finally {
            for (Target target : targets) {
                target.process.getOutputStream().close();
            }
        }
        print();
    }

    private List<String> java(String server) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx1g"));
        if (arguments.containsKey("jvm")) {
            command.addAll(List.of(arguments.get("jvm").split(" ")));
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Servers.class.getName(),
                server,
                certificate.toString()));
        return command;
    }

    private List<Work> works() {
        String given = arguments.get("works");
        List<Work> works = new ArrayList<>();
        for (Work work : Work.values()) {
            if (given == null || List.of(given.split(",")).contains(work.title())) {
                works.add(work);
            }
        }
        return works;
    }

    private Target start(String name, List<String> command) throws IOException {
        List<String> line = new ArrayList<>(pinned ? List.of("taskset", "-c", "0") : List.of());
        line.addAll(command);
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        String ready = output.readLine();
        while (ready != null && !ready.startsWith("ready ")) {
            ready = output.readLine();
        }
        if (ready == null) {
            throw new IOException(name + " did not start");
        }
        for (String port : ready.substring("ready ".length()).split(" ")) {
            String[] parts = port.split("=");
            ports.put(Service.valueOf(parts[0]), Integer.parseInt(parts[1]));
        }
        return new Target(name, process, ports);
    }

    private void measure(Work work, Target target) {
        Integer port = target.ports.get(work.service);
        if (port == null) {
            return;
        }
        double seconds = Double.parseDouble(arguments.getOrDefault("seconds", "2"));
        try {
            long before = target.resident();
            double cpu = target.cpuSeconds();
            long start = System.nanoTime();
            long millis = (long) (seconds * 1000);
            long[] open = {0};
            Generator.Result result = work.service == Service.TLS
                    ? new TlsGenerator(work, port, certificate).run(millis / 2, millis)
                    : new Generator(work, port, () -> open[0] = target.resident())
                            .run(millis / 2, millis);
            double spent = (target.cpuSeconds() - cpu) / ((System.nanoTime() - start) / 1e9);
            double rate = work == Work.IDLE
                    ? (open[0] - before) / (double) work.connections
                    : result.rate();
            cells.computeIfAbsent(work, key -> new LinkedHashMap<>())
                    .computeIfAbsent(target.name, key -> new ArrayList<>())
                    .add(new Cell(rate, result.p50(), result.p99(), spent / rate * 1e6));
            System.err.printf(
                    Locale.ROOT,
                    "%s %s: %.0f %s, p99 %d us%n",
                    work.title(),
                    target.name,
                    rate,
                    work.unit(),
                    result.p99());
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (Exception e) {
            System.err.println(work.title() + " " + target.name + ": " + e);
        }
    }

    /* ---- Tables ---- */

    private void print() {
        List<String> names = new ArrayList<>();
        cells.values()
                .forEach(row -> row.keySet().stream()
                        .filter(name -> !names.contains(name))
                        .forEach(names::add));
        table("rate, and of raw-nio, over TLS of netty-nio", names, (work, row, name) -> {
            double rate = median(row.get(name), 0);
            String limit = row.containsKey("raw-nio") ? "raw-nio" : "netty-nio";
            String ratio = row.containsKey(limit) && work != Work.IDLE
                    ? String.format(Locale.ROOT, " (%.2f)", rate / median(row.get(limit), 0))
                    : "";
            return String.format(Locale.ROOT, rate < 100 ? "%.1f" : "%,.0f", rate) + ratio;
        });
        table(
                "p50 / p99 in us",
                names,
                (work, row, name) -> median(row.get(name), 2) == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "%,.0f / %,.0f",
                                median(row.get(name), 1),
                                median(row.get(name), 2)));
        table(
                "processor time of the server in us for one",
                names,
                (work, row, name) -> work == Work.IDLE
                        ? ""
                        : String.format(Locale.ROOT, "%.1f", median(row.get(name), 3)));
    }

    private interface Format {
        String cell(Work work, Map<String, List<Cell>> row, String name);
    }

    private void table(String title, List<String> names, Format format) {
        System.out.println("\n" + title + "\n");
        System.out.println("| | " + String.join(" | ", names) + " |");
        System.out.println("| --- |" + " --- |".repeat(names.size()));
        cells.forEach((work, row) -> {
            StringBuilder line = new StringBuilder("| " + work.title() + " " + work.unit());
            for (String name : names) {
                line.append(" | ")
                        .append(row.containsKey(name) ? format.cell(work, row, name) : "-");
            }
            System.out.println(line + " |");
        });
    }

    private static double median(List<Cell> runs, int column) {
        double[] sorted = runs.stream()
                .mapToDouble(cell -> switch (column) {
                    case 0 -> cell.rate;
                    case 1 -> cell.p50;
                    case 2 -> cell.p99;
                    default -> cell.cpu;
                })
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }
}
