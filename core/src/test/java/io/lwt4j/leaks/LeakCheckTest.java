package io.lwt4j.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.lwt4j.EventLoop;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.io.FileInputStream;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The check itself: it finds what classes leave behind, and nothing where they leave nothing. */
@EnabledOnOs(OS.LINUX)
class LeakCheckTest {

    /** What the leaking classes have left, to be put away by whoever ran them. */
    private static final List<AutoCloseable> LEFT = new ArrayList<>();

    /** Runs a class of tests, and returns what its tests and the check of it fail with. */
    private static List<String> run(Class<?> tests, int patience) throws Exception {
        List<String> failures = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .configurationParameter(LeakCheck.PATIENCE, Integer.toString(patience))
                .build();
        Launcher launcher = LauncherFactory.create();
        try {
            launcher.execute(request, new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                    result.getThrowable().ifPresent(error -> failures.add(error.getMessage()));
                }
            });
        } finally {
            for (AutoCloseable left : LEFT) {
                left.close();
            }
            LEFT.clear();
        }
        return failures;
    }

    private static void assertGuilty(Class<?> tests, String... left) throws Exception {
        List<String> failures = run(tests, 20);
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0))
                .startsWith(tests.getName() + " leaves behind:")
                .contains(left);
    }

    @Test
    void aClassThatLeavesNothingPasses() throws Exception {
        assertThat(run(Tidy.class, 10_000)).isEmpty();
    }

    @Test
    void whatEndsALittleLaterIsWaitedFor() throws Exception {
        assertThat(run(Late.class, 10_000)).isEmpty();
    }

    @Test
    void aPipeThatIsLeftOpenIsFound() throws Exception {
        assertGuilty(LeakyPipe.class, "descriptor pipe:[", "2 times");
    }

    @Test
    void aSocketThatIsLeftOpenIsFound() throws Exception {
        assertGuilty(LeakySocket.class, "descriptor socket:[");
    }

    @Test
    void aSelectorThatIsLeftOpenIsFound() throws Exception {
        assertGuilty(LeakySelector.class, "descriptor anon_inode:[event");
    }

    @Test
    void aFileThatIsLeftOpenIsFound() throws Exception {
        assertGuilty(LeakyFile.class, "descriptor ", "lwt4j-leak");
    }

    @Test
    void aLoopThatIsLeftRunningIsFound() throws Exception {
        assertGuilty(LeakyLoop.class, "thread \"left-running\" in ");
    }

    @Test
    void aDaemonThreadWithANameOfOursIsFound() throws Exception {
        assertGuilty(LeakyThread.class, "thread \"lwt4j-left\" in ");
    }

    @Test
    void aProcessThatIsLeftRunningIsFound() throws Exception {
        assertGuilty(LeakyProcess.class, "process ", "cat");
    }

    @Test
    void whatNestedClassesLeaveIsFoundAtTheOneAroundThem() throws Exception {
        assertGuilty(LeakyAround.class, "descriptor pipe:[");
    }

    /* ---- Classes to look at; not found as tests, since they are static and inside of one ---- */

    static class Tidy {
        @Test
        void test() throws Exception {
            EventLoop.run(EventLoop::pause);
        }
    }

    static class Late {
        @Test
        void test() {
            // Neither joined nor waited for.
            new Thread(() -> Thread.getAllStackTraces(), "lwt4j-late").start();
        }
    }

    private static void leavePipe() throws Exception {
        Pipe pipe = Pipe.open();
        LEFT.add(pipe.source());
        LEFT.add(pipe.sink());
    }

    static class LeakyPipe {
        @Test
        void test() throws Exception {
            leavePipe();
        }
    }

    static class LeakySocket {
        @Test
        void test() throws Exception {
            LEFT.add(DatagramChannel.open());
        }
    }

    static class LeakySelector {
        @Test
        void test() throws Exception {
            LEFT.add(Selector.open());
        }
    }

    static class LeakyFile {
        @Test
        void test() throws Exception {
            Path file = Files.createTempFile("lwt4j-leak", ".txt");
            LEFT.add(new FileInputStream(file.toFile()));
            Files.delete(file);
        }
    }

    static class LeakyLoop {
        @Test
        void test() {
            LEFT.add(EventLoop.builder().name("left-running").start());
        }
    }

    static class LeakyThread {
        @Test
        void test() {
            CountDownLatch end = new CountDownLatch(1);
            Thread thread = new Thread(
                    () -> {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "lwt4j-left");
            thread.setDaemon(true);
            thread.start();
            LEFT.add(() -> {
                end.countDown();
                thread.join();
            });
        }
    }

    static class LeakyProcess {
        @Test
        void test() throws Exception {
            Process process = new ProcessBuilder("cat").start();
            LEFT.add(() -> {
                process.destroyForcibly();
                process.waitFor();
            });
        }
    }

    static class LeakyAround {
        @Nested
        class Inner {
            @Test
            void test() throws Exception {
                leavePipe();
            }
        }
    }
}
