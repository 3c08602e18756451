package io.lwt4j.react.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One write to a source, and all that follows from it, in graphs of several shapes. The score is
 * nanoseconds per write; {@link Shape} says by how many nodes to divide it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g"})
public class Shapes {

    private static final int SIZE = 1000;

    /** A graph to be built, and how many nodes follow from a write. */
    public enum Shape {
        /** A thousand maps, one after the other, and one observer. */
        CHAIN(SIZE),
        /** A thousand maps of one source, their sum, and one observer. */
        DIAMOND(SIZE),
        /** A thousand maps of one source, added two by two, and one observer. */
        TREE(2 * SIZE - 1),
        /** A thousand maps of one source, each with an observer. */
        BROAD(SIZE),
        /** A thousand layers of four nodes that depend on those before, each with an observer. */
        CELLX(4 * SIZE),
        /** A node whose value does not change, and three behind it that need not be updated. */
        AVOIDABLE(1),
        /** A source and an observer. */
        ONE_TO_ONE(1),
        /** An observer of one of two signals, which change places. */
        SWITCH(1);

        final int nodes;

        Shape(int nodes) {
            this.nodes = nodes;
        }
    }

    @Param({"CHAIN", "DIAMOND", "TREE", "BROAD", "CELLX", "AVOIDABLE", "ONE_TO_ONE", "SWITCH"})
    public Shape shape;

    @Param({"lwt4j", "tracked", "rxjava", "reactor", "sodium"})
    public String library;

    private Library with;
    private List<Object> sources;
    private int value;

    /** What the observers have seen; so nobody leaves out the work. */
    public long seen;

    @Setup(Level.Trial)
    public void build() {
        with = Library.named(library);
        sources = new ArrayList<>();
        value = 0;
        Object source = with.source(0);
        sources.add(source);
        switch (shape) {
            case CHAIN -> {
                Object node = source;
                for (int i = 0; i < SIZE; i++) {
                    node = with.map(node, n -> n + 1);
                }
                observe(node);
            }
            case DIAMOND -> observe(with.sum(maps(source)));
            case TREE -> {
                List<Object> level = maps(source);
                while (level.size() > 1) {
                    List<Object> next = new ArrayList<>();
                    for (int i = 0; i + 1 < level.size(); i += 2) {
                        next.add(with.join(level.get(i), level.get(i + 1), Integer::sum));
                    }
                    if (level.size() % 2 == 1) {
                        next.add(level.get(level.size() - 1));
                    }
                    level = next;
                }
                observe(level.get(0));
            }
            case BROAD -> maps(source).forEach(this::observe);
            case CELLX -> cellx();
            case AVOIDABLE -> {
                Object constant = with.map(source, n -> n & 0);
                observe(with.map(with.map(with.map(constant, n -> n + 1), n -> n + 2), n -> n + 3));
            }
            case ONE_TO_ONE -> observe(source);
            case SWITCH -> {
                Object one = with.source(1);
                Object other = with.source(2);
                observe(with.choose(source, one, other));
            }
        }
    }

    private List<Object> maps(Object source) {
        List<Object> maps = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            int more = i;
            maps.add(with.map(source, n -> n + more));
        }
        return maps;
    }

    private void cellx() {
        if (library.equals("rxjava") || library.equals("reactor")) {
            throw new UnsupportedOperationException("takes exponential time");
        }
        sources.add(with.source(2));
        sources.add(with.source(3));
        sources.add(with.source(4));
        List<Object> layer = sources;
        for (int i = 0; i < SIZE; i++) {
            Object first = layer.get(0);
            Object second = layer.get(1);
            Object third = layer.get(2);
            Object fourth = layer.get(3);
            layer = List.of(
                    with.map(second, n -> n),
                    with.join(first, third, (a, b) -> a - b),
                    with.join(second, fourth, Integer::sum),
                    with.map(third, n -> n));
            layer.forEach(this::observe);
        }
    }

    private void observe(Object node) {
        with.observe(node, n -> seen += n);
    }

    @Benchmark
    public long write() {
        int next = ++value;
        if (sources.size() == 1) {
            with.set(sources.get(0), next);
        } else {
            boolean even = (next & 1) == 0;
            with.batch(() -> {
                for (int i = 0; i < 4; i++) {
                    with.set(sources.get(i), even ? i + 1 : 4 - i);
                }
            });
        }
        return seen;
    }
}
