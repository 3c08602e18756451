package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/** The bridge at the worst time: threads that meet, and a loop that is being closed. */
class BridgeEdgeTest {

    /** A subscriber that writes down what it is told. */
    private static class Told<T> implements Flow.Subscriber<T> {

        final List<Object> signals = new ArrayList<>();
        Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(T element) {
            signals.add(element);
        }

        @Override
        public void onError(Throwable cause) {
            signals.add(cause);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    @Test
    void aSubscriberOnItsWayToTheLoopCounts() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> promise = Resolver.<Integer>cancellable().promise();
            Flow.Publisher<Integer> publisher = promise.asPublisher(CancelPolicy.REFCOUNT);
            Told<Integer> here = new Told<>();
            publisher.subscribe(here);
            Told<Integer> elsewhere = new Told<>();
            CompletableFuture.runAsync(() -> publisher.subscribe(elsewhere)).join();

            here.subscription.cancel();
            assertThat(promise.isPending()).isTrue();

            elsewhere.subscription.cancel();
            EventLoop.pause()
                    .onSuccess(later -> assertThat(promise.isCancelled()).isTrue());
        });
    }

    @Test
    void aRequestThatTheLoopDropsAsItClosesIsStillMet() throws Exception {
        EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(t -> {})
                .build();
        Told<Integer> told = new Told<>();
        Resolver<Integer> resolver = loop.runUntilComplete(() -> {
            Resolver<Integer> made = Resolver.cancellable();
            made.promise().asPublisher().subscribe(told);
            made.resolve(1);
            return Promise.of(made);
        });
        assertThat(resolver.promise().poll()).contains(1);
        loop.execute(() -> {
            throw new LinkageError("a fatal error, after which nothing runs");
        });
        told.subscription.request(1);
        assertThatThrownBy(loop::close).isInstanceOf(LinkageError.class);
        assertThat(told.signals).containsExactly(1, "complete");
    }

    @Test
    @Timeout(20)
    void aHandlerOfWhatIsDroppedMayWaitForTheLoop() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            Told<Integer> unused = new Told<>();
            List<Object> dropped = new ArrayList<>();
            CompletableFuture<Promise<?>> promised = new CompletableFuture<>();
            CompletableFuture<Flow.Subscriber<? super Integer>> subscriber =
                    new CompletableFuture<>();
            DropHandler<Integer> handler = new DropHandler<>() {
                @Override
                public void element(Integer element) {
                    dropped.add(element);
                    if (!loop.isCurrent()) {
                        loop.submit(() -> {
                                    promised.join().cancel();
                                    return Promise.unit();
                                })
                                .join();
                    }
                }

                @Override
                public void error(Throwable cause) {
                    dropped.add(cause);
                }
            };
            loop.submit(() -> {
                        promised.complete(Publishers.last(
                                s -> {
                                    subscriber.complete(s);
                                    s.onSubscribe(new Flow.Subscription() {
                                        @Override
                                        public void request(long n) {}

                                        @Override
                                        public void cancel() {}
                                    });
                                },
                                handler));
                        return Promise.unit();
                    })
                    .join();
            subscriber.join().onNext(1);
            subscriber.join().onNext(2);
            loop.submit(Promise::unit).join();
            assertThat(dropped).containsExactly(1, 2);
            assertThat(unused.signals).isEmpty();
        }
    }

    /** A subscription that counts the ends it is told. */
    private static final class Ends extends PromiseSubscription<Integer> {

        final AtomicInteger count = new AtomicInteger();

        @Override
        protected void next(Integer element) {}

        @Override
        protected void complete() {
            count.incrementAndGet();
        }

        @Override
        protected void error(Throwable cause) {
            count.incrementAndGet();
        }

        void begin(PromiseOutlet<Integer> outlet) {
            follow(outlet);
        }
    }

    @Test
    void whoAsksForNothingAsTheValueComesHearsOneEnd() throws Exception {
        PromiseOutlet<Integer> outlet = new PromiseOutlet<>(Promise.of(1), CancelPolicy.DETACH);
        int rounds = 300_000;
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Ends[] current = {new Ends()};
        Thread other = new Thread(() -> {
            for (int round = 1; round <= rounds; round++) {
                while (begun.get() < round) {
                    Thread.onSpinWait();
                }
                current[0].request(-1);
                done.set(round);
            }
        });
        other.start();
        int wrong = 0;
        for (int round = 1; round <= rounds; round++) {
            Ends one = new Ends();
            one.request(1);
            current[0] = one;
            begun.set(round);
            one.begin(outlet);
            while (done.get() < round) {
                Thread.onSpinWait();
            }
            wrong += one.count.get() == 1 ? 0 : 1;
        }
        other.join();
        assertThat(wrong).isZero();
    }

    @Test
    void anExecutorIsNotTerminatedAsLongAsItsTasksRun() throws Exception {
        EventLoop loop = EventLoop.builder().engine(new VirtualTimeEngine()).build();
        ScheduledExecutorService executor = loop.asExecutor();
        List<Boolean> seen = new ArrayList<>();
        executor.execute(() -> seen.add(executor.isTerminated()));
        loop.runUntilComplete(() -> {
            loop.onClose(() -> seen.add(executor.isTerminated()));
            return Promise.unit();
        });
        loop.close();
        seen.add(executor.isTerminated());
        assertThat(seen).containsExactly(false, false, true);
    }

    @Test
    void aFatalErrorOfATaskLeavesTheLoop() throws Exception {
        EventLoop loop = EventLoop.builder().engine(new VirtualTimeEngine()).build();
        LinkageError fatal = new LinkageError("fatal");
        var future = loop.asExecutor().submit(() -> {
            throw fatal;
        });
        assertThatThrownBy(() -> loop.runUntilComplete(EventLoop::pause)).isSameAs(fatal);
        assertThatThrownBy(future::get).hasCause(fatal);
        loop.close();
    }
}
