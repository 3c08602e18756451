package io.lwt4j.bench;

import org.openjdk.jmh.Main;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Runs benchmarks, as JMH's own main class does and with the same arguments, and ends with their
 * results as Markdown: a row for each workload, a column for each library. A cell says the least
 * time per operation of all iterations, in nanoseconds, the bytes allocated per operation, and how
 * many times as long as lwt4j it took. The least time, because everything that disturbs a
 * measurement makes it longer.
 */
public final class Report {

    private static final List<String> PROMISES =
            List.of("lwt4j", "cf", "mono", "single", "uni", "vertx", "scala", "trane", "limit");
    private static final List<String> LOOPS =
            List.of("lwt4j", "executor", "fjp", "netty", "vertx", "mono", "single", "limit");

    private static final List<String> STREAMS =
            List.of("lwt4j", "flux", "flowable", "multi", "threads", "virtual", "limit");

    /** Of P12 and P13, which compare ways to wait. */
    private static final List<String> WAITS =
            List.of("lwt4j", "virtual", "platform", "rawVirtual", "rawPlatform", "cf");

    /** Workload, then library. */
    private final Map<String, Map<String, RunResult>> promises = new LinkedHashMap<>();

    private final Map<String, Map<String, RunResult>> streams = new LinkedHashMap<>();

    private final Map<String, Map<String, RunResult>> loops = new LinkedHashMap<>();
    private final Map<String, Map<String, RunResult>> waits = new LinkedHashMap<>();

    /** The benchmarks that were to run; some may have failed. */
    private final Set<String> selected = new HashSet<>();

    private Report() {}

    /**
     * Runs benchmarks.
     *
     * @param args the arguments of JMH
     * @throws Exception if JMH refuses to run
     */
    public static void main(String[] args) throws Exception {
        CommandLineOptions options = new CommandLineOptions(args);
        if (options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats()) {
            Main.main(args);
            return;
        }
        boolean footprintOnly = options.getIncludes().equals(List.of("Footprint"));
        if (!footprintOnly) {
            Report report = new Report();
            report.run(options);
            report.print();
        }
        if (footprintOnly || options.getIncludes().isEmpty()) {
            Footprint.print(PROMISES);
            // The peers' timers still run.
            System.exit(0);
        }
    }

    private void run(Options arguments) throws Exception {
        Options options = new OptionsBuilder()
                .parent(arguments)
                .addProfiler(GCProfiler.class)
                .build();
        for (BenchmarkListEntry entry : BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        options.getIncludes(),
                        options.getExcludes())) {
            selected.add(entry.getUsername());
        }
        for (RunResult result : new Runner(options).run()) {
            BenchmarkParams params = result.getParams();
            String workload = workload(params);
            table(workload)
                    .computeIfAbsent(workload, key -> new LinkedHashMap<>())
                    .put(library(params), result);
        }
    }

    private static String className(BenchmarkParams params) {
        String name = params.getBenchmark();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static String library(BenchmarkParams params) {
        return params.getBenchmark().substring(className(params).length() + 1);
    }

    private static String workload(BenchmarkParams params) {
        String name = className(params);
        StringJoiner row = new StringJoiner(", ");
        row.add(name.substring(name.lastIndexOf('.') + 1));
        for (String key : params.getParamsKeys()) {
            row.add(key + " " + params.getParam(key));
        }
        return row.toString();
    }

    private Map<String, Map<String, RunResult>> table(String workload) {
        if (workload.startsWith("P12") || workload.startsWith("P13")) {
            return waits;
        }
        if (workload.startsWith("P1") && Character.isDigit(workload.charAt(2))) {
            return streams;
        }
        return workload.startsWith("P8") || workload.startsWith("P9") ? loops : promises;
    }

    private void print() {
        print(PROMISES, promises);
        print(LOOPS, loops);
        print(STREAMS, streams);
        print(WAITS, waits);
    }

    private void print(List<String> libraries, Map<String, Map<String, RunResult>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        RunResult any = first(rows.values().iterator().next().values());
        System.out.printf(
                "%nJDK %s (%s), %s. Least ns / B per operation (times lwt4j's):%n%n",
                any.getParams().getJdkVersion(),
                any.getParams().getVmVersion(),
                String.join(" ", any.getParams().getJvmArgs()));
        System.out.println("| workload | " + String.join(" | ", libraries) + " |");
        System.out.println("|---".repeat(libraries.size() + 1) + "|");
        rows.forEach((workload, results) -> {
            StringJoiner row = new StringJoiner(" | ", "| ", " |");
            row.add(workload);
            for (String library : libraries) {
                row.add(cell(library, results));
            }
            System.out.println(row);
        });
    }

    private String cell(String library, Map<String, RunResult> results) {
        RunResult result = results.get(library);
        if (result == null) {
            String name = className(first(results.values()).getParams()) + "." + library;
            return selected.contains(name) ? "fails" : "";
        }
        String cell =
                String.format(Locale.ROOT, "%s / %.0f B", number(time(result)), bytes(result));
        RunResult ours = results.get("lwt4j");
        return ours == null || ours == result
                ? cell
                : cell + String.format(Locale.ROOT, " (%.1fx)", time(result) / time(ours));
    }

    private static double time(RunResult result) {
        return result.getPrimaryResult().getStatistics().getMin();
    }

    private static double bytes(RunResult result) {
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        // Medians, since now and then an iteration pays for an array that grows.
        return bytes == null ? Double.NaN : bytes.getStatistics().getPercentile(50);
    }

    /** With three digits that mean something. */
    private static String number(double number) {
        return String.format(
                Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f", number);
    }

    private static <T> T first(Collection<T> some) {
        return some.iterator().next();
    }
}
