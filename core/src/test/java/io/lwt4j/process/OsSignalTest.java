package io.lwt4j.process;

import static io.lwt4j.process.Processes.run;
import static io.lwt4j.process.Processes.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Signals of the system, sent by this process to itself. */
@DisabledOnOs(OS.WINDOWS)
class OsSignalTest {

    private static final OsSignal USR1 = OsSignal.of("USR1");
    private static final OsSignal WINCH = OsSignal.of("WINCH");

    @AfterEach
    void everyHandlerWasGivenBack() {
        assertThat(SignalHub.handled()).isZero();
    }

    @Test
    void aSignalIsKnownByItsNameOrItsNumber() {
        assertThat(OsSignal.of("sigterm")).isEqualTo(OsSignal.TERM).hasToString("SIGTERM");
        assertThat(OsSignal.of(15)).isEqualTo(OsSignal.TERM);
        assertThat(OsSignal.of(USR1.number())).isEqualTo(USR1).hasSameHashCodeAs(USR1);
        assertThat(OsSignal.of(50).name()).isEqualTo("50");
        assertThatThrownBy(() -> OsSignal.of("NONSENSE"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NONSENSE");
        assertThatThrownBy(() -> OsSignal.of(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Rule("U-12")
    void handlersRunInTheLoopInTheOrderTheyWereRegistered() throws Exception {
        List<String> trace = new ArrayList<>();
        run(() -> {
            EventLoop loop = EventLoop.current();
            OsSignal.on(USR1, signal -> trace.add("first " + signal + " " + loop.isCurrent()));
            OsSignal.on(USR1, signal -> trace.add("second"));
            USR1.raise();
            return until(() -> trace.size() == 2);
        });
        assertThat(trace).containsExactly("first SIGUSR1 true", "second");
    }

    @Test
    @Rule("U-12")
    void aHandlerMayTakeItselfOutAndKeepsNobodyElseFromRunning() throws Exception {
        List<String> trace = new ArrayList<>();
        run(() -> {
            OsSignal.Registration[] once = new OsSignal.Registration[1];
            once[0] = OsSignal.on(USR1, signal -> {
                trace.add("once");
                once[0].close();
                once[0].close();
            });
            OsSignal.on(USR1, signal -> trace.add("always"));
            USR1.raise();
            return until(() -> trace.size() == 2).flatMap(x -> {
                USR1.raise();
                return until(() -> trace.size() == 3);
            });
        });
        assertThat(trace).containsExactly("once", "always", "always");
    }

    @Test
    void aHandlerThatIsTakenOutByAnotherOneDoesNotRunAnyMore() throws Exception {
        List<String> trace = new ArrayList<>();
        run(() -> {
            OsSignal.Registration[] second = new OsSignal.Registration[1];
            OsSignal.on(USR1, signal -> {
                trace.add("first");
                second[0].close();
            });
            second[0] = OsSignal.on(USR1, signal -> trace.add("second"));
            USR1.raise();
            return until(() -> !trace.isEmpty()).flatMap(x -> EventLoop.pause());
        });
        assertThat(trace).containsExactly("first");
    }

    @Test
    void anErrorOfAHandlerReachesTheLoopsHandlerAndTheOthersRun() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        IllegalStateException error = new IllegalStateException("of the handler");
        AtomicInteger others = new AtomicInteger();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> {
                OsSignal.on(USR1, signal -> {
                    throw error;
                });
                OsSignal.on(USR1, signal -> others.incrementAndGet());
                USR1.raise();
                return until(() -> others.get() == 1).map(x -> true);
            });
        }
        assertThat(errors).containsExactly(error);
    }

    @Test
    void aStormOfSignalsIsHeardWithoutAFlood() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        AtomicInteger last = new AtomicInteger();
        run(() -> {
            OsSignal.on(USR1, signal -> heard.incrementAndGet());
            OsSignal.on(WINCH, signal -> last.incrementAndGet());
            for (int i = 0; i < 20_000; i++) {
                USR1.raise();
            }
            // What came behind the last one is heard, too.
            WINCH.raise();
            return until(() -> last.get() > 0 && heard.get() > 0);
        });
        assertThat(heard.get()).isBetween(1, 20_000);
    }

    @Test
    void everyLoopHearsASignal() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        EventLoop one = EventLoop.builder().start();
        try (EventLoop two = EventLoop.builder().start()) {
            for (EventLoop loop : List.of(one, two)) {
                loop.submit(() -> {
                            OsSignal.on(USR1, signal -> heard.incrementAndGet());
                            return Promise.unit();
                        })
                        .get(10, TimeUnit.SECONDS);
            }
            USR1.raise();
            run(() -> until(() -> heard.get() == 2));
            one.close();
            USR1.raise();
            run(() -> until(() -> heard.get() == 3));
        } finally {
            one.close();
        }
    }

    @Test
    void aRegistrationMayBeClosedOnAnyThread() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            OsSignal.Registration registration = loop.submit(
                            () -> Promise.of(OsSignal.on(USR1, signal -> {})))
                    .get(10, TimeUnit.SECONDS);
            registration.close();
            run(() -> until(() -> SignalHub.handled() == 0));
        }
    }

    @Test
    void theNextSignalIsAPromise() throws Exception {
        run(() -> {
            Promise<OsSignal> cancelled = OsSignal.next(USR1);
            Promise<OsSignal> next = OsSignal.next(USR1);
            cancelled.cancel();
            USR1.raise();
            return next.map(signal -> assertThat(signal).isEqualTo(USR1));
        });
    }

    @Test
    void whatTheVirtualMachineOrTheSystemKeepsIsRefused() throws Exception {
        run(() -> {
            for (String name : List.of("KILL", "STOP", "SEGV", "QUIT", "FPE", "ILL")) {
                assertThatThrownBy(() -> OsSignal.on(OsSignal.of(name), signal -> {}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("SIG" + name);
            }
            return Promise.unit();
        });
    }

    @Test
    void whereThereIsNoLoopNothingIsRegistered() {
        assertThatThrownBy(() -> OsSignal.on(USR1, signal -> {}))
                .isInstanceOf(LoopThreadException.class);
    }

    /* ---- The former handler; a child, since there it may be the end of the process ---- */

    /** Handles a signal, gives it back, and waits for the next one to end it. */
    static final class GivesBack {

        private GivesBack() {}

        public static void main(String[] arguments) throws Exception {
            EventLoop.run(() -> {
                Promise<OsSignal> first = OsSignal.next(USR1);
                USR1.raise();
                return first;
            });
            System.out.println("heard");
            System.in.read();
        }
    }

    @Test
    @Rule("U-12")
    void whenTheLastHandlerIsTakenOutTheFormerOneIsBack() throws Exception {
        run(() -> java(GivesBack.class)
                .piped()
                .with(child -> child.stdout()
                        .readLine()
                        .map(line -> assertThat(line).contains("heard"))
                        .flatMap(x -> child.signal(USR1))
                        .flatMap(x -> child.status())
                        .map(status ->
                                assertThat(status).isEqualTo(new ExitStatus.Signaled(USR1)))));
    }

    static Command java(Class<?> main) {
        return Command.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }
}
