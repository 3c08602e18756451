package io.lwt4j.oracle;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs one program, on an event loop of its own, and keeps the trace of it. */
final class Interpreter {

    /** More than any program needs that ends: each has some dozens of statements. */
    private static final int MOST_STEPS = 100_000;

    private final Map<String, Part.Kind> kinds;
    private final PromiseNames promises = new PromiseNames();
    private final Map<Namespace.Kind<?>, Namespace<?>> namespaces = new HashMap<>();
    private final List<String> trace = new ArrayList<>();
    private int steps;

    /** See {@link Run#shared}. */
    private int shared = Integer.MAX_VALUE;

    /** Once set, nothing is traced or executed any more, whatever the loop still runs. */
    private boolean over;

    private Interpreter(Way way) {
        this.kinds = Parts.kinds(way, this::noteShared);
    }

    static Run run(List<Statement> program, Way way) {
        Interpreter interpreter = new Interpreter(way);
        interpreter.runOnFreshLoop(program);
        return new Run(interpreter.trace, interpreter.shared);
    }

    private void runOnFreshLoop(List<Statement> program) {
        // Never closed: a closed loop logs the rejections that nobody looked at, and programs have
        // many of those.
        EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(this::hook)
                .build();
        try {
            loop.runUntilComplete(() -> {
                run(program);
                // Before the loop gets a turn, in which it would run promises left paused.
                over = true;
                return Promise.unit();
            });
        } catch (Throwable e) {
            // A crash of the library is a difference like any other: the other cases go on.
            trace.add("crashed: " + e);
        }
    }

    private void run(List<Statement> program) {
        for (int i = 0; i < program.size(); i++) {
            emit("#" + i);
            execute(program.get(i), null);
            promises.report(this::emit);
        }
    }

    /** Executes one statement. It never throws what the statement throws. */
    void execute(Statement statement, @Nullable Object argument) {
        countStep();
        if (over) {
            return;
        }
        Part.Kind kind = kinds.get(statement.op());
        if (kind == null) {
            emit("no such statement: " + statement.op());
            return;
        }
        try {
            kind.execute(new Execution(this, statement, argument));
        } catch (UndefinedNameException e) {
            emit(e.traceLine());
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            emit("raised !" + OracleException.nameOf(e));
        }
    }

    /**
     * Counts a statement or the call of a callback, and ends the program if it does not end. Not by
     * an exception: the library would make a rejection of it, and the program go on.
     */
    void countStep() {
        if (++steps > MOST_STEPS) {
            emit("stopped after " + MOST_STEPS + " steps");
            over = true;
        }
    }

    /** Whether what calls a callback should come to its end. */
    boolean isStopped() {
        return steps > MOST_STEPS;
    }

    private void noteShared() {
        shared = Math.min(shared, trace.size());
    }

    void hook(Throwable exception) {
        emit("hook(!" + OracleException.nameOf(exception) + ")");
    }

    void emit(String line) {
        if (!over) {
            trace.add(line);
        }
    }

    PromiseNames promises() {
        return promises;
    }

    /** The names of things of one kind, which several parts may share. */
    @SuppressWarnings("unchecked") // a kind is put together with its namespace only here
    <T> Namespace<T> names(Namespace.Kind<T> kind) {
        return (Namespace<T>) namespaces.computeIfAbsent(kind, Namespace.Kind::newNamespace);
    }
}
