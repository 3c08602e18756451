package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Connecting to hosts with several addresses, in virtual time. */
class HappyEyeballsTest {

    private static final Duration STEP = Duration.ofMillis(250);

    private static InetAddress address(String figures) {
        try {
            return InetAddress.getByName(figures);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static List<InetAddress> addresses(String... figures) {
        return List.of(figures).stream().map(HappyEyeballsTest::address).toList();
    }

    /** A network where each address answers in its own way; a connection is its address. */
    private static final class Network {

        private final VirtualLoop loop;
        private final Map<InetAddress, Integer> delays = new HashMap<>();
        private final Map<InetAddress, IOException> errors = new HashMap<>();
        private final List<String> disposed = new ArrayList<>();
        private final long start = EventLoop.current().engine().nanoTime();

        Network(VirtualLoop loop) {
            this.loop = loop;
        }

        void answers(String figures, int millis) {
            delays.put(address(figures), millis);
        }

        void fails(String figures, int millis) {
            answers(figures, millis);
            errors.put(address(figures), new IOException(figures + " failed"));
        }

        Promise<String> open(InetAddress address) {
            String name = address.getHostAddress();
            log("try " + name);
            Promise<Void> delay = delays.containsKey(address)
                    ? EventLoop.sleep(Duration.ofMillis(delays.get(address)))
                    : Resolver.<Void>cancellable().promise();
            return delay.<String>flatMap(x -> errors.containsKey(address)
                            ? Promise.failed(errors.get(address))
                            : Promise.of(name))
                    .onCancel(() -> log("cancel " + name));
        }

        void log(String event) {
            long millis = (EventLoop.current().engine().nanoTime() - start) / 1_000_000;
            loop.log(millis + " " + event);
        }

        Promise<String> connect(String... figures) {
            return HappyEyeballs.connect(addresses(figures), STEP, this::open, disposed::add);
        }
    }

    @Test
    void theFirstAddressThatAnswersQuicklyIsTheOnlyOneTried() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Network network = new Network(loop);
            network.answers("10.0.0.1", 100);
            return network.connect("10.0.0.1", "10.0.0.2").map(winner -> {
                assertThat(winner).isEqualTo("10.0.0.1");
                assertThat(loop.takeTrace()).containsExactly("0 try 10.0.0.1");
                return true;
            });
        });
    }

    @Test
    void aSlowAddressIsJoinedByTheNextAndTheLoserIsCancelled() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Network network = new Network(loop);
            network.answers("10.0.0.2", 100);
            return network.connect("10.0.0.1", "10.0.0.2", "10.0.0.3").map(winner -> {
                assertThat(winner).isEqualTo("10.0.0.2");
                assertThat(loop.takeTrace())
                        .containsExactly(
                                "0 try 10.0.0.1", "250 try 10.0.0.2", "350 cancel 10.0.0.1");
                return true;
            });
        });
    }

    @Test
    void anAddressThatFailsMakesWayAtOnce() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Network network = new Network(loop);
            network.fails("10.0.0.1", 0);
            network.fails("10.0.0.2", 10);
            network.answers("10.0.0.3", 10);
            return network.connect("10.0.0.1", "10.0.0.2", "10.0.0.3").map(winner -> {
                assertThat(winner).isEqualTo("10.0.0.3");
                assertThat(loop.takeTrace())
                        .containsExactly("0 try 10.0.0.1", "0 try 10.0.0.2", "10 try 10.0.0.3");
                return true;
            });
        });
    }

    @Test
    void anEarlyAddressMayStillWin() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Network network = new Network(loop);
            network.answers("10.0.0.1", 600);
            network.fails("10.0.0.2", 10);
            network.answers("10.0.0.3", 1000);
            return network.connect("10.0.0.1", "10.0.0.2", "10.0.0.3").map(winner -> {
                assertThat(winner).isEqualTo("10.0.0.1");
                assertThat(loop.takeTrace())
                        .containsExactly(
                                "0 try 10.0.0.1",
                                "250 try 10.0.0.2",
                                "260 try 10.0.0.3",
                                "600 cancel 10.0.0.3");
                return true;
            });
        });
    }

    @Test
    void ifAllFailTheLastErrorCarriesTheOthers() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Network network = new Network(loop);
            network.fails("10.0.0.1", 1000);
            network.fails("10.0.0.2", 10);
            return Net.failure(network.connect("10.0.0.1", "10.0.0.2"), e -> {
                assertThat(e).hasMessage("10.0.0.1 failed");
                assertThat(e.getSuppressed())
                        .hasSize(1)
                        .allMatch(other -> other.getMessage().equals("10.0.0.2 failed"));
                assertThat(loop.takeTrace()).containsExactly("0 try 10.0.0.1", "250 try 10.0.0.2");
            });
        });
    }

    @Test
    void thousandsOfAddressesMayFailAtOnce() throws Exception {
        List<InetAddress> many = Collections.nCopies(20_000, address("10.0.0.1"));
        VirtualLoop.runAsync(loop -> Net.failure(
                HappyEyeballs.connect(
                        many, STEP, address -> Promise.failed(new IOException("no")), x -> {}),
                e -> assertThat(e)
                        .isInstanceOf(IOException.class)
                        .satisfies(it -> assertThat(it.getSuppressed()).hasSize(19_999))));
    }

    @Test
    void cancellingCancelsAllAttempts() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Network network = new Network(loop);
            Promise<String> connecting = network.connect("10.0.0.1", "10.0.0.2", "10.0.0.3");
            return EventLoop.sleep(Duration.ofMillis(300)).map(x -> {
                connecting.cancel();
                assertThat(connecting.isCancelled()).isTrue();
                assertThat(loop.takeTrace())
                        .containsExactlyInAnyOrder(
                                "0 try 10.0.0.1",
                                "250 try 10.0.0.2",
                                "300 cancel 10.0.0.1",
                                "300 cancel 10.0.0.2");
                return true;
            });
        });
    }

    @Test
    void aConnectionThatCannotBeCancelledIsDisposedOf() throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<String> disposed = new ArrayList<>();
            return HappyEyeballs.connect(
                            addresses("10.0.0.1", "10.0.0.2"),
                            STEP,
                            address -> EventLoop.sleep(Duration.ofMillis(
                                            address.getHostAddress().endsWith("1") ? 400 : 100))
                                    .map(x -> address.getHostAddress())
                                    .uncancellable(),
                            disposed::add)
                    .onSuccess(winner -> assertThat(winner).isEqualTo("10.0.0.2"))
                    .flatMap(x -> EventLoop.sleep(Duration.ofSeconds(1)))
                    .onSuccess(x -> assertThat(disposed).containsExactly("10.0.0.1"));
        });
    }

    @Test
    void anErrorThatIsNotOfTheNetworkIsTheEnd() throws Exception {
        VirtualLoop.runAsync(loop -> Net.failure(
                HappyEyeballs.connect(
                        addresses("10.0.0.1", "10.0.0.2"),
                        STEP,
                        address -> Promise.failed("a bug"),
                        connection -> {}),
                e -> assertThat(e).isInstanceOf(IllegalStateException.class)));
    }

    @Test
    void theFamiliesTakeTurnsBeginningWithThatOfTheFirstAddress() {
        assertThat(HappyEyeballs.interleaved(addresses(
                        "2001:db8::1", "2001:db8::2", "2001:db8::3", "10.0.0.1", "10.0.0.2")))
                .isEqualTo(addresses(
                        "2001:db8::1", "10.0.0.1", "2001:db8::2", "10.0.0.2", "2001:db8::3"));
        assertThat(HappyEyeballs.interleaved(addresses("10.0.0.1", "10.0.0.2", "::1")))
                .isEqualTo(addresses("10.0.0.1", "::1", "10.0.0.2"));
    }

    @Test
    void whateverTheNetworkDoesTheBestPossibleAddressWins() throws Exception {
        long seed = System.nanoTime();
        System.out.println("whateverTheNetworkDoesTheBestPossibleAddressWins, seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String[] figures = new String[1 + random.nextInt(6)];
            Integer[] outcome = new Integer[figures.length];
            for (int j = 0; j < figures.length; j++) {
                figures[j] = "10.0.0." + j;
                outcome[j] = random.nextInt(2000) * (random.nextBoolean() ? -1 : 1);
            }
            VirtualLoop.runAsync(loop -> {
                Network network = new Network(loop);
                for (int j = 0; j < figures.length; j++) {
                    if (outcome[j] < 0) {
                        network.fails(figures[j], -outcome[j]);
                    } else {
                        network.answers(figures[j], outcome[j]);
                    }
                }
                return network.connect(figures).outcome().map(result -> {
                    loop.takeTrace();
                    assertThat(result instanceof Promise.State.Fulfilled)
                            .as("seed %d", seed)
                            .isEqualTo(List.of(outcome).stream().anyMatch(it -> it >= 0));
                    assertThat(network.disposed).isEmpty();
                    return true;
                });
            });
        }
    }
}
