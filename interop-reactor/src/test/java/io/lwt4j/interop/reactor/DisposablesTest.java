package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.sync.Scope;
import io.lwt4j.sync.Switch;

import org.junit.jupiter.api.Test;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Cancellation and switches as disposables. */
class DisposablesTest {

    @Test
    void disposingOfAPromiseCancelsIt() throws Exception {
        Bridge.runAsync(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Disposable disposable = ReactorBridge.toDisposable(resolver.promise());
            assertThat(disposable.isDisposed()).isFalse();
            Bridge.elsewhere(disposable::dispose);
            return Bridge.turn().map(done -> {
                assertThat(resolver.promise().isCancelled()).isTrue();
                assertThat(disposable.isDisposed()).isTrue();
                disposable.dispose();
                assertThat(ReactorBridge.toDisposable(Promise.unit()).isDisposed())
                        .isTrue();
                return done;
            });
        });
    }

    @Test
    void disposingOfAPromiseOfAClosedLoopIsHarmless() throws Exception {
        AtomicReference<Disposable> disposable = new AtomicReference<>();
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> {
                disposable.set(ReactorBridge.toDisposable(
                        Resolver.<String>cancellable().promise()));
                return Promise.unit();
            });
        }
        disposable.get().dispose();
    }

    @Test
    void disposingOfASwitchTurnsItOffOnce() throws Exception {
        RuntimeException bad = new RuntimeException("bad hook");
        Bridge.runAsync(bridge -> {
            Switch toggle = Switch.create();
            AtomicInteger off = new AtomicInteger();
            toggle.addHook(() -> {
                off.incrementAndGet();
                throw bad;
            });
            toggle.addHook(() -> {
                off.incrementAndGet();
                return Promise.unit();
            });
            Disposable disposable = ReactorBridge.toDisposable(toggle);
            assertThat(disposable.isDisposed()).isFalse();
            Bridge.elsewhere(() -> {
                disposable.dispose();
                disposable.dispose();
            });
            return Bridge.turn().map(done -> {
                disposable.dispose();
                assertThat(disposable.isDisposed()).isTrue();
                assertThat(off).hasValue(2);
                assertThat(toggle.isOn()).isFalse();
                assertThat(bridge.takeErrors()).containsExactly(bad);
                return done;
            });
        });
    }

    @Test
    void aSwitchThatOthersTurnedOffIsDisposedOf() throws Exception {
        Bridge.run(bridge -> {
            Switch toggle = Switch.create();
            Disposable disposable = ReactorBridge.toDisposable(toggle);
            toggle.turnOff().cancel();
            assertThat(disposable.isDisposed()).isTrue();
        });
    }

    @Test
    void whatIsAddedToASwitchIsDisposedOfWithItOrAtOnce() throws Exception {
        Bridge.run(bridge -> {
            Switch toggle = Switch.create();
            Disposable.Composite first = ReactorBridge.addTo(toggle, Disposables.composite());
            Disposable subscription = ReactorBridge.addTo(toggle, Mono.never().subscribe());
            assertThat(first.isDisposed()).isFalse();
            toggle.turnOff().onSuccess(done -> {});
            assertThat(first.isDisposed()).isTrue();
            assertThat(subscription.isDisposed()).isTrue();
            assertThat(ReactorBridge.addTo(toggle, Disposables.single()).isDisposed())
                    .isTrue();
        });
    }

    @Test
    void disposingOfAScopeCancelsWhatWasForkedThere() throws Exception {
        Bridge.runAsync(bridge -> {
            Promise<String> forked = Resolver.<String>cancellable().promise();
            AtomicReference<Disposable> disposable = new AtomicReference<>();
            Promise<String> result = Scope.failFast(scope -> {
                disposable.set(ReactorBridge.toDisposable(scope));
                return scope.fork(() -> forked);
            });
            assertThat(disposable.get().isDisposed()).isFalse();
            Bridge.elsewhere(disposable.get()::dispose);
            return result.fold(value -> Promise.failed("not cancelled"), cause -> {
                assertThat(forked.isCancelled()).isTrue();
                assertThat(disposable.get().isDisposed()).isTrue();
                return Promise.unit();
            });
        });
    }
}
