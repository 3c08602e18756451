package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import java.time.Duration;
import java.util.List;

/** Runs both sides of the page for those who know Reactor. */
class ComingFromReactorTest {

    private static final Duration TOO_LONG = Duration.ofSeconds(3);

    private final List<Integer> ids = List.of(3, 1, 2);

    private static Mono<String> userMono() {
        return Mono.delay(Duration.ofSeconds(1)).map(done -> "ann");
    }

    private static Mono<List<String>> ordersMono() {
        return Mono.delay(TOO_LONG).map(done -> List.of("tea"));
    }

    private static Mono<String> loadMono(int id) {
        return Mono.delay(Duration.ofSeconds(id)).map(done -> "body " + id);
    }

    private static Promise<String> user() {
        return EventLoop.sleep(Duration.ofSeconds(1)).map(done -> "ann");
    }

    private static Promise<List<String>> orders() {
        return EventLoop.sleep(TOO_LONG).map(done -> List.of("tea"));
    }

    private static Promise<String> load(int id) {
        return EventLoop.sleep(Duration.ofSeconds(id)).map(done -> "body " + id);
    }

    @Test
    void aPageBefore() {
        StepVerifier.withVirtualTime(() -> {
                    Mono<String> page = Mono.zip(
                                    userMono(),
                                    ordersMono()
                                            .timeout(Duration.ofSeconds(2))
                                            .onErrorReturn(List.of()))
                            .map(both -> both.getT1() + " has " + both.getT2().size() + " orders");
                    return page;
                })
                .thenAwait(Duration.ofSeconds(2))
                .expectNext("ann has 0 orders")
                .verifyComplete();
    }

    @Test
    void aPageAfter() throws Exception {
        TestLoop.run(() -> {
            Promise<String> page = Promise.both(
                    user(),
                    EventLoop.withTimeout(Duration.ofSeconds(2), () -> orders())
                            .recover(error -> Promise.of(List.of())),
                    (name, orders) -> name + " has " + orders.size() + " orders");
            return page.map(text -> assertThat(text).isEqualTo("ann has 0 orders"));
        });
    }

    @Test
    void bodiesBefore() {
        StepVerifier.withVirtualTime(() -> {
                    Flux<String> bodies =
                            Flux.fromIterable(ids).flatMapSequential(id -> loadMono(id), 2);
                    return bodies;
                })
                .thenAwait(Duration.ofSeconds(6))
                .expectNext("body 3", "body 1", "body 2")
                .verifyComplete();
    }

    @Test
    void bodiesAfter() throws Exception {
        TestLoop.run(() -> {
            PullStream<String> bodies =
                    PullStream.fromIterable(ids).mapConcurrent(2, id -> load(id));
            return bodies.toList()
                    .map(list -> assertThat(list).containsExactly("body 3", "body 1", "body 2"));
        });
    }
}
