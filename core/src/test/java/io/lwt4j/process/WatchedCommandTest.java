package io.lwt4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Commands whose pipes the engine watches. */
class WatchedCommandTest extends CommandContractTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void thePipesAreFoundAlsoWhileOthersOpenAndCloseDescriptors() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> others = CompletableFuture.runAsync(() -> disturb(over));
        int found = 0;
        for (int i = 0; i < 200; i++) {
            List<PipeFinder.Found> pipes = PipeFinder.open(List.of(i % 2 == 0, true, false));
            for (PipeFinder.Found pipe : pipes == null ? List.<PipeFinder.Found>of() : pipes) {
                found++;
                assertThat(connects(pipe)).isTrue();
                pipe.close();
            }
        }
        over.set(true);
        others.join();
        assertThat(found).isPositive();
    }

    /** Whether what is written by the name of the one end comes out at the other one. */
    private static boolean connects(PipeFinder.Found pipe) throws IOException {
        try (var out = new java.io.FileOutputStream(pipe.sink());
                var in = new java.io.FileInputStream(pipe.source())) {
            out.write(42);
            pipe.pipe().source().configureBlocking(true);
            java.nio.ByteBuffer one = java.nio.ByteBuffer.allocate(1);
            pipe.pipe().source().read(one);
            pipe.pipe().sink().configureBlocking(true);
            pipe.pipe().sink().write(one.flip());
            return one.get(0) == 42 && in.read() == 42;
        }
    }

    /** Leaves the numbers of files to pipes that are opened by others, and opens one itself. */
    private static void disturb(AtomicBoolean over) {
        try {
            while (!over.get()) {
                try (var first = new java.io.FileInputStream("/dev/null");
                        var second = new java.io.FileInputStream("/dev/null")) {
                    assertThat(first.read() + second.read()).isNegative();
                }
                Pipe pipe = Pipe.open();
                pipe.source().configureBlocking(false);
                pipe.sink().configureBlocking(false);
                pipe.sink().close();
                pipe.source().close();
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
