package io.lwt4j.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pipes whose one end can be watched by an engine and whose other end a process can be given.
 *
 * <p>The JDK makes pipes that an engine can watch, and lets a process have any file; on Linux the
 * end of a pipe is one, {@code /proc/self/fd/N}. What the JDK does not tell is N.
 */
final class PipeFinder {

    /* Overview. The system has a number for each pipe, other than those of the descriptors of its
     * ends, which it gives to no other pipe later. So ours are among the pipes that are there after
     * Pipe.open() and were not seen before. Other threads open pipes, too: if there are more than
     * we have opened we try again, and else they are ours. (The numbers of descriptors would not do
     * for that: ours may be those that somebody has just closed.) Which of ours is which shows when
     * we make the end that we keep non-blocking.
     *
     * One thread at a time, so that pipes for processes do not disturb each other.
     */

    /** A pipe, and what the other side is to open. */
    record Found(Pipe pipe, File source, File sink) {

        void close() throws IOException {
            PipeFinder.close(pipe);
        }
    }

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path DETAILS = Path.of("/proc/self/fdinfo");
    private static final int ATTEMPTS = 16;
    private static final String FLAGS = "flags:";
    private static final int DETAILS_LENGTH = 64;

    /** {@code O_ACCMODE} and {@code O_NONBLOCK} of Linux. */
    private static final int ACCESS = 3;

    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;
    private static final int NON_BLOCKING = 0x800;

    /** All pipes that there were when we last looked; guarded by the class. */
    private static Set<String> seen = Set.of();

    private PipeFinder() {}

    /**
     * Opens pipes, in one go, since looking for them takes longer the more descriptors there are.
     *
     * @param keepsSource for each pipe, whether the end to read from is that which stays here
     * @return the pipes, with those ends in non-blocking mode; null if this system does not tell
     */
    static synchronized @Nullable List<Found> open(List<Boolean> keepsSource) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            List<Pipe> opened = new ArrayList<>();
            List<Found> found = List.of();
            try {
                for (int n = keepsSource.size(); n > 0; n--) {
                    opened.add(Pipe.open());
                }
                Map<String, List<String>> pipes = pipes();
                if (pipes == null) {
                    return null;
                }
                Set<String> now = Set.copyOf(pipes.keySet());
                pipes.keySet().removeAll(seen);
                seen = now;
                found = found(opened, keepsSource, pipes.values());
                if (found.size() == opened.size()) {
                    return found;
                }
            } finally {
                if (found.size() != keepsSource.size()) {
                    close(opened);
                }
            }
        }
        return null;
    }

    /** The descriptors of each pipe; null if this system does not tell. */
    private static @Nullable Map<String, List<String>> pipes() {
        String[] numbers = DESCRIPTORS.toFile().list();
        if (numbers == null) {
            return null;
        }
        Map<String, List<String>> pipes = new HashMap<>();
        for (String number : numbers) {
            String target = target(number);
            if (target.startsWith("pipe:")) {
                pipes.computeIfAbsent(target, pipe -> new ArrayList<>(2)).add(number);
            }
        }
        return pipes;
    }

    /** Finds out which is which, if these are the descriptors of our pipes and of no other one. */
    private static List<Found> found(
            List<Pipe> opened, List<Boolean> keepsSource, Collection<List<String>> descriptors)
            throws IOException {
        List<Found> found = new ArrayList<>();
        if (descriptors.size() != opened.size()) {
            return found;
        }
        for (int i = 0; i < opened.size(); i++) {
            Pipe pipe = opened.get(i);
            boolean keeps = keepsSource.get(i);
            SelectableChannel kept = keeps ? pipe.source() : pipe.sink();
            kept.configureBlocking(false);
            for (List<String> ends : descriptors) {
                String source = end(ends, READ_ONLY);
                String sink = end(ends, WRITE_ONLY);
                if (source != null && sink != null && isNonBlocking(keeps ? source : sink)) {
                    found.add(new Found(
                            pipe,
                            DESCRIPTORS.resolve(source).toFile(),
                            DESCRIPTORS.resolve(sink).toFile()));
                    descriptors.remove(ends);
                    break;
                }
            }
        }
        return found;
    }

    private static @Nullable String end(List<String> ends, int access) {
        for (String number : ends) {
            int flags = flags(number);
            if (flags >= 0 && (flags & ACCESS) == access) {
                return number;
            }
        }
        return null;
    }

    private static boolean isNonBlocking(String number) {
        int flags = flags(number);
        return flags >= 0 && (flags & NON_BLOCKING) != 0;
    }

    private static void close(List<Pipe> pipes) throws IOException {
        for (Pipe pipe : pipes) {
            close(pipe);
        }
    }

    private static void close(Pipe pipe) throws IOException {
        try {
            pipe.source().close();
        } finally {
            pipe.sink().close();
        }
    }

    private static String target(String number) {
        try {
            return Files.readSymbolicLink(DESCRIPTORS.resolve(number)).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** The flags that a descriptor has; -1 if it is closed, or this system is odd. */
    private static int flags(String number) {
        try (InputStream in = new FileInputStream(DETAILS.resolve(number).toFile())) {
            String details = new String(in.readNBytes(DETAILS_LENGTH), ISO_8859_1);
            int start = details.indexOf(FLAGS);
            int end = details.indexOf('\n', start);
            if (start >= 0 && end > start) {
                return Integer.parseInt(
                        details.substring(start + FLAGS.length(), end).strip(), 8);
            }
            return -1;
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
