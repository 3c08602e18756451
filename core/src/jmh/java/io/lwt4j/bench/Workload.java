package io.lwt4j.bench;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreads;

import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What the workloads have in common: how they are measured, and the check that the method to be
 * measured does the work. A workload is a class; each of its benchmark methods does it with another
 * library and is named after that.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 12, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {
            "-XX:+UseG1GC",
            "-Xms1g",
            "-Xmx1g",
            "-XX:+AlwaysPreTouch",
            "-Djmh.executor=CUSTOM",
            "-Djmh.executor.class=io.lwt4j.LoopThreads",
            // For the virtual threads of P12, where there are any.
            "--add-opens=java.base/java.lang=ALL-UNNAMED"
        })
public abstract class Workload {

    /** The loop that the benchmark's thread belongs to. */
    protected EventLoop loop;

    /** The name of the method to be measured. */
    protected String peer;

    /** Calls the method to be measured once, and fails if it does not do its work. */
    @Setup(Level.Trial)
    public final void verify(BenchmarkParams params) throws Exception {
        String name = params.getBenchmark();
        peer = name.substring(name.lastIndexOf('.') + 1);
        loop = LoopThreads.enter();
        prepare();
        Object result = getClass().getMethod(peer).invoke(this);
        if (!Objects.equals(result, expected())) {
            throw new AssertionError(name + ": " + result + " instead of " + expected());
        }
        check();
    }

    /** Makes what every call needs. */
    protected void prepare() throws Exception {}

    /** What a benchmark method returns. */
    protected abstract Object expected();

    /** Looks at what the method has left behind besides its result. */
    protected void check() throws Exception {}
}
