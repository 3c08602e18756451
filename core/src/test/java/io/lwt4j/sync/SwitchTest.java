package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Rules. */
class SwitchTest {

    private final Switch power = Switch.create();
    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    private static Callable<Promise<Void>> logs(VirtualLoop loop, String line) {
        return () -> {
            loop.log(line);
            return Promise.unit();
        };
    }

    @Test
    @Rule("X-15")
    void turningOffStartsAllHooksTheOneAddedLastFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> slow = Resolver.cancellable();
            power.addHook(logs(loop, "first"));
            power.addHook(() -> {
                loop.log("slow");
                return slow.promise();
            });
            power.addHook(logs(loop, "last"));

            Promise<Void> off = power.turnOff();
            assertThat(loop.takeTrace()).containsExactly("last", "slow", "first");
            assertThat(off.state()).isEqualTo(pending());

            slow.resolve(1);
            assertThat(off.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("X-15")
    void aHookThatFailsKeepsNoOtherFromRunningAndTheFirstErrorInTimeIsTold() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> slow = Resolver.cancellable();
            power.addHook(slow::promise);
            power.addHook(() -> {
                throw error;
            });
            power.addHook(logs(loop, "last"));

            Promise<Void> off = power.turnOff();
            assertThat(loop.takeTrace()).containsExactly("last");
            assertThat(off.state()).as("waits for the others").isEqualTo(pending());

            slow.reject(other);
            assertThat(off.state()).isEqualTo(rejected(error));
            assertThat(slow.promise().state()).isEqualTo(rejected(other));
        });
    }

    @Test
    @Rule("X-15")
    void turningOffTwiceRunsNoHookTwice() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> slow = Resolver.cancellable();
            power.addHook(() -> {
                loop.log("hook");
                return slow.promise();
            });

            Promise<Void> off = power.turnOff();
            assertThat(power.turnOff().state()).isEqualTo(fulfilled(null));

            assertThat(loop.takeTrace()).containsExactly("hook");
            assertThat(off.state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("X-15")
    void aSwitchIsOffAlreadyWhileItsHooksRun() throws Exception {
        VirtualLoop.run(loop -> {
            power.addHook(() -> {
                loop.log(power.isOn());
                return Promise.unit();
            });
            assertThat(power.isOn()).isTrue();
            power.check();

            power.turnOff();

            assertThat(loop.takeTrace()).containsExactly("false");
        });
    }

    @Test
    @Rule("X-15")
    void aSwitchThatIsOffRefusesHooks() throws Exception {
        VirtualLoop.run(loop -> {
            power.turnOff();

            assertThatThrownBy(() -> power.addHook(Promise::unit))
                    .isInstanceOf(SwitchOffException.class)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("addHookOrRun");
            assertThatThrownBy(power::check)
                    .isInstanceOf(SwitchOffException.class)
                    .hasMessage("this switch is off");
        });
    }

    @Test
    @Rule("X-15")
    void addHookOrRunAddsAHookOrRunsItNowAndReturnsItsVeryPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Void> added = power.addHookOrRun(logs(loop, "added"));
            assertThat(added.state()).isEqualTo(fulfilled(null));
            power.turnOff();
            assertThat(loop.takeTrace()).containsExactly("added");

            Resolver<Integer> slow = Resolver.cancellable();
            assertThat(power.addHookOrRun(slow::promise)).isSameAs(slow.promise());
        });
    }

    @Test
    @Rule({"X-15", "B-13"})
    void whatAHookThrowsRejectsThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            power.turnOff();

            Promise<Integer> run = power.addHookOrRun(() -> {
                throw error;
            });

            assertThat(run.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("X-15")
    void cancellingTurnOffCancelsTheHooks() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> hook = Resolver.cancellable();
            power.addHook(hook::promise);

            Promise<Void> off = power.turnOff();
            off.cancel();

            assertThat(off.state()).isEqualTo(cancelled());
            assertThat(hook.promise().state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("X-16")
    void withSwitchTurnsOffAfterEveryOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> value = Switch.withSwitch(it -> {
                it.addHook(logs(loop, "off"));
                return Promise.of(1);
            });
            assertThat(value.state()).isEqualTo(fulfilled(1));

            Promise<Integer> failed = Switch.withSwitch(it -> {
                it.addHook(logs(loop, "off"));
                return Promise.failed(error);
            });
            assertThat(failed.state()).isEqualTo(rejected(error));

            Promise<Integer> thrown = Switch.withSwitch(it -> {
                it.addHook(logs(loop, "off"));
                throw error;
            });
            assertThat(thrown.state()).isEqualTo(rejected(error));

            Promise<Integer> gone = Switch.withSwitch(it -> {
                it.addHook(logs(loop, "off"));
                return Resolver.<Integer>cancellable().promise();
            });
            gone.cancel();
            assertThat(gone.state()).isEqualTo(cancelled());

            assertThat(loop.takeTrace()).containsExactly("off", "off", "off", "off");
        });
    }

    @Test
    @Rule("X-16")
    void withSwitchWaitsForTheHooks() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> hook = Resolver.cancellable();
            List<Switch> switches = new ArrayList<>();
            Promise<Integer> result = Switch.withSwitch(it -> {
                switches.add(it);
                it.addHook(hook::promise);
                return Promise.of(1);
            });
            assertThat(switches.get(0).isOn()).isFalse();
            assertThat(result.state()).isEqualTo(pending());

            hook.resolve(0);
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule({"X-16", "B-11"})
    void cancellingWithSwitchNeverCancelsTheHooks() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> hook = Resolver.cancellable();
            Promise<Integer> result = Switch.withSwitch(it -> {
                it.addHook(hook::promise);
                return Promise.of(1);
            });

            result.cancel();
            assertThat(hook.promise().state()).isEqualTo(pending());

            hook.resolve(0);
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("X-16")
    void theErrorOfAHookTakesThePlaceOfTheOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = Switch.withSwitch(it -> {
                it.addHook(() -> Promise.failed(error));
                return Promise.of(1);
            });

            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void aPromiseOfAnotherLoopKeepsNoHookFromRunning() throws Exception {
        try (EventLoop foreign = EventLoop.builder().start()) {
            Promise<Integer> stranger = Resolver.<Integer>cancellable(foreign).promise();
            VirtualLoop.run(loop -> {
                Promise<Integer> ofTheCode = Switch.withSwitch(it -> {
                    it.addHook(logs(loop, "hook"));
                    return stranger;
                });
                assertThatThrownBy(ofTheCode::poll).isInstanceOf(LoopThreadException.class);
                assertThat(loop.takeTrace()).containsExactly("hook");

                Promise<Integer> ofAHook = Switch.withSwitch(it -> {
                    it.addHook(logs(loop, "hook"));
                    it.addHook(() -> stranger);
                    return Promise.of(1);
                });
                assertThatThrownBy(ofAHook::poll).isInstanceOf(LoopThreadException.class);
                assertThat(loop.takeTrace()).containsExactly("hook");
            });
        }
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        assertThatThrownBy(() -> Switch.withSwitch(it -> Promise.of(1)))
                .isInstanceOf(LoopThreadException.class);
        VirtualLoop.run(loop -> {
            power.addHook(Promise::unit);
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(() -> power.addHook(Promise::unit))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("Switch.addHook");
                        assertThatThrownBy(() -> power.addHookOrRun(Promise::unit))
                                .isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(power::turnOff).isInstanceOf(LoopThreadException.class);
                    })
                    .get();
            assertThat(power.isOn()).isTrue();
        });
    }
}
