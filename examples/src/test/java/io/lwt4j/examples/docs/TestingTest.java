package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.interop.reactor.LoopScheduler;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.io.Pipe;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.Backoff;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.Retry;
import io.lwt4j.sync.Pool;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.schedulers.TestScheduler;

import org.junit.jupiter.api.Test;

import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The tests that the page on testing shows. */
class TestingTest {

    @Test
    void aDayPassesAtOnce() throws Exception {
        TestLoop.run(() -> {
            long start = EventLoop.current().engine().nanoTime();
            return EventLoop.sleep(Duration.ofDays(1)).map(done -> {
                long slept = EventLoop.current().engine().nanoTime() - start;
                assertThat(Duration.ofNanos(slept)).isEqualTo(Duration.ofDays(1));
                return slept;
            });
        });
    }

    @Test
    void itIsTriedAgainAfterOneTwoAndFourSeconds() throws Exception {
        TestLoop.run(() -> {
            List<Long> seconds = new ArrayList<>();
            Promise<String> call = Retry.of(() -> {
                        seconds.add(EventLoop.current().engine().nanoTime() / 1_000_000_000);
                        return Promise.<String>failed(new IOException("refused"));
                    })
                    .backoff(Backoff.exponential(Duration.ofSeconds(1)))
                    .times(3)
                    .run();
            return call.outcome().map(outcome -> {
                assertThat(call.isRejected()).isTrue();
                assertThat(seconds).containsExactly(0L, 1L, 3L, 7L);
                return outcome;
            });
        });
    }

    @Test
    void aTestThatIsStuckSaysSo() {
        assertThatThrownBy(() -> {
                    try (EventLoop loop = EventLoop.builder()
                            .engine(new VirtualTimeEngine(Duration.ofMillis(1)))
                            .build()) {
                        loop.runUntilComplete(() -> Resolver.cancellable().promise());
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("what it waits for can never happen");
    }

    @Test
    void thePriceIsThatOfWhicheverShopAnswersFirst() throws Exception {
        TestLoop.run(() -> {
            Resolver<Integer> near = Resolver.cancellable();
            Resolver<Integer> far = Resolver.cancellable();
            Promise<Integer> price = Promise.pick(near.promise(), far.promise());

            assertThat(price.isPending()).isTrue();
            far.resolve(250);

            assertThat(price.poll()).contains(250);
            assertThat(near.promise().isCancelled()).isTrue();
            return price;
        });
    }

    @Test
    void aClientThatLeavesCancelsTheWorkOnce() throws Exception {
        TestLoop.run(() -> {
            List<String> log = new ArrayList<>();
            Resolver<String> work = Resolver.cancellable();
            work.promise().onCancel(() -> log.add("cancelled"));
            Promise<String> request = work.promise().eventually(() -> {
                log.add("closed");
                return Promise.unit();
            });

            request.cancel();
            request.cancel();

            assertThat(log).containsExactly("cancelled", "closed");
            assertThat(request.isCancelled()).isTrue();
            return Promise.unit();
        });
    }

    @Test
    void aRejectionThatIsDroppedFailsTheTest() {
        assertThatThrownBy(() -> TestLoop.run(() -> {
                    Promise.of("seven").map(Integer::parseInt);
                    return Promise.unit();
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seven");
    }

    @Test
    void everyConnectionComesBack() throws Exception {
        TestLoop.run(() -> {
            Pool<String> pool =
                    Pool.builder(() -> Promise.of("connection")).max(1).build();
            Promise<Integer> failing = pool.use(c -> Promise.failed(new IOException("broken")));
            Promise<Integer> cancelled = pool.use(c -> EventLoop.pause().map(done -> 1));
            cancelled.cancel();

            assertThat(failing.isRejected()).isTrue();
            assertThat(pool.idle()).isEqualTo(pool.size());
            assertThat(pool.waiting()).isZero();
            return failing.outcome();
        });
    }

    /** What is to be tested: a handler of connections. */
    private static Promise<Void> shout(InputChannel input, OutputChannel output) {
        return input.forEachLine(line -> output.writeLine(line.toUpperCase(Locale.ROOT)));
    }

    @Test
    void theHandlerShoutsBack() throws Exception {
        TestLoop.run(() -> {
            Pipe there = Pipe.open();
            Pipe back = Pipe.open();
            Promise<Void> handler = shout(there.input(), back.output());

            return there.output()
                    .writeLine("hello")
                    .flatMap(sent -> back.input().readLine())
                    .map(line -> assertThat(line).isEqualTo(Optional.of("HELLO")))
                    .flatMap(seen -> there.output().close())
                    .flatMap(closed -> handler);
        });
    }

    @Test
    void elementsArePushedByHand() throws Exception {
        TestLoop.run(() -> {
            PullStream.Pushed<Integer> numbers = PullStream.push();
            Promise<List<Integer>> squares = numbers.stream().map(n -> n * n).toList();

            numbers.writer().push(2);
            numbers.writer().push(3);
            assertThat(squares.isPending()).isTrue();
            numbers.writer().end();

            assertThat(squares.poll()).contains(List.of(4, 9));
            return squares;
        });
    }

    @Test
    void aSignalNeedsNoLoop() {
        Var<Integer> net = Var.of(100);
        Signal<Integer> gross = net.signal().map(n -> n * 120 / 100);

        net.set(200);

        assertThat(gross.get()).isEqualTo(240);
    }

    @Test
    void virtualTimeOfReactor() {
        StepVerifier.withVirtualTime(() -> {
                    EventLoop loop = EventLoop.builder()
                            .host(LoopScheduler.host(VirtualTimeScheduler.get()))
                            .build();
                    return ReactorBridge.deferMono(
                            loop, () -> EventLoop.sleep(Duration.ofHours(1)).map(done -> "late"));
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofMinutes(59))
                .thenAwait(Duration.ofMinutes(1))
                .expectNext("late")
                .verifyComplete();
    }

    @Test
    void virtualTimeOfRxJava() {
        TestScheduler time = new TestScheduler();
        EventLoop loop = EventLoop.builder()
                .host(io.lwt4j.interop.rx.LoopScheduler.host(time))
                .build();
        Single<String> single = RxJava3Bridge.deferSingle(
                loop, () -> EventLoop.sleep(Duration.ofHours(1)).map(done -> "late"));

        TestObserver<String> observer = single.test();
        time.advanceTimeBy(59, TimeUnit.MINUTES);
        observer.assertEmpty();
        time.advanceTimeBy(1, TimeUnit.MINUTES);
        observer.assertResult("late");
    }

    @Test
    void theSnippetsOfThePageAreTheseTestsAndTheirLoop() throws Exception {
        Path folder = Path.of("src/test/java/io/lwt4j/examples/docs");
        String sources = Page.squeezed(Files.readString(folder.resolve("TestingTest.java"))
                + Files.readString(folder.resolve("TestLoop.java")));
        assertThat(Page.of("testing").blocks("java"))
                .hasSizeGreaterThan(9)
                .allSatisfy(snippet -> assertThat(sources).contains(Page.squeezed(snippet)));
    }
}
