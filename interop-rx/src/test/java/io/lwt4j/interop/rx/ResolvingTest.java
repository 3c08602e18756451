package io.lwt4j.interop.rx;

import static io.lwt4j.interop.rx.RxToPromiseTest.error;
import static io.lwt4j.interop.rx.RxToPromiseTest.value;
import static io.lwt4j.interop.rx.VirtualLoop.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.sync.Scope;
import io.lwt4j.sync.Switch;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.ProtocolViolationException;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.subjects.CompletableSubject;
import io.reactivex.rxjava3.subjects.MaybeSubject;
import io.reactivex.rxjava3.subjects.SingleSubject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Emitters, subjects, observers, switches: what is neither a promise nor a source. */
class ResolvingTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");

    @Test
    void anEmitterHearsTheOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            Promise<String> promise = resolver.promise();
            TestObserver<String> single = Single.<String>create(
                            emitter -> RxJava3Bridge.resolveInto(promise, emitter))
                    .test();
            TestObserver<String> maybe = Maybe.<String>create(
                            emitter -> RxJava3Bridge.resolveInto(promise, emitter))
                    .test();
            TestObserver<Void> completable = Completable.create(
                            emitter -> RxJava3Bridge.resolveInto(promise, emitter))
                    .test();
            resolver.resolve("value");
            single.assertResult("value");
            maybe.assertResult("value");
            completable.assertResult();
        });
    }

    @Test
    void anEmitterHearsAnErrorAndOfNoValue() throws Exception {
        VirtualLoop.run(loop -> {
            Single.create(emitter -> RxJava3Bridge.resolveInto(Promise.failed(failure), emitter))
                    .test()
                    .assertError(failure);
            Maybe.create(emitter -> RxJava3Bridge.resolveInto(Promise.failed(failure), emitter))
                    .test()
                    .assertError(failure);
            Completable.create(
                            emitter -> RxJava3Bridge.resolveInto(Promise.failed(failure), emitter))
                    .test()
                    .assertError(failure);
            Maybe.create(emitter -> RxJava3Bridge.resolveInto(Promise.of(null), emitter))
                    .test()
                    .assertResult();
            Single.create(emitter -> RxJava3Bridge.resolveInto(Promise.of(null), emitter))
                    .test()
                    .assertError(NoSuchElementException.class);
        });
    }

    @Test
    void disposingOfAnEmittersSubscriberCancelsThePromiseUnlessThatIsShielded() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> cancelled = Resolver.<String>cancellable().promise();
            Single.<String>create(emitter -> RxJava3Bridge.resolveInto(cancelled, emitter))
                    .test()
                    .dispose();
            assertThat(cancelled.isCancelled()).isTrue();
            Promise<String> detached = Resolver.<String>cancellable().promise();
            Maybe.<String>create(emitter -> RxJava3Bridge.resolveInto(detached.shielded(), emitter))
                    .test()
                    .dispose();
            Completable.create(emitter -> RxJava3Bridge.resolveInto(detached.shielded(), emitter))
                    .test()
                    .dispose();
            assertThat(detached.isPending()).isTrue();
        });
    }

    @Test
    void subjectsHearTheOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            SingleSubject<String> single = SingleSubject.create();
            MaybeSubject<String> maybe = MaybeSubject.create();
            CompletableSubject completable = CompletableSubject.create();
            RxJava3Bridge.resolveInto(resolver.promise(), single);
            RxJava3Bridge.resolveInto(resolver.promise(), maybe);
            RxJava3Bridge.resolveInto(resolver.promise(), completable);
            resolver.resolve("value");
            assertThat(single.getValue()).isEqualTo("value");
            assertThat(maybe.getValue()).isEqualTo("value");
            assertThat(completable.hasComplete()).isTrue();
        });
    }

    @Test
    void anErrorForASubjectThatHasAnOutcomeIsReported() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            SingleSubject<String> subject = SingleSubject.create();
            RxJava3Bridge.resolveInto(resolver.promise(), subject);
            subject.onSuccess("first");
            resolver.reject(failure);
            assertThat(late.take()).containsExactly(failure);
        });
    }

    @Test
    void anObserverResolvesItsPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> first = Resolver.cancellable();
            Single.just("value").subscribe(RxJava3Bridge.toObserver(first));
            assertThat(value(first.promise())).isEqualTo("value");
            Resolver<String> second = Resolver.cancellable();
            Single.<String>error(failure).subscribe(RxJava3Bridge.toObserver(second));
            assertThat(error(second.promise())).isSameAs(failure);
        });
    }

    @Test
    void aSecondSignalToAnObserverIsReportedAndNeverThrown() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            SingleObserver<String> observer = RxJava3Bridge.toObserver(resolver);
            observer.onSubscribe(Disposable.empty());
            observer.onSuccess("value");
            observer.onSuccess("again");
            assertThat(late.take()).singleElement().isInstanceOf(ProtocolViolationException.class);
            observer.onError(failure);
            assertThat(late.take()).containsExactly(failure);
            assertThat(value(resolver.promise())).isEqualTo("value");
        });
    }

    @Test
    void cancellingAnObserversPromiseDisposesOfTheSourceOnce() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger disposals = new AtomicInteger();
            Resolver<String> resolver = Resolver.cancellable();
            SingleObserver<String> observer = RxJava3Bridge.toObserver(resolver);
            observer.onSubscribe(Disposable.fromAction(disposals::incrementAndGet));
            resolver.promise().cancel();
            assertThat(disposals).hasValue(1);
            observer.onError(failure);
            assertThat(late.take()).containsExactly(failure);
        });
    }

    @Test
    void anObserverOnAnotherThreadResolvesOnTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            elsewhere(() -> Single.just("value").subscribe(RxJava3Bridge.toObserver(resolver)));
            return resolver.promise().map(value -> {
                assertThat(value).isEqualTo("value");
                return true;
            });
        });
    }

    @Test
    void anObserverOfAPromiseResolvedElsewhereDisposesAndIsLate() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            SingleObserver<String> observer = RxJava3Bridge.toObserver(resolver);
            resolver.resolve("other");
            AtomicInteger disposals = new AtomicInteger();
            observer.onSubscribe(Disposable.fromAction(disposals::incrementAndGet));
            assertThat(disposals).hasValue(1);
            elsewhere(() -> observer.onError(failure));
        });
        assertThat(late.take()).containsExactly(failure);
    }

    @Test
    void anObserverOfALoopThatIsClosedIsLate() throws Exception {
        SingleObserver<String> observer = VirtualLoop.onLoopThatCloses(
                () -> RxJava3Bridge.toObserver(Resolver.<String>uncancellable()));
        observer.onError(failure);
        assertThat(late.take()).containsExactly(failure);
    }

    @Test
    void aDisposableCancelsItsPromise() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            Disposable disposable = RxJava3Bridge.toDisposable(promise);
            assertThat(disposable.isDisposed()).isFalse();
            elsewhere(disposable::dispose);
            assertThat(disposable.isDisposed()).isTrue();
            assertThat(RxJava3Bridge.toDisposable(Promise.of(1)).isDisposed()).isTrue();
            return EventLoop.pause().map(turn -> {
                assertThat(promise.isCancelled()).isTrue();
                return true;
            });
        });
    }

    @Test
    void aDisposableTurnsItsSwitchOff() throws Exception {
        VirtualLoop.runAsync(loop -> {
            AtomicInteger hooks = new AtomicInteger();
            Switch target = Switch.create();
            target.addHook(() -> {
                hooks.incrementAndGet();
                return Promise.failed(failure);
            });
            Disposable disposable = RxJava3Bridge.toDisposable(target);
            assertThat(disposable.isDisposed()).isFalse();
            elsewhere(disposable::dispose);
            disposable.dispose();
            return EventLoop.pause().map(turn -> {
                assertThat(hooks).hasValue(1);
                assertThat(target.isOn()).isFalse();
                assertThat(loop.takeErrors()).containsExactly(failure);
                return true;
            });
        });
    }

    @Test
    void aSwitchDisposesOfWhatIsAddedToIt() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger disposals = new AtomicInteger();
            Disposable disposable = Disposable.fromAction(disposals::incrementAndGet);
            Switch target = Switch.create();
            RxJava3Bridge.addTo(target, disposable);
            assertThat(disposals).hasValue(0);
            target.turnOff();
            assertThat(disposals).hasValue(1);
            RxJava3Bridge.addTo(target, Disposable.fromAction(disposals::incrementAndGet));
            assertThat(disposals).hasValue(2);
        });
    }

    @Test
    void disposingOfAScopeCancelsWhatWasForkedThere() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> forked = Resolver.<String>cancellable().promise();
            AtomicReference<Disposable> disposable = new AtomicReference<>();
            Promise<String> result = Scope.failFast(scope -> {
                disposable.set(RxJava3Bridge.toDisposable(scope));
                return scope.fork(() -> forked);
            });
            assertThat(disposable.get().isDisposed()).isFalse();
            VirtualLoop.elsewhere(disposable.get()::dispose);
            return result.fold(value -> Promise.failed("not cancelled"), cause -> {
                assertThat(forked.isCancelled()).isTrue();
                assertThat(disposable.get().isDisposed()).isTrue();
                return Promise.unit();
            });
        });
    }
}
