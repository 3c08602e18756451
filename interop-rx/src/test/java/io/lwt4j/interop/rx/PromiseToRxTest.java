package io.lwt4j.interop.rx;

import static io.lwt4j.interop.rx.VirtualLoop.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.operators.ScalarSupplier;
import io.reactivex.rxjava3.subscribers.TestSubscriber;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

class PromiseToRxTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");

    @ParameterizedTest
    @EnumSource
    void aValueIsToldWhenItComes(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Outward.Probe probe =
                    kind.of(resolver.promise(), CancelPolicy.CANCEL).subscribe();
            probe.sawNothing();
            resolver.resolve("value");
            probe.saw(kind.expected("value"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatIsThereIsToldAtOnceAlsoAwayFromTheLoop(Outward kind) {
        Outward.Probe probe = kind.of(Promise.of("value"), CancelPolicy.CANCEL).subscribe();
        probe.saw(kind.expected("value"));
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatCameBetweenConversionAndSubscriptionIsToldAtOnce(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Outward.Source source = kind.of(resolver.promise(), CancelPolicy.CANCEL);
            resolver.resolve("value");
            source.subscribe().saw(kind.expected("value"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorIsTheVerySame(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Outward.Source source = kind.of(resolver.promise(), CancelPolicy.CANCEL);
            Outward.Probe before = source.subscribe();
            resolver.reject(failure);
            before.sawError(failure);
            source.subscribe().sawError(failure);
            kind.of(resolver.promise(), CancelPolicy.CANCEL).subscribe().sawError(failure);
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancellationFromInsideIsAnError(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            Outward.Probe probe = kind.of(promise, CancelPolicy.CANCEL).subscribe();
            promise.cancel();
            probe.sawError(CanceledException.instance());
        });
    }

    @ParameterizedTest
    @EnumSource
    void nullIsNoValueOrAnErrorWhereThereHasToBeOne(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Outward.Probe pending =
                    kind.of(resolver.promise(), CancelPolicy.CANCEL).subscribe();
            resolver.resolve(null);
            Outward.Probe known = kind.of(Promise.of(null), CancelPolicy.CANCEL).subscribe();
            for (Outward.Probe probe : List.of(pending, known)) {
                if (kind == Outward.SINGLE) {
                    probe.sawError(NoSuchElementException.class);
                    probe.seen().assertError(error -> error.getMessage().contains("toMaybe"));
                } else {
                    probe.saw();
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void nothingStartsBeforeTheSubscription(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<String> calls = new ArrayList<>();
            Outward.Source source = kind.defer(EventLoop.current(), () -> {
                calls.add("called");
                return Promise.of("value");
            });
            assertThat(calls).isEmpty();
            source.subscribe().saw(kind.expected("value"));
            source.subscribe().saw(kind.expected("value"));
            assertThat(calls).hasSize(2);
        });
    }

    @ParameterizedTest
    @EnumSource
    void disposingDoesWhatThePolicySays(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> cancelled = Resolver.<String>cancellable().promise();
            kind.of(cancelled, CancelPolicy.CANCEL).subscribe().dispose();
            assertThat(cancelled.isCancelled()).isTrue();

            Promise<String> detached = Resolver.<String>cancellable().promise();
            kind.of(detached, CancelPolicy.DETACH).subscribe().dispose();
            assertThat(detached.isPending()).isTrue();

            Promise<String> counted = Resolver.<String>cancellable().promise();
            Outward.Source shared = kind.of(counted, CancelPolicy.REFCOUNT);
            Outward.Probe first = shared.subscribe();
            Outward.Probe second = shared.subscribe();
            first.dispose();
            first.dispose();
            assertThat(counted.isPending()).isTrue();
            second.dispose();
            assertThat(counted.isCancelled()).isTrue();
            first.sawNothing();
            second.sawNothing();
        });
    }

    @ParameterizedTest
    @EnumSource
    void afterDisposalNothingIsTold(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.uncancellable();
            Outward.Source source = kind.of(resolver.promise(), CancelPolicy.CANCEL);
            Outward.Probe disposed = source.subscribe();
            Outward.Probe other = source.subscribe();
            disposed.dispose();
            resolver.resolve("value");
            disposed.sawNothing();
            other.saw(kind.expected("value"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void disposingAfterTheOutcomeHasNoEffect(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<String> cancels = new ArrayList<>();
            Resolver<String> resolver = Resolver.cancellable();
            resolver.promise().onCancel(() -> cancels.add("cancelled"));
            Outward.Probe probe =
                    kind.of(resolver.promise(), CancelPolicy.CANCEL).subscribe();
            resolver.resolve("value");
            probe.dispose();
            probe.saw(kind.expected("value"));
            assertThat(cancels).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void subscribersOnOtherThreadsAreToldOnTheLoop(Outward kind) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Outward.Source source = kind.of(resolver.promise(), CancelPolicy.CANCEL);
            AtomicReference<Outward.Probe> probe = new AtomicReference<>();
            elsewhere(() -> {
                probe.set(source.subscribe());
                resolver.resolve("value");
            });
            probe.get().sawNothing();
            return EventLoop.pause().map(turn -> {
                probe.get().saw(kind.expected("value"));
                return true;
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void disposingOnAnotherThreadCancelsOnTheLoop(Outward kind) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            Outward.Probe probe = kind.of(promise, CancelPolicy.CANCEL).subscribe();
            elsewhere(probe::dispose);
            assertThat(promise.isPending()).isTrue();
            return EventLoop.pause().map(turn -> {
                assertThat(promise.isCancelled()).isTrue();
                probe.sawNothing();
                return true;
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheLoopIsToldToAllWhoWait(Outward kind) throws Exception {
        List<Outward.Probe> probes = new ArrayList<>();
        Outward.Source source = VirtualLoop.onLoopThatCloses(() -> {
            Outward.Source made =
                    kind.of(Resolver.<String>uncancellable().promise(), CancelPolicy.CANCEL);
            probes.add(made.subscribe());
            probes.add(made.subscribe());
            return made;
        });
        probes.add(source.subscribe());
        probes.forEach(probe -> probe.sawError(RejectedExecutionException.class));
    }

    @ParameterizedTest
    @EnumSource
    void aDeferredPromiseOfALoopThatIsClosedIsRefused(Outward kind) throws Exception {
        Outward.Source source =
                VirtualLoop.onLoopThatCloses(() -> kind.defer(EventLoop.current(), () -> {
                    throw new AssertionError("called");
                }));
        source.subscribe().sawError(RejectedExecutionException.class);
    }

    @ParameterizedTest
    @EnumSource
    void whatASupplierThrowsIsTheError(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException thrown = new IllegalStateException("thrown");
            kind.defer(EventLoop.current(), () -> {
                        throw thrown;
                    })
                    .subscribe()
                    .sawError(thrown);
            kind.defer(EventLoop.current(), () -> null)
                    .subscribe()
                    .sawError(NullPointerException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aDeferredPromiseIsCancelledByItsSubscriber(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<String>> made = new ArrayList<>();
            Outward.Source source = kind.defer(EventLoop.current(), () -> {
                made.add(Resolver.<String>cancellable().promise());
                return made.get(made.size() - 1);
            });
            Outward.Probe first = source.subscribe();
            source.subscribe();
            first.dispose();
            assertThat(made.get(0).isCancelled()).isTrue();
            assertThat(made.get(1).isPending()).isTrue();
            made.get(1).cancel();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aSupplierIsNotCalledForWhoHasDisposedBefore(Outward kind) throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<String> calls = new ArrayList<>();
            Outward.Source source = kind.defer(EventLoop.current(), () -> {
                calls.add("called");
                return Promise.of("value");
            });
            elsewhere(() -> source.subscribe().dispose());
            return EventLoop.pause().map(turn -> {
                assertThat(calls).isEmpty();
                return true;
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfADeferredPromiseAfterDisposalIsReportedOnce(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.uncancellable();
            Outward.Probe probe =
                    kind.defer(EventLoop.current(), resolver::promise).subscribe();
            probe.dispose();
            probe.dispose();
            resolver.reject(failure);
            probe.sawNothing();
            assertThat(late.take()).containsExactly(failure);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aValueOfADeferredPromiseAfterDisposalIsLetGo(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.uncancellable();
            Outward.Probe probe =
                    kind.defer(EventLoop.current(), resolver::promise).subscribe();
            probe.dispose();
            resolver.resolve("value");
            probe.sawNothing();
        });
    }

    @Test
    void constantsAreThoseOfRxJava() {
        assertThat(RxJava3Bridge.toMaybe(Promise.of(1))).isInstanceOf(ScalarSupplier.class);
        assertThat(RxJava3Bridge.toMaybe(Promise.of(null))).isInstanceOf(ScalarSupplier.class);
        assertThat(RxJava3Bridge.toFlowable(Promise.of(1))).isInstanceOf(ScalarSupplier.class);
        assertThat(RxJava3Bridge.toSingle(Promise.of(1)).getClass().getSimpleName())
                .isEqualTo("SingleJust");
        assertThat(RxJava3Bridge.toSingle(Promise.failed(failure)).getClass().getSimpleName())
                .isEqualTo("SingleError");
    }

    @Test
    void aFlowableOfAPromiseWaitsForDemand() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            TestSubscriber<String> subscriber =
                    RxJava3Bridge.toFlowable(resolver.promise()).test(0);
            resolver.resolve("value");
            subscriber.assertEmpty();
            subscriber.request(1);
            subscriber.assertResult("value");
        });
    }

    @Test
    void whoDisposesInOnSubscribeHearsNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            TestObserver<String> observer = new TestObserver<>();
            observer.dispose();
            RxJava3Bridge.toSingle(promise).subscribe(observer);
            observer.assertEmpty();
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @Test
    void whatAnObserverThrowsReachesTheLoopsHandlerAndHurtsNobodyElse() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            IllegalStateException thrown = new IllegalStateException("thrown");
            TestObserver<String> other =
                    RxJava3Bridge.toSingle(resolver.promise()).test();
            RxJava3Bridge.toSingle(resolver.promise()).subscribe(new SingleObserver<>() {
                @Override
                public void onSubscribe(Disposable disposable) {}

                @Override
                public void onSuccess(String value) {
                    throw thrown;
                }

                @Override
                public void onError(Throwable cause) {}
            });
            resolver.resolve("value");
            other.assertResult("value");
            assertThat(loop.takeErrors()).containsExactly(thrown);
        });
    }

    @Test
    void aSubscriptionIsDisposedWhenTheOutcomeIsTold() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            AtomicReference<Disposable> given = new AtomicReference<>();
            RxJava3Bridge.toMaybe(resolver.promise()).subscribe(new MaybeObserver<>() {
                @Override
                public void onSubscribe(Disposable disposable) {
                    given.set(disposable);
                    assertThat(disposable.isDisposed()).isFalse();
                }

                @Override
                public void onSuccess(String value) {
                    assertThat(given.get().isDisposed()).isTrue();
                }

                @Override
                public void onError(Throwable cause) {}

                @Override
                public void onComplete() {}
            });
            resolver.resolve("value");
            assertThat(given.get().isDisposed()).isTrue();
        });
    }
}
