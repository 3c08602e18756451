package io.lwt4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Listens to what the library logs, in place of the console. */
public final class LogCapture extends Handler {

    // Loggers are held weakly by their manager: kept here so that the handler is not lost.
    private static final Logger LOGGER = Logger.getLogger("io.lwt4j");

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private LogCapture() {}

    /** Runs an action and then a check of the errors that were logged meanwhile. */
    public static void run(CheckedRunnable action, Consumer<List<Throwable>> check)
            throws Exception {
        LogCapture capture = new LogCapture();
        LOGGER.addHandler(capture);
        LOGGER.setUseParentHandlers(false);
        try {
            action.run();
        } finally {
            LOGGER.setUseParentHandlers(true);
            LOGGER.removeHandler(capture);
        }
        check.accept(List.copyOf(capture.errors));
    }

    @Override
    public void publish(LogRecord record) {
        if (record.getThrown() != null) {
            errors.add(record.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
