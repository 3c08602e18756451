package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

class DnsTest {

    @Test
    void aHostHasAddresses() throws Exception {
        List<InetAddress> addresses = EventLoop.run(() -> {
            Promise<List<InetAddress>> lookup = Dns.resolve("localhost");
            assertThat(lookup.isPending()).isTrue();
            return lookup;
        });
        assertThat(addresses).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void figuresAreTheirOwnAddress() throws Exception {
        assertThat(EventLoop.run(() -> Dns.resolve("192.0.2.7")))
                .containsExactly(InetAddress.getByName("192.0.2.7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "2001:db8::7", "::1"})
    void figuresNeedNoLookup(String figures) throws Exception {
        EventLoop.run(() -> {
            Promise<List<InetAddress>> lookup = Dns.resolve(figures);
            assertThat(lookup.isFulfilled()).isTrue();
            return lookup.onSuccess(addresses ->
                    assertThat(addresses).containsExactly(InetAddress.getByName(figures)));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::zz", "256.0.0.1.invalid"})
    void whatOnlyLooksLikeFiguresIsUnknown(String host) throws Exception {
        EventLoop.run(() -> Net.failure(
                Dns.resolve(host), e -> assertThat(e).isInstanceOf(UnknownHostException.class)));
    }

    @Test
    void anUnknownHostIsAnError() throws Exception {
        EventLoop.run(() -> Net.failure(
                Dns.resolve("no-such-host.invalid"),
                e -> assertThat(e).isInstanceOf(UnknownHostException.class)));
    }

    @Test
    void anAddressHasANameOrIsItsOwn() throws Exception {
        assertThat(EventLoop.run(() -> Dns.reverse(InetAddress.getLoopbackAddress())))
                .isNotEmpty();
    }

    @Test
    void thisMachineHasAName() throws Exception {
        EventLoop.run(() -> Dns.localHostName().outcome().map(state -> {
            // Not every machine knows its own name.
            assertThat(state)
                    .satisfiesAnyOf(
                            it -> assertThat(it).isInstanceOf(Promise.State.Fulfilled.class),
                            it -> assertThat(it).isInstanceOf(Promise.State.Rejected.class));
            return true;
        }));
    }

    @Test
    void thereAreNoLookupsWithoutALoop() {
        assertThatThrownBy(() -> Dns.resolve("localhost")).isInstanceOf(LoopThreadException.class);
    }
}
