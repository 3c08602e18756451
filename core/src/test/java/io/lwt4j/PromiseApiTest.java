package io.lwt4j;

import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.Engine;
import io.lwt4j.engine.VirtualTimeEngine;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What each small function of the promise core is for; its finer points are in the rules tests. */
final class PromiseApiTest {

    private final Exception error = new Exception("error");

    /* ---- Resolved promises ---- */

    @Test
    void aPromiseIsMadeOfAValueOrOfAnError() {
        assertThat(Promise.of("v").state()).isEqualTo(fulfilled("v"));
        assertThat(Promise.<@Nullable String>of(null).state()).isEqualTo(fulfilled(null));
        assertThat(Promise.failed(error).state()).isEqualTo(rejected(error));
    }

    @Test
    void theConstantPromisesAreAlwaysTheSame() {
        assertThat(Promise.unit()).isSameAs(Promise.unit());
        assertThat(Promise.unit().state()).isEqualTo(fulfilled(null));
        assertThat(Promise.ofTrue()).isSameAs(Promise.ofTrue());
        assertThat(Promise.ofTrue().state()).isEqualTo(fulfilled(true));
        assertThat(Promise.ofFalse()).isSameAs(Promise.ofFalse());
        assertThat(Promise.ofFalse().state()).isEqualTo(fulfilled(false));
        assertThat(Promise.emptyOptional()).isSameAs(Promise.emptyOptional());
        assertThat(Promise.emptyOptional().state()).isEqualTo(fulfilled(Optional.empty()));
        assertThat(Promise.emptyList()).isSameAs(Promise.emptyList());
        assertThat(Promise.emptyList().state()).isEqualTo(fulfilled(List.of()));
    }

