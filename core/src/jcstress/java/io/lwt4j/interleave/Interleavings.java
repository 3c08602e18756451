package io.lwt4j.interleave;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.lwt4j.CancelPolicy;
import io.lwt4j.DropHandler;
import io.lwt4j.Promise;
import io.lwt4j.PromiseOutlet;
import io.lwt4j.PromiseSubscription;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What threads do to one another where lwt4j lets them meet, under jcstress, which reorders memory
 * as far as the machine may. What is not listed as an outcome is forbidden.
 */
public final class Interleavings {

    private Interleavings() {}

    /** A task is run once, also if it comes while the loop is falling asleep. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "run once")
    @State
    public static class PostAgainstTurn {

        private final Home home = new Home();
        private final AtomicInteger runs = new AtomicInteger();

        public PostAgainstTurn() {
            home.loop.execute(() -> {});
        }

        @Actor
        public void post() {
            home.loop.execute(runs::incrementAndGet);
        }

        @Actor
        public void turn() {
            home.runTurns();
        }

        @Arbiter
        public void result(I_Result result) {
            home.runTurns();
            result.r1 = runs.get();
        }
    }

    /** What a task sees is what was written before it was posted. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "both run, and see what was written")
    @State
    public static class TwoPosts {

        private final Home home = new Home();
        private int first;
        private int second;
        private int seenFirst;
        private int seenSecond;

        @Actor
        public void one() {
            first = 1;
            home.loop.execute(() -> seenFirst = first);
        }

        @Actor
        public void two() {
            second = 2;
            home.loop.execute(() -> seenSecond = second);
        }

        @Arbiter
        public void result(II_Result result) {
            home.runTurns();
            result.r1 = seenFirst;
            result.r2 = seenSecond;
        }
    }

    /** A task is run or refused, whoever closes the loop meanwhile. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "run, or refused")
    @State
    public static class PostAgainstClose {

        private final Home home = new Home();
        private final AtomicInteger runs = new AtomicInteger();
        private int refusals;

        @Actor
        public void post() {
            try {
                home.loop.execute(runs::incrementAndGet);
            } catch (RejectedExecutionException e) {
                refusals++;
            }
        }

        @Actor
        public void close() {
            home.loop.close();
        }

        @Arbiter
        public void result(II_Result result) {
            home.runTurns();
            result.r1 = runs.get();
            result.r2 = refusals;
        }
    }

    /** One of two resolutions wins; the handler of the loop hears of the other. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "2, 1"},
            expect = ACCEPTABLE,
            desc = "one value, one complaint")
    @State
    public static class TwoResolutions {

        private final Home home = new Home();
        private final Resolver<Integer> resolver = Resolver.uncancellable(home.loop);

        @Actor
        public void one() {
            resolver.resolve(1);
        }

        @Actor
        public void two() {
            resolver.resolve(2);
        }

        @Arbiter
        public void result(II_Result result) {
            home.runTurns();
            result.r1 = value(resolver.promise());
            result.r2 = home.unhandled.get();
        }
    }

    /** A promise is resolved or cancelled, and nobody complains of the other. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "-1, 0"},
            expect = ACCEPTABLE,
            desc = "a value, or cancelled")
    @State
    public static class ResolutionAgainstCancellation {

        private final Home home = new Home();
        private final Resolver<Integer> resolver = Resolver.cancellable(home.loop);

        @Actor
        public void resolve() {
            resolver.resolve(1);
        }

        @Actor
        public void cancel() {
            resolver.promise().cancel();
        }

        @Arbiter
        public void result(II_Result result) {
            home.runTurns();
            result.r1 = value(resolver.promise());
            result.r2 = home.unhandled.get();
        }
    }

    /** Who sees a promise fulfilled on another thread sees its value whole. */
    @JCStressTest
    @Outcome(
            id = {"0", "42"},
            expect = ACCEPTABLE,
            desc = "not yet, or the value")
    @State
    public static class ValueSeenElsewhere {

