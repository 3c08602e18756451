package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs both sides of the page for those who know CompletableFuture. */
class ComingFromCompletableFutureTest {

    private final List<String> out = new ArrayList<>();
    private final CompletableFuture<String> asked = new CompletableFuture<>();

    private CompletableFuture<String> askFuture() {
        return asked;
    }

    private final List<Promise<String>> questions = new ArrayList<>();

    private Promise<String> ask() {
        questions.add(Resolver.<String>cancellable().promise());
        return questions.get(0);
    }

    @Test
    void cancellationBefore() {
        CompletableFuture<String> slow = new CompletableFuture<>();
        CompletableFuture<Integer> length = slow.thenApply(String::length);
        length.cancel(false);
        out.add("slow is cancelled: " + slow.isCancelled());

        assertThat(out).containsExactly("slow is cancelled: false");
    }

    @Test
    void cancellationAfter() throws Exception {
        TestLoop.run(() -> {
            Promise<String> slow = Resolver.<String>cancellable().promise();
            Promise<Integer> length = slow.map(String::length);
            length.cancel();
            out.add("slow is cancelled: " + slow.isCancelled());
            return length.outcome();
        });

        assertThat(out).containsExactly("slow is cancelled: true");
    }

    @Test
    void timeLimitBefore() throws Exception {
        asked.complete("an answer");
        CompletableFuture<String> answer =
                askFuture().orTimeout(2, TimeUnit.SECONDS).exceptionally(error -> "no answer");

        assertThat(answer.get()).isEqualTo("an answer");
    }

    @Test
    void timeLimitAfter() throws Exception {
        TestLoop.run(() -> {
            Promise<String> answer = EventLoop.withTimeout(Duration.ofSeconds(2), () -> ask())
                    .recover(error -> Promise.of("no answer"));
            return answer.map(text -> {
                assertThat(text).isEqualTo("no answer");
                assertThat(questions).singleElement().matches(Promise::isCancelled);
                return text;
            });
        });
    }
}
