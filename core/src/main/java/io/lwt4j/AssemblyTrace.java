package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Where the promises were made that an error has passed through, the first one first; a suppressed
 * exception of the error. Its stack trace is made of their callers, so that tools link to them.
 */
final class AssemblyTrace extends Exception {

    private static final long serialVersionUID = 1L;

    /** An error that is used again and again must not grow without end. */
    private static final int LIMIT = 64;

    private AssemblyTrace() {
        super("the error passed through the promises made here, the innermost one first");
        setStackTrace(new StackTraceElement[0]);
    }

    /** The trace of an error; null if it takes none. */
    static @Nullable AssemblyTrace of(Throwable error) {
        synchronized (error) {
            for (Throwable suppressed : error.getSuppressed()) {
                if (suppressed instanceof AssemblyTrace trace) {
                    return trace;
                }
            }
            AssemblyTrace trace = new AssemblyTrace();
            error.addSuppressed(trace);
            return error.getSuppressed().length == 0 ? null : trace;
        }
    }

    synchronized void passed(Assembly.Site site) {
        Assembly.Site inner = site.inner;
        if (inner != null) {
            add(inner);
        }
        add(site);
    }

    private void add(Assembly.Site site) {
        StackTraceElement[] trace = getStackTrace();
        StackTraceElement caller = site.caller;
        // The place for a module says what was called there.
        StackTraceElement element = new StackTraceElement(
                null,
                site.operation,
                null,
                caller.getClassName(),
                caller.getMethodName(),
                caller.getFileName(),
                caller.getLineNumber());
        int length = trace.length;
        if (length < LIMIT && (length == 0 || !trace[length - 1].equals(element))) {
            StackTraceElement[] longer = Arrays.copyOf(trace, length + 1);
            longer[length] = element;
            setStackTrace(longer);
        }
    }
}