        private static final class Box {
            int content = 42;
        }

        private final Home home = new Home();
        private final Resolver<Box> resolver = Resolver.uncancellable(home.loop);

        @Actor
        public void resolve() {
            resolver.resolve(new Box());
            home.runTurns();
        }

        @Actor
        public void look(I_Result result) {
            result.r1 = resolver.promise().state() instanceof Promise.State.Fulfilled<Box> seen
                    ? seen.value().content
                    : 0;
        }
    }

    private static int value(Promise<Integer> promise) {
        return promise.state() instanceof Promise.State.Fulfilled<Integer> fulfilled
                ? fulfilled.value()
                : promise.isPending() ? 0 : -1;
    }

    /** What a subscriber of one value hears. */
    private static final class Asking extends PromiseSubscription<Integer> {

        final AtomicInteger elements = new AtomicInteger();
        final AtomicInteger drops = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();

        Asking begin(Promise<Integer> promise) {
            follow(new PromiseOutlet<>(promise, CancelPolicy.CANCEL));
            return this;
        }

        void tell(III_Result result) {
            result.r1 = elements.get();
            result.r2 = drops.get();
            result.r3 = ends.get();
        }

        @Override
        protected void next(Integer value) {
            elements.incrementAndGet();
        }

        @Override
        protected void complete() {
            ends.incrementAndGet();
        }

        @Override
        protected void error(Throwable cause) {
            ends.addAndGet(10);
        }

        @Override
        protected void dropped(Integer element) {
            drops.incrementAndGet();
        }

        @Override
        protected void abandoned(Promise<Integer> promise) {}
    }

    /** A value that is there is told or dropped, never both, never twice. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "1, 0, 0", "0, 1, 0"},
            expect = ACCEPTABLE,
            desc = "told or dropped")
    @State
    public static class RequestAgainstCancel {

        private final Asking asking = new Asking().begin(Promise.of(1));

        @Actor
        public void request() {
            asking.request(1);
        }

        @Actor
        public void cancel() {
            asking.cancel();
        }

        @Arbiter
        public void result(III_Result result) {
            asking.tell(result);
        }
    }

    /** Two requests get the one value once. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "told once")
    @State
    public static class TwoRequests {

        private final Home home = new Home();
        private final Resolver<Integer> resolver = Resolver.cancellable(home.loop);
        private final Asking asking = new Asking().begin(resolver.promise());

        public TwoRequests() {
            resolver.resolve(1);
        }

        @Actor
        public void one() {
            asking.request(1);
            home.runTurns();
        }

        @Actor
        public void two() {
            asking.request(1);
        }

        @Arbiter
        public void result(III_Result result) {
            home.runTurns();
            asking.tell(result);
        }
    }

    /** An element of a foreign thread is read or dropped when its reader closes the stream. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "read, or dropped")
    @State
    public static class ElementAgainstClose {

        private final Home home = new Home();
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger drops = new AtomicInteger();
        private Flow.Subscriber<? super Integer> subscriber;
        private PullStream<Integer> stream;

        public ElementAgainstClose() {
            home.loop.execute(() -> {
                stream = PullStream.from(
                        given -> {
                            subscriber = given;
                            given.onSubscribe(new Flow.Subscription() {
                                @Override
                                public void request(long n) {}

                                @Override
                                public void cancel() {}
                            });
                        },
                        4,
                        new DropHandler<Integer>() {
                            @Override
                            public void element(Integer element) {
                                drops.incrementAndGet();
                            }

                            @Override
                            public void error(Throwable cause) {}
                        });
                stream.next().onSuccess(element -> reads.incrementAndGet());
            });
            home.runTurns();
        }

        @Actor
        public void element() {
            subscriber.onNext(1);
        }

        @Actor
        public void close() {
            home.loop.execute(() -> stream.close());
            home.runTurns();
        }

        @Arbiter
        public void result(II_Result result) {
            home.runTurns();
            result.r1 = reads.get();
            result.r2 = drops.get();
        }
    }
}
