package io.lwt4j.leaks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The descriptors, threads and child processes of this process at some moment. */
final class Inventory {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Threads of the JDK and of JUnit, and those of pools that all loops share. */
    private static final Pattern SHARED_THREAD = Pattern.compile(String.join(
            "|",
            // WorkerPool.shared() and io(): theirs end when they have had nothing to do for a
            // while.
            "shared-\\d+",
            "io-\\d+",
            "lwt4j-lookup-\\d+",
            "lwt4j-stream-\\d+",
            // One for each child that lives, and a while longer.
            "process reaper.*",
            "ForkJoinPool\\.commonPool-worker-\\d+",
            "junit-.*",
            "surefire-.*",
            // The JDK's for signals: one for each delivery, whatever becomes of the handler.
            "SIG\\w+ handler",
            // The way into the process for debuggers and the like.
            "Attach Listener",
            "DestroyJavaVM"));

    /** What a thread of ours is called, unless a test says otherwise. */
    private static final Pattern OUR_THREAD = Pattern.compile("(lwt4j|loop|workers|shared|io)-.*");

    private static final Set<String> DEVICES = Set.of("/dev/random", "/dev/urandom");

    private static boolean prepared;

    private final Map<String, Integer> descriptors;
    private final Set<Thread> threads;
    private final Set<ProcessHandle> children;

    private Inventory(
            Map<String, Integer> descriptors, Set<Thread> threads, Set<ProcessHandle> children) {
        this.descriptors = descriptors;
        this.threads = threads;
        this.children = children;
    }

    /** Lets the JDK open what it opens once and never closes. */
    static synchronized void prepare() {
        if (prepared) {
            return;
        }
        prepared = true;
        try {
            Selector.open().close();
            SocketChannel.open().close();
            DatagramChannel.open().close();
            new ServerSocket().close();
            new Socket().close();
            Pipe pipe = Pipe.open();
            pipe.source().close();
            pipe.sink().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Inventory take() {
        return new Inventory(
                descriptors(),
                Thread.getAllStackTraces().entrySet().stream()
                        .filter(thread -> counts(thread.getKey()))
                        .filter(thread -> !hasNoTask(thread.getKey(), thread.getValue()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()),
                ProcessHandle.current().children().collect(Collectors.toSet()));
    }

    /** What is here and was not there. */
    List<String> without(Inventory before) {
        List<String> left = new ArrayList<>();
        descriptors.forEach((target, count) -> {
            int more = count - before.descriptors.getOrDefault(target, 0);
            if (more > 0) {
                left.add("descriptor " + target + (more > 1 ? ", " + more + " times" : ""));
            }
        });
        threads.stream()
                .filter(thread -> !before.threads.contains(thread))
                .forEach(thread -> left.add("thread \"" + thread.getName() + "\"" + place(thread)));
        children.stream()
                .filter(child -> !before.children.contains(child))
                .forEach(child -> left.add("process " + child.pid() + " "
                        + child.info().commandLine().orElse("(ended, but not waited for)")));
        return left;
    }

    private static String place(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(3)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < ", " in ", ""));
    }

    private static boolean counts(Thread thread) {
        String name = thread.getName();
        return thread.isAlive()
                && (!thread.isDaemon() || OUR_THREAD.matcher(name).matches())
                && !SHARED_THREAD.matcher(name).matches();
    }

    /** Whether it is one that all loops share for tasks of direct style, and waits for one. */
    private static boolean hasNoTask(Thread thread, StackTraceElement[] place) {
        return thread.getName().matches("lwt4j-task-\\d+")
                && Arrays.stream(place)
                        .anyMatch(frame -> frame.getClassName()
                                .startsWith("java.util.concurrent.SynchronousQueue"));
    }

    /** How many descriptors there are of each target; none where the system does not tell. */
    private static Map<String, Integer> descriptors() {
        Map<String, Integer> targets = new HashMap<>();
        String[] numbers = DESCRIPTORS.toFile().list();
        if (numbers == null) {
            return targets;
        }
        for (String number : numbers) {
            String target;
            try {
                target = Files.readSymbolicLink(DESCRIPTORS.resolve(number)).toString();
            } catch (IOException closedMeanwhile) {
                continue;
            }
            if (!belongsToTheMachine(target)) {
                targets.merge(target, 1, Integer::sum);
            }
        }
        return targets;
    }

    /** Whether the JDK, JUnit or this class has opened it: code, mostly. */
    private static boolean belongsToTheMachine(String target) {
        return target.endsWith(".jar")
                || target.endsWith(".class")
                || target.startsWith("/proc/")
                || target.startsWith(System.getProperty("java.home") + File.separator)
                || DEVICES.contains(target);
    }
}
