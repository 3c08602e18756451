package io.lwt4j.bridge;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.engine.VirtualTimeEngine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All around one cell: a loop that runs on the thread of the test, and every way out of it. */
public final class World implements AutoCloseable {

    /** The hooks of the libraries are global, so they have to ask for the cell that is on. */
    private static volatile World current;

    /** What the observer carries in its context, where there is such a thing. */
    public static final String MARK = "mark";

    public final List<Drop> drops = new CopyOnWriteArrayList<>();

    private final List<Object> kept = new CopyOnWriteArrayList<>();

    /** What a source has seen of {@link #MARK} when it was subscribed to. */
    public volatile Object contextSeen;

    public final EventLoop loop = EventLoop.builder()
            .engine(new VirtualTimeEngine())
            .uncaughtHandler(error -> drop(new Drop(Drop.Sink.HANDLER, error)))
            .build();

    // Loggers are held weakly by their manager: kept here so that the handler is not lost.
    private static final Logger LOGGER = Logger.getLogger("io.lwt4j");

    static {
        // A loop that is closed has no handler any more; what it hears then is logged.
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                World world = current;
                // Rejections that nobody looked at are logged when the cell is long over.
                if (world != null
                        && (Cell.isOfSomeCell(record.getThrown())
                                || record.getMessage().contains(world.loop.toString()))) {
                    dropHere(Drop.Sink.HANDLER, record.getThrown(), "log");
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    private final Predicate<Object> mayOwn;

    /** A world that hears nothing of what other cells have left behind. */
    World(Predicate<Object> mayOwn) {
        this.mayOwn = mayOwn;
        current = this;
    }

    /** Runs a test on a loop of its own, and returns what is left of the world. */
    public static World run(CheckedConsumer<World> test) throws Exception {
        try (World world = new World(signal -> true)) {
            world.onLoop(() -> test.accept(world));
            return world;
        }
    }

    /** Keeps an object, a subscription perhaps, until the end of the test. */
    public void keep(Object object) {
        kept.add(object);
    }

    /** What the hooks and the handler were given, whoever it was. */
    public List<Object> dropped() {
        return drops.stream().map(Drop::signal).toList();
    }

    /** Takes what a hook, of that name, has been given. */
    public static void dropHere(Drop.Sink sink, Object signal, String hook) {
        World world = current;
        if (world != null) {
            world.drop(new Drop(sink, signal, hook));
        }
    }

    private void drop(Drop drop) {
        if (mayOwn.test(drop.signal())) {
            drops.add(drop);
        }
    }

    /** Runs something on the loop, and then the loop until it has nothing left to do. */
    public void onLoop(CheckedRunnable step) throws Exception {
        loop.runUntilComplete(() -> {
            step.run();
            return EventLoop.pause().flatMap(done -> EventLoop.pause());
        });
    }

    /** Runs something on a thread that knows no loop, and then the loop. */
    public void elsewhere(CheckedRunnable step) throws Exception {
        apart(step);
        onLoop(() -> {});
    }

    /** Runs something on a thread that knows no loop, and waits for it. */
    public static void apart(CheckedRunnable step) throws InterruptedException {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                step.run();
                end.complete(null);
            } catch (Throwable t) {
                end.completeExceptionally(t);
            }
        });
        thread.start();
        thread.join();
        end.getNow(null);
    }

    @Override
    public void close() {
        loop.close();
        current = null;
    }
}
