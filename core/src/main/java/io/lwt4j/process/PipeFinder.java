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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Pipes whose one end can be watched by an engine and whose other end a process can be given.
 *
 * <p>The JDK makes pipes that an engine can watch, and lets a process have any file; on Linux the
 * end of a pipe is one, {@code /proc/self/fd/N}. What the JDK does not tell is N.
 */
final class PipeFinder {

    /* Overview. N is one of the descriptors that are there after Pipe.open() and were not before.
     * Other threads open and close descriptors meanwhile, so it is taken only if
     *
     *     - exactly two of the new ones are ends of pipes, and of the same one,
     *     - the end that we keep is seen to become non-blocking when we make it so.
     *
     * Otherwise another pipe is opened. One thread at a time, so that pipes for processes do not
     * disturb each other.
     */

    /** A pipe, and what the other side is to open. */
    record Found(Pipe pipe, File source, File sink) {

        void close() throws IOException {
            PipeFinder.close(pipe);
        }
    }

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path DETAILS = Path.of("/proc/self/fdinfo");
    private static final String PLACEHOLDER = "/dev/null";
    private static final int ATTEMPTS = 16;
    private static final String FLAGS = "flags:";
    private static final int DETAILS_LENGTH = 64;

    /** {@code O_ACCMODE} and {@code O_NONBLOCK} of Linux. */
    private static final int ACCESS = 3;

    private static final int WRITE_ONLY = 1;
    private static final int NON_BLOCKING = 0x800;

    private PipeFinder() {}

    /**
     * Opens a pipe.
     *
     * @param keepsSource whether the end to read from is that which stays here
     * @return the pipe, with that end in non-blocking mode; null if this system does not tell
     */
    static synchronized @Nullable Found open(boolean keepsSource) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            String[] before = DESCRIPTORS.toFile().list();
            if (before == null) {
                return null;
            }
            Found found;
            // It takes the number that the listing itself has had, which is in it.
            InputStream placeholder = new FileInputStream(PLACEHOLDER);
            try {
                found = find(keepsSource, Set.copyOf(Arrays.asList(before)));
            } finally {
                placeholder.close();
            }
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Found find(boolean keepsSource, Set<String> before)
            throws IOException {
        Pipe pipe = Pipe.open();
        Found found = null;
        try {
            found = find(pipe, keepsSource, before);
        } finally {
            if (found == null) {
                close(pipe);
            }
        }
        return found;
    }

    private static @Nullable Found find(Pipe pipe, boolean keepsSource, Set<String> before)
            throws IOException {
        String[] after = DESCRIPTORS.toFile().list();
        if (after == null) {
            return null;
        }
        List<String> ends = new ArrayList<>(2);
        Set<String> pipes = new HashSet<>();
        for (String number : after) {
            if (before.contains(number)) {
                continue;
            }
            String target = target(number);
            if (target.startsWith("pipe:")) {
                ends.add(number);
                pipes.add(target);
            }
        }
        if (ends.size() != 2 || pipes.size() != 1) {
            return null;
        }
        int first = flags(ends.get(0));
        int second = flags(ends.get(1));
        if (((first | second) & NON_BLOCKING) != 0 || (first & ACCESS) == (second & ACCESS)) {
            return null;
        }
        boolean sourceFirst = (second & ACCESS) == WRITE_ONLY;
        String source = ends.get(sourceFirst ? 0 : 1);
        String sink = ends.get(sourceFirst ? 1 : 0);
        SelectableChannel kept = keepsSource ? pipe.source() : pipe.sink();
        kept.configureBlocking(false);
        if ((flags(keepsSource ? source : sink) & NON_BLOCKING) == 0) {
            return null;
        }
        return new Found(
                pipe,
                DESCRIPTORS.resolve(source).toFile(),
                DESCRIPTORS.resolve(sink).toFile());
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
