package io.lwt4j.leaks;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Fails a test class that leaves an open descriptor, a thread or a child process behind. Registered
 * for every class by {@code META-INF/services}; {@link Inventory} says what counts.
 *
 * <p>What ends by itself, a little later than the test, is waited for.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

    /** The parameter that says how many milliseconds to wait for things to end. */
    static final String PATIENCE = "lwt4j.leaks.patience";

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(LeakCheck.class);

    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isTopLevel(context)) {
            Inventory.prepare();
            context.getStore(NAMESPACE).put(context.getUniqueId(), Inventory.take());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Inventory before =
                context.getStore(NAMESPACE).remove(context.getUniqueId(), Inventory.class);
        if (before == null) {
            return;
        }
        int patience =
                context.getConfigurationParameter(PATIENCE, Integer::valueOf).orElse(10_000);
        List<String> left = settle(before, Duration.ofMillis(patience).toNanos());
        if (!left.isEmpty()) {
            throw new AssertionError(context.getRequiredTestClass().getName()
                    + " leaves behind:\n  " + String.join("\n  ", left));
        }
    }

    /** What is still there when it has had time to go. */
    private static List<String> settle(Inventory before, long patience) {
        long start = System.nanoTime();
        List<String> left = Inventory.take().without(before);
        while (!left.isEmpty() && System.nanoTime() - start < patience) {
            LockSupport.parkNanos(POLL_NANOS);
            left = Inventory.take().without(before);
        }
        return left;
    }

    /** Nested classes are part of the one around them. */
    private static boolean isTopLevel(ExtensionContext context) {
        return context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty();
    }
}
