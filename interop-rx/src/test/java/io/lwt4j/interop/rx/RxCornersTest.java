package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.sync.Switch;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.subjects.PublishSubject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Sources that misbehave, errors that are fatal, several loops, and the newest element. */
final class RxCornersTest {

    private static final PromiseLocal<String> WHO = PromiseLocal.create();

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final RuntimeException failure = new RuntimeException("failure");

    private static EventLoop loop(List<Throwable> errors) {
        return EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build();
    }

    @Test
    void aPromiseMadeForASubscriberOnAnotherLoopHasTheValuesOfThat() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        try (EventLoop home = loop(new ArrayList<>());
                EventLoop other = loop(new ArrayList<>())) {
            Single<String> single = home.runUntilComplete(() -> WHO.with(
                    "the conversion",
                    () -> Promise.of(RxJava3Bridge.deferSingle(() -> {
                        seen.set(WHO.get());
                        return Promise.of("value");
                    }))));
            other.runUntilComplete(() -> WHO.with("the subscriber", () -> {
                single.subscribe(new TestObserver<>());
                return Promise.unit();
            }));
            home.runUntilComplete(EventLoop::pause);
            assertThat(seen).hasValue("the subscriber");
            VirtualLoop.elsewhere(() -> single.subscribe(new TestObserver<>()));
            home.runUntilComplete(EventLoop::pause);
            assertThat(seen).hasValue("the conversion");
        }
    }

    @Test
    void aSingleThatEmitsNullDoesNotFulfilThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = RxJava3Bridge.toPromise(new Single<String>() {
                @Override
                @SuppressWarnings("NullArgumentForNonNullParameter") // that is the point
                protected void subscribeActual(SingleObserver<? super String> observer) {
                    observer.onSubscribe(Disposable.empty());
                    observer.onSuccess(null);
                }
            });
            assertThat(RxToPromiseTest.error(promise)).isInstanceOf(NullPointerException.class);
        });
    }

    @Test
    void aSourceThatThrowsAFatalErrorIsDisposedOf() throws Exception {
        LinkageError fatal = new LinkageError("fatal");
        AtomicInteger disposals = new AtomicInteger();
        try (EventLoop loop = loop(new ArrayList<>())) {
            assertThatThrownBy(() -> loop.runUntilComplete(() -> {
                        RxJava3Bridge.toPromise(new Single<String>() {
                            @Override
                            protected void subscribeActual(
                                    SingleObserver<? super String> observer) {
                                observer.onSubscribe(
                                        Disposable.fromAction(disposals::incrementAndGet));
                                throw fatal;
                            }
                        });
                        return Promise.unit();
                    }))
                    .isSameAs(fatal);
        }
        assertThat(disposals).hasValue(1);
    }

    @Test
    void theErrorOfAHookOfASwitchReachesTheLoopsHandler() throws Exception {
        VirtualLoop.run(loop -> {
            Switch toggle = Switch.create();
            toggle.addHook(() -> Promise.failed(failure));
            RxJava3Bridge.toDisposable(toggle).dispose();
            assertThat(loop.takeErrors()).containsExactly(failure);
        });
    }

    @Test
    void aRejectionByAnObserverThatNobodyLooksAtReachesTheLoopsHandler() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = loop(errors)) {
            loop.runUntilComplete(() -> {
                SingleObserver<String> observer =
                        RxJava3Bridge.toObserver(Resolver.<String>cancellable());
                observer.onSubscribe(Disposable.empty());
                observer.onError(failure);
                return Promise.unit();
            });
            for (int i = 0; i < 100 && errors.isEmpty(); i++) {
                // It is told when the rejection, at which nobody can look, is collected.
                System.gc();
                loop.runUntilComplete(EventLoop::pause);
            }
        }
        assertThat(errors).containsExactly(failure);
    }

    @Test
    void theNewestElementComesLastHoweverRequestsAndElementsMeet() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                PublishSubject<Integer> source = PublishSubject.create();
                Newest newest = new Newest();
                new DemandedObservable<>(source, DemandedObservable.Kind.LATEST).subscribe(newest);
                Future<?> elements = threads.submit(() -> {
                    for (int i = 1; i <= 50; i++) {
                        source.onNext(i);
                    }
                    source.onComplete();
                });
                Future<?> requests = threads.submit(() -> {
                    while (newest.ends.get() == 0) {
                        newest.asked.incrementAndGet();
                        newest.subscription.request(1);
                    }
                });
                elements.get(60, TimeUnit.SECONDS);
                requests.get(60, TimeUnit.SECONDS);
                assertThat(newest.mistakes).isEmpty();
                assertThat(newest.last).isEqualTo(50);
                assertThat(newest.ends).hasValue(1);
            }
        } finally {
            threads.shutdown();
        }
    }

    /** Notes what must not be. */
    private static final class Newest implements Flow.Subscriber<Integer> {

        private final List<String> mistakes = new ArrayList<>();
        private final AtomicLong asked = new AtomicLong();
        private final AtomicInteger ends = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        private volatile Flow.Subscription subscription;
        private volatile int last;
        private long told;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Integer element) {
            if (inside.getAndIncrement() != 0 || ends.get() != 0 || element <= last) {
                mistakes.add(element + " after " + last);
            }
            if (++told > asked.get()) {
                mistakes.add(element + " was not asked for");
            }
            last = element;
            inside.decrementAndGet();
        }

        @Override
        public void onError(Throwable cause) {
            mistakes.add(cause.toString());
        }

        @Override
        public void onComplete() {
            ends.incrementAndGet();
        }
    }
}
