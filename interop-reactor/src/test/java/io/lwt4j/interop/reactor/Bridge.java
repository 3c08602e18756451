package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A loop with virtual time for one test, and all places where signals go that nobody hears. What is
 * there at the end and was not asked for makes the test fail.
 */
final class Bridge {

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<Throwable> droppedErrors = new CopyOnWriteArrayList<>();
    private final List<Object> dropped = new CopyOnWriteArrayList<>();
    private final List<Object> discarded = new CopyOnWriteArrayList<>();

    private Bridge() {}

    static void run(CheckedConsumer<Bridge> test) throws Exception {
        runAsync(bridge -> {
            test.accept(bridge);
            return Promise.unit();
        });
    }

    /** Runs a test until its promise is resolved, with a Reactor context that knows our hooks. */
    static void runAsync(CheckedFunction<Bridge, ? extends Promise<?>> test) throws Exception {
        Bridge bridge = new Bridge();
        Hooks.onErrorDropped(bridge.droppedErrors::add);
        Hooks.onNextDropped(bridge.dropped::add);
        try {
            try (EventLoop loop = bridge.newLoop()) {
                loop.runUntilComplete(() -> ReactorBridge.context()
                        .with(bridge.context(), () -> test.apply(bridge).map(done -> true)));
            }
        } finally {
            Hooks.resetOnErrorDropped();
            Hooks.resetOnNextDropped();
        }
        assertThat(bridge.errors).as("errors that reached the loop's handler").isEmpty();
        assertThat(bridge.droppedErrors).as("dropped errors").isEmpty();
        assertThat(bridge.dropped).as("dropped values").isEmpty();
        assertThat(bridge.discarded).as("discarded values").isEmpty();
    }

    EventLoop newLoop() {
        return EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build();
    }

    Context context() {
        return Operators.enableOnDiscard(Context.empty(), discarded::add);
    }

    List<Throwable> takeErrors() {
        return take(errors);
    }

    List<Throwable> takeDroppedErrors() {
        return take(droppedErrors);
    }

    List<Object> takeDropped() {
        return take(dropped);
    }

    List<Object> takeDiscarded() {
        return take(discarded);
    }

    private static <E> List<E> take(List<E> list) {
        List<E> taken = List.copyOf(list);
        list.clear();
        return taken;
    }

    /** Fulfilled when the loop has done what was posted to it so far. */
    static Promise<Boolean> turn() {
        return EventLoop.pause().flatMap(done -> EventLoop.pause()).map(done -> true);
    }

    /** Runs something on another thread while this one waits. */
    static void elsewhere(Runnable action) {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread thread = new Thread(action, "elsewhere");
        thread.setUncaughtExceptionHandler((unused, error) -> thrown.add(error));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thrown).as("thrown into the foreign thread").isEmpty();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <X extends Throwable> RuntimeException sneaky(Throwable t) throws X {
        throw (X) t;
    }

    /** How many wait for the end of a loop. */
    static int closeHooks(EventLoop loop) {
        try {
            int count = 0;
            Object ends = there(there(loop, "close"), "ends");
            for (Object n = there(ends, "next"); n != ends; n = there(n, "next")) {
                count++;
            }
            for (String list : List.of("settlers", "followers")) {
                for (Object o = field(loop, list); o != null; o = field(o, "older")) {
                    count++;
                }
            }
            return count;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a loop knows whom to tell in another way now", e);
        }
    }

    private static Object there(Object owner, String name) throws ReflectiveOperationException {
        return requireNonNull(field(owner, name));
    }

    private static @Nullable Object field(Object owner, String name)
            throws ReflectiveOperationException {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(owner);
                }
            }
        }
        throw new NoSuchFieldException(name);
    }

    /** Makes sure that nothing holds these any more. */
    static void assertCollected(Collection<? extends WeakReference<?>> references) {
        List<WeakReference<?>> held = new ArrayList<>(references);
        for (int i = 0; i < 50 && !held.isEmpty(); i++) {
            System.gc();
            held.removeIf(reference -> reference.refersTo(null));
        }
        assertThat(held.size()).as("still held").isZero();
    }
}
