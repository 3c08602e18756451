package io.lwt4j.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Clean-up in the loop. */
class CleanupTest {

    /** Reachable as long as the test runs. */
    private final Object kept = new Object();

    private final List<String> trace = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    private void run(java.util.concurrent.Callable<? extends Promise<?>> test) throws Exception {
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> test.call().map(done -> true));
        }
    }

    private Promise<?> log(String line) {
        assertThat(EventLoop.isLoopThread()).isTrue();
        trace.add(line);
        return Promise.unit();
    }

    private static Promise<?> collectUntil(java.util.concurrent.Callable<Boolean> condition) {
        System.gc();
        return EventLoop.pause()
                .<Object>flatMap(x -> condition.call() ? Promise.unit() : collectUntil(condition));
    }

    @Test
    void theActionRunsInTheLoopWhenTheObjectIsGarbage() throws Exception {
        run(() -> {
            Cleanup.whenGarbage(kept, () -> log("kept"));
            Cleanup.whenGarbage(new Object(), () -> log("dropped"));
            return collectUntil(() -> !trace.isEmpty());
        });
        // The loop has ended before the other object is garbage.
        assertThat(trace).containsExactly("dropped");
        assertThat(errors).isEmpty();
    }

    @Test
    void theActionRunsAtTheLatestWhenTheLoopEnds() throws Exception {
        run(() -> {
            Cleanup.whenGarbageOrExit(kept, () -> log("kept"));
            Cleanup.whenGarbageOrExit(new Object(), () -> log("dropped"));
            return collectUntil(() -> !trace.isEmpty());
        });
        assertThat(trace).containsExactly("dropped", "kept");
    }

    @Test
    void anActionThatIsTakenBackDoesNotRun() throws Exception {
        run(() -> {
            Cleanup.Registration registration =
                    Cleanup.whenGarbageOrExit(new Object(), () -> log("taken back"));
            registration.close();
            registration.close();
            Cleanup.whenGarbage(new Object(), () -> log("later"));
            return collectUntil(() -> !trace.isEmpty());
        });
        assertThat(trace).containsExactly("later");
    }

    @Test
    void aFailureReachesTheHandler() throws Exception {
        IllegalStateException error = new IllegalStateException("of the action");
        run(() -> {
            Cleanup.whenGarbage(new Object(), () -> {
                throw error;
            });
            return collectUntil(() -> !errors.isEmpty());
        });
        assertThat(errors).containsExactly(error);
    }

    @Test
    void withoutALoopNothingIsRegistered() {
        assertThatThrownBy(() -> Cleanup.whenGarbage(new Object(), Promise::unit))
                .isInstanceOf(LoopThreadException.class);
    }
}