    @Test
    void aMessageAloneMakesAnIllegalState() {
        assertThat(cause(Promise.failed("message")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("message");
    }

    @Test
    void anIllegalArgumentHasAPromiseOfItsOwn() {
        assertThat(cause(Promise.illegalArgument("message")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message");
    }

    @Test
    void aStateMakesAPromiseAgain() {
        assertThat(Promise.fromState(fulfilled("v")).state()).isEqualTo(fulfilled("v"));
        assertThat(Promise.fromState(rejected(error)).state()).isEqualTo(rejected(error));
        assertThatThrownBy(() -> Promise.fromState(pending()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Throwable cause(Promise<?> promise) {
        return ((Promise.State.Rejected<?>) promise.state()).cause();
    }

    /* ---- Plain code ---- */

    @Test
    void wrapMakesAPromiseOfWhatPlainCodeReturnsOrThrows() {
        assertThat(Promise.wrap(() -> "v").state()).isEqualTo(fulfilled("v"));
        assertThat(Promise.wrap(() -> {
                            throw error;
                        })
                        .state())
                .isEqualTo(rejected(error));
    }

    @Test
    void liftMakesAFunctionThatReturnsAPromise() {
        Function<Integer, Promise<Integer>> reciprocal = Promise.lift(n -> 1 / n);
        assertThat(reciprocal.apply(1).state()).isEqualTo(fulfilled(1));
        assertThat(cause(reciprocal.apply(0))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void liftMakesAFunctionOfTwoArgumentsThatReturnsAPromise() {
        BiFunction<Integer, Integer, Promise<Integer>> quotient = Promise.lift((a, b) -> a / b);
        assertThat(quotient.apply(6, 3).state()).isEqualTo(fulfilled(2));
        assertThat(cause(quotient.apply(1, 0))).isInstanceOf(ArithmeticException.class);
    }

    /* ---- Continuing ---- */

    @Test
    void flatMapGoesOnWithAnotherPromise() throws Exception {
        VirtualLoop.runAsync(loop -> Promise.of(20)
                .flatMap(n -> EventLoop.pause().map(done -> n + 1))
                .flatMap(n -> Promise.of(n * 2))
                .map(n -> assertThat(n).isEqualTo(42)));
    }

    @Test
    void mapMakesAnotherValue() throws Exception {
        assertThat(Promise.of(20).map(n -> n + 1).state()).isEqualTo(fulfilled(21));
        VirtualLoop.run(loop -> {
            Resolver<Integer> resolver = Resolver.cancellable();
            Promise<Integer> next = resolver.promise().map(n -> n + 1);
            assertThat(next.state()).isEqualTo(pending());
            resolver.resolve(20);
            assertThat(next.state()).isEqualTo(fulfilled(21));
        });
    }

    /* ---- Errors as results ---- */

    @Test
    void anErrorIsHandledByItsClass() {
        Promise<String> missing = Promise.failed(new FileNotFoundException("here"));
        assertThat(missing.recover(IOException.class, e -> Promise.of("no " + e.getMessage()))
                        .state())
                .isEqualTo(fulfilled("no here"));
    }

    @Test
    void anErrorIsReplacedByAnother() {
        IOException low = new IOException("low");
        Promise<String> failed = Promise.failed(low);
        assertThat(cause(failed.recover(
                        IOException.class, e -> Promise.failed(new UncheckedIOException(e)))))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(low);
    }

    @Test
    void foldDealsWithOneSideOfAnOutcomeOnly() throws Exception {
        VirtualLoop.run(loop -> {
            CheckedFunction<String, Promise<@Nullable Void>> log = value -> {
                loop.log(value);
                return Promise.unit();
            };
            Promise<String> good = Promise.of("good");
            Promise<String> bad = Promise.failed("bad");
            assertThat(good.fold(log, e -> Promise.unit())).isSameAs(Promise.unit());
            assertThat(bad.fold(log, e -> Promise.unit())).isSameAs(Promise.unit());
            assertThat(loop.takeTrace()).containsExactly("good");
            assertThat(bad.fold(
                            value -> Promise.unit(),
                            e -> log.apply(String.valueOf(e.getMessage()))))
                    .isSameAs(Promise.unit());
            assertThat(loop.takeTrace()).containsExactly("bad");
        });
    }

    @Test
    void outcomeMakesAValueOfAnErrorAndFromStateAnErrorOfTheValue() throws Exception {
        assertThat(Promise.failed(error).outcome().state()).isEqualTo(fulfilled(rejected(error)));
        assertThat(Promise.of("v").outcome().state()).isEqualTo(fulfilled(fulfilled("v")));
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Promise<Promise.State<String>> outcome = resolver.promise().outcome();
            resolver.reject(error);
            assertThat(outcome.state()).isEqualTo(fulfilled(rejected(error)));
            assertThat(outcome.flatMap(Promise::fromState).state()).isEqualTo(rejected(error));
        });
    }

    /* ---- Several promises ---- */

    @Test
    void bothPairsOrCombinesTwoValues() {
        Promise<String> first = Promise.of("a");
        Promise<Integer> second = Promise.of(1);
        assertThat(Promise.both(first, second).state())
                .isEqualTo(fulfilled(new Promise.Both<>("a", 1)));
        assertThat(Promise.both(first, second, (a, b) -> a + b).state()).isEqualTo(fulfilled("a1"));
    }

    /* ---- Looking ---- */

    @Test
    void theQueriesOfTheStateAgree() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(error);
            Resolver<String> resolver = Resolver.cancellable();
            assertQueries(resolver.promise(), true, false, false, false);
            assertQueries(Promise.of("v"), false, true, false, false);
            assertQueries(Promise.failed(error), false, false, true, false);
            resolver.promise().cancel();
            assertQueries(resolver.promise(), false, false, true, true);
        });
    }

    private static void assertQueries(
            Promise<?> promise,
            boolean pending,
            boolean fulfilled,
            boolean rejected,
            boolean cancelled) {
        assertThat(promise.isPending()).isEqualTo(pending);
        assertThat(promise.isFulfilled()).isEqualTo(fulfilled);
        assertThat(promise.isRejected()).isEqualTo(rejected);
        assertThat(promise.isCancelled()).isEqualTo(cancelled);
    }

    @Test
    void pollReturnsTheValueIfThereIsOneAndThrowsTheError() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> never = Resolver.<String>cancellable().promise();
            assertThat(never.poll()).isEmpty();
            assertThat(Promise.of("v").poll()).contains("v");
            assertThatThrownBy(() -> Promise.failed(error).poll()).isSameAs(error);
        });
    }

    @Test
    void toHandsThePromiseToAConverter() {
        Promise<String> promise = Promise.of("v");
        assertThat(promise.<Object>to(same -> same)).isSameAs(promise);
    }

    /* ---- Resolving ---- */

    @Test
    void completeTakesTheOutcomeOfAnother() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> later = Resolver.cancellable();
            later.complete(fulfilled("v"));
            assertThat(later.promise().state()).isEqualTo(fulfilled("v"));
            Resolver<String> now = Resolver.cancellable();
            now.completeNow(rejected(error));
            assertThat(now.promise().state()).isEqualTo(rejected(error));
            assertThatThrownBy(() -> Resolver.cancellable().complete(pending()))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void tryResolveAndTryRejectSayWhetherTheyWereInTime() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(error);
            Resolver<String> resolver = Resolver.cancellable();
            assertThat(resolver.tryResolve("v")).isTrue();
            assertThat(resolver.tryResolve("w")).isFalse();
            assertThat(resolver.tryReject(error)).isFalse();
            assertThat(resolver.promise().state()).isEqualTo(fulfilled("v"));
        });
    }

    /* ---- The loop ---- */

    @Test
    void aLoopKnowsTheEngineItWasMadeWith() {
        Engine engine = new VirtualTimeEngine();
        try (EventLoop loop = EventLoop.builder().engine(engine).build()) {
            assertThat(loop.engine()).isSameAs(engine);
        }
    }

    @Test
    void timeoutIsRejectedWhenTheTimeIsOver() throws Exception {
        VirtualLoop.runAsync(loop -> Promise.pick(
                        EventLoop.timeout(Duration.ofHours(1)),
                        EventLoop.sleep(Duration.ofHours(2)).map(done -> "too late"))
                .recover(TimeoutException.class, e -> Promise.of(String.valueOf(e.getMessage())))
                .map(message -> assertThat(message).isEqualTo("no result within PT1H")));
    }

    @Test
    void closingALoopCancelsItsPauses() throws Exception {
        Promise<?> pause;
        try (EventLoop loop = EventLoop.builder().build()) {
            pause = loop.runUntilComplete(() -> Promise.<Promise<?>>of(EventLoop.pause()));
        }
        assertThat(pause.isCancelled()).isTrue();
    }
}
