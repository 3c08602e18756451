package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that do things at the same time; whatever the order, the outcome is one of a few. */
class StressTest {

    private static final int ROUNDS = 2_000;

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");
    private final Random random = new Random(5);
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final EventLoop loop = EventLoop.builder()
            .name("stressed")
            .uncaughtHandler(error -> {
                throw new AssertionError(error);
            })
            .start();

    @AfterEach
    void stop() {
        loop.close();
        threads.shutdownNow();
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Runs all at the same time, in an order and at distances that chance decides. */
    private void atOnce(Action... actions) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(actions.length);
        List<Future<?>> ends = new ArrayList<>();
        for (Action action : actions) {
            int spins = random.nextInt(200);
            ends.add(threads.submit(() -> {
                barrier.await();
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                action.run();
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get(60, TimeUnit.SECONDS);
        }
        settle();
    }

    /** Waits until the loop has done what it was told so far. */
    private void settle() throws Exception {
        loop.submit(EventLoop::pause).get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void aValueAndADisposalEndInOneOrTheOther(Outward kind) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Resolver<String> resolver = Resolver.cancellable(loop);
            AtomicInteger cancels = new AtomicInteger();
            loop.execute(() -> resolver.promise().onCancel(cancels::incrementAndGet));
            Outward.Source source = kind.of(resolver.promise(), CancelPolicy.CANCEL);
            Outward.Probe probe = source.subscribe();
            atOnce(() -> resolver.resolve("value"), probe::dispose);
            if (cancels.get() == 1) {
                probe.sawNothing();
            } else {
                assertThat(cancels).hasValue(0);
                assertThat(resolver.promise().isFulfilled()).isTrue();
                assertThat(probe.seen().values()).hasSizeLessThanOrEqualTo(1);
                probe.seen().assertNoErrors();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscriptionsAndAValueMeet(Outward kind) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Resolver<String> resolver = Resolver.cancellable(loop);
            Outward.Source source = kind.of(resolver.promise(), CancelPolicy.DETACH);
            Outward.Probe[] probes = new Outward.Probe[2];
            atOnce(
                    () -> probes[0] = source.subscribe(),
                    () -> {
                        probes[1] = source.subscribe();
                        probes[1].dispose();
                    },
                    () -> resolver.resolve("value"));
            probes[0].saw(kind.expected("value"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfADeferredPromiseIsHeardOnceByWhoeverItConcerns(Outward kind) throws Exception {
        int heard = 0;
        int reported = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Resolver<String> resolver = Resolver.uncancellable(loop);
            Outward.Probe probe = kind.defer(loop, resolver::promise).subscribe();
            settle();
            atOnce(() -> resolver.reject(failure), probe::dispose);
            List<Throwable> errors = late.take();
            boolean told = !isEmpty(probe);
            if (told) {
                probe.sawError(failure);
                assertThat(errors).isEmpty();
                heard++;
            } else {
                assertThat(errors).containsExactly(failure);
                reported++;
            }
        }
        assertThat(heard + reported).isEqualTo(ROUNDS);
    }

    private static boolean isEmpty(Outward.Probe probe) {
        try {
            probe.sawNothing();
            return true;
        } catch (AssertionError told) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSourceIsDisposedOfOrHasItsSay(Inward kind) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Inward.Manual source = new Inward.Manual();
            source.isEager = random.nextBoolean();
            Promise<?>[] promise = {null};
            loop.submit(() -> {
                        promise[0] = kind.convert(source);
                        return Promise.unit();
                    })
                    .get(60, TimeUnit.SECONDS);
            boolean fails = random.nextBoolean();
            atOnce(
                    () -> {
                        if (!source.isEager) {
                            source.accept();
                        }
                        if (fails) {
                            source.error(failure);
                        } else {
                            source.value("value");
                        }
                    },
                    () -> promise[0].cancel());
            List<Throwable> errors = late.take();
            assertThat(promise[0].isPending()).isFalse();
            assertThat(source.disposals.get()).isLessThanOrEqualTo(1);
            if (promise[0].isFulfilled()) {
                assertThat(RxToPromiseTest.value(promise[0])).isEqualTo(kind.expected("value"));
                assertThat(errors).isEmpty();
            } else if (promise[0].isCancelled()) {
                assertThat(errors).hasSize(fails ? 1 : 0);
            } else {
                assertThat(RxToPromiseTest.error(promise[0])).isSameAs(failure);
                assertThat(errors).isEmpty();
            }
        }
    }

    @Test
    void requestsAndACancellationFromSeveralThreadsKeepTheOrderAndTheDemand() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            PullStream<Integer> stream = counting();
            Flowable<Integer> flowable = loop.submit(
                            () -> Promise.of(RxJava3Bridge.toFlowable(stream)))
                    .get(60, TimeUnit.SECONDS);
            TestSubscriber<Integer> subscriber = new TestSubscriber<>(0);
            flowable.subscribe(subscriber);
            int first = random.nextInt(20) + 1;
            int second = random.nextInt(20) + 1;
            boolean cancels = random.nextBoolean();
            atOnce(() -> subscriber.request(first), () -> subscriber.request(second), () -> {
                if (cancels) {
                    subscriber.cancel();
                }
            });
            subscriber.assertNoErrors().assertNotComplete();
            List<Integer> values = subscriber.values();
            for (int n = 0; n < values.size(); n++) {
                assertThat(values.get(n)).isEqualTo(n);
            }
            if (cancels) {
                assertThat(values).hasSizeLessThanOrEqualTo(first + second);
                assertThat(stream.isClosed()).isTrue();
            } else {
                assertThat(values).hasSize(first + second);
                subscriber.cancel();
            }
        }
    }

    private static PullStream<Integer> counting() {
        int[] next = {0};
        return PullStream.fromDirect(() -> Optional.of(next[0]++));
    }

    @Test
    void anObservableOfAStreamStopsWhenItIsDisposedOf() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            PullStream<Integer> stream = counting();
            var observable = loop.submit(() -> Promise.of(RxJava3Bridge.toObservable(stream)))
                    .get(60, TimeUnit.SECONDS);
            TestObserver<Integer> observer = new TestObserver<>();
            atOnce(() -> observable.subscribe(observer), observer::dispose);
            assertThat(stream.isClosed()).isTrue();
            observer.assertNoErrors().assertNotComplete();
        }
    }

    @Test
    void noLoserOfARaceIsLeftRunning() throws Exception {
        AtomicInteger running = new AtomicInteger();
        for (int i = 0; i < ROUNDS; i++) {
            Single<Integer> slow = Single.<Integer>never()
                    .doOnSubscribe(given -> running.incrementAndGet())
                    .doOnDispose(running::decrementAndGet);
            Single<Integer> fast = Single.just(i).subscribeOn(Schedulers.computation());
            Single<Integer> race = loop.submit(
                            () -> Promise.of(RxJava3Bridge.pick(slow, fast, slow)))
                    .get(60, TimeUnit.SECONDS);
            TestObserver<Integer> observer = new TestObserver<>();
            boolean disposes = random.nextInt(4) == 0;
            race.subscribe(observer);
            if (disposes) {
                observer.dispose();
            } else {
                observer.await();
                observer.assertResult(i);
            }
        }
        settle();
        assertThat(running).hasValue(0);
    }

    @Test
    void tasksThatAreDisposedOfWhileTheyRunRunOnceAtMost() throws Exception {
        var scheduler = LoopScheduler.of(loop);
        for (int i = 0; i < ROUNDS; i++) {
            AtomicInteger runs = new AtomicInteger();
            var worker = scheduler.createWorker();
            Disposable[] task = {null};
            int micros = random.nextInt(3) * 20;
            atOnce(
                    () -> task[0] =
                            worker.schedule(runs::incrementAndGet, micros, TimeUnit.MICROSECONDS),
                    worker::dispose);
            assertThat(runs.get()).isLessThanOrEqualTo(1);
            assertThat(worker.isDisposed()).isTrue();
        }
    }
}
