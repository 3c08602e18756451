package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rules of file descriptors (U), at a socket without channels. */
class TcpSocketTest {

    /** Runs a test with one end of a connection, and with the other end in blocking mode. */
    private static void withPair(
            CheckedBiFunction<TcpSocket, SocketChannel, ? extends Promise<?>> test)
            throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Net.ANY_PORT);
                SocketChannel near = SocketChannel.open(listener.getLocalAddress());
                SocketChannel far = listener.accept()) {
            assertThat(Net.run(() -> test.apply(new TcpSocket(near), far))).isEmpty();
        }
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }

    @Test
    @Rule("U-1")
    void aReadOfWhatIsThereIsFulfilledAtOnce() throws Exception {
        withPair((socket, far) -> {
            send(far, "xy");
            return socket.read(ByteBuffer.allocate(1)).onSuccess(count -> {
                ByteBuffer second = ByteBuffer.allocate(1);
                assertThat(socket.read(second).isFulfilled()).isTrue();
                assertThat(text(second)).isEqualTo("y");
            });
        });
    }

    @Test
    @Rule("U-1")
    void aReadIsFulfilledAtOnceAlsoAfterTheSocketWasReadEmpty() throws Exception {
        withPair((socket, far) -> {
            Promise<Integer> first = socket.read(ByteBuffer.allocate(10));
            send(far, "a");
            return first.flatMap(count -> EventLoop.pause()).map(x -> {
                send(far, "b");
                return assertThat(socket.read(ByteBuffer.allocate(10)).isFulfilled())
                        .isTrue();
            });
        });
    }

    @Test
    @Rule("U-2")
    void aReadWaitsUntilSomethingArrives() throws Exception {
        withPair((socket, far) -> {
            ByteBuffer buffer = ByteBuffer.allocate(10);
            Promise<Integer> read = socket.read(buffer);
            assertThat(read.isPending()).isTrue();
            send(far, "abc");
            return read.map(count -> {
                        assertThat(count).isEqualTo(3);
                        assertThat(text(buffer)).isEqualTo("abc");
                        far.close();
                        return true;
                    })
                    .flatMap(x -> socket.read(buffer.clear()))
                    .map(count -> assertThat(count).isEqualTo(-1));
        });
    }

    @Test
    @Rule("U-3")
    void readersAreServedInTheOrderTheyCame() throws Exception {
        List<String> log = new ArrayList<>();
        withPair((socket, far) -> {
            ByteBuffer first = ByteBuffer.allocate(1);
            ByteBuffer second = ByteBuffer.allocate(1);
            Promise<?> one = socket.read(first).onSuccess(x -> log.add("1:" + text(first)));
            send(far, "xy");
            // It may not overtake, though the bytes are there.
            Promise<?> two = socket.read(second).onSuccess(x -> log.add("2:" + text(second)));
            assertThat(two.isPending()).isTrue();
            return Promise.join(one, two);
        });
        assertThat(log).containsExactly("1:x", "2:y");
    }

    @Test
    @Rule("U-7")
    void aCancelledReadLeavesTheBytesToTheNextReader() throws Exception {
        withPair((socket, far) -> {
            ByteBuffer untouched = ByteBuffer.allocate(10);
            ByteBuffer buffer = ByteBuffer.allocate(10);
            Promise<Integer> cancelled = socket.read(untouched);
            Promise<Integer> read = socket.read(buffer);
            cancelled.cancel();
            assertThat(cancelled.isCancelled()).isTrue();
            send(far, "wxyz");
            return read.map(count -> {
                assertThat(text(buffer)).isEqualTo("wxyz");
                assertThat(untouched.position()).isZero();
                return true;
            });
        });
    }

    @Test
    @Rule("U-7")
    void aReadMayLoseARaceAHundredThousandTimes() throws Exception {
        withPair((socket, far) -> {
            ByteBuffer buffer = ByteBuffer.allocate(10);
            Promise<Integer> read = socket.read(buffer);
            for (int i = 0; i < 100_000; i++) {
                socket.read(ByteBuffer.allocate(1)).cancel();
            }
            send(far, "a");
            return read;
        });
    }

    @Test
    @Rule("U-5")
    void closeWakesWhoeverWaits() throws Exception {
        withPair((socket, far) -> {
            Promise<Integer> first = socket.read(ByteBuffer.allocate(1));
            Promise<Integer> second = socket.read(ByteBuffer.allocate(1));
            assertThat(socket.close().isFulfilled()).isTrue();
            return Net.failure(
                            first,
                            e -> assertThat(e).isInstanceOf(AsynchronousCloseException.class))
                    .flatMap(x -> Net.failure(
                            second,
                            e -> assertThat(e).isInstanceOf(AsynchronousCloseException.class)))
                    .flatMap(x -> Net.elsewhere(() -> far.read(ByteBuffer.allocate(1))))
                    .map(count -> assertThat(count).isEqualTo(-1));
        });
    }

    @Test
    @Rule("U-4")
    void aClosedSocketIsGoodForNothingButClosing() throws Exception {
        withPair((socket, far) -> {
            socket.close();
            assertThat(socket.close().isFulfilled()).isTrue();
            return Net.failure(
                            socket.read(ByteBuffer.allocate(1)),
                            e -> assertThat(e).isInstanceOf(ClosedChannelException.class))
                    .flatMap(x -> Net.failure(
                            socket.write(ByteBuffer.allocate(1)),
                            e -> assertThat(e).isInstanceOf(ClosedChannelException.class)))
                    .flatMap(x -> Net.failure(
                            socket.shutdown(),
                            e -> assertThat(e).isInstanceOf(ClosedChannelException.class)));
        });
    }

    @Test
    void aWriteWaitsForAReader() throws Exception {
        withPair((socket, far) -> {
            Promise<Integer> blocked = fill(socket);
            return Net.elsewhere(() -> far.read(ByteBuffer.allocate(1 << 20)))
                    .flatMap(count -> {
                        // Some systems want more room than one read makes.
                        far.configureBlocking(false);
                        return Net.until(() -> {
                            far.read(ByteBuffer.allocate(1 << 20));
                            return !blocked.isPending();
                        });
                    })
                    .flatMap(x -> blocked)
                    .map(count -> assertThat(count).isPositive());
        });
    }

    @Test
    void aCancelledWriteHasWrittenNothing() throws Exception {
        withPair((socket, far) -> {
            ByteBuffer untouched = ByteBuffer.allocate(10);
            fill(socket).cancel();
            Promise<Integer> write = socket.write(untouched);
            assertThat(write.isPending()).isTrue();
            write.cancel();
            far.close();
            return EventLoop.pause().map(x -> assertThat(untouched.position()).isZero());
        });
    }

    /** Writes until nothing more goes, and returns the write that waits. */
    private static Promise<Integer> fill(TcpSocket socket) {
        Promise<Integer> write = socket.write(ByteBuffer.allocate(1 << 20));
        while (!write.isPending()) {
            write = socket.write(ByteBuffer.allocate(1 << 20));
        }
        return write;
    }

    @Test
    @Rule("I-28")
    void smallWritesAreNotDelayed() throws Exception {
        EventLoop.run(() -> {
            SocketChannel channel = SocketChannel.open();
            TcpSocket socket = new TcpSocket(channel);
            assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            return socket.close();
        });
    }

    @Test
    void aSocketThatNobodyWaitsForIsClosedWithItsLoop() throws Exception {
        SocketChannel channel = SocketChannel.open();
        EventLoop.run(() -> Promise.of(new TcpSocket(channel)));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aSocketThatTheLoopCannotWatchIsClosed() throws Exception {
        SocketChannel channel = SocketChannel.open();
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> Net.failure(
                    TcpClient.connect(Net.ANY_PORT),
                    e -> assertThat(e).isInstanceOf(UnsupportedOperationException.class)));
            loop.runUntilComplete(() -> Net.failure(
                    Promise.apply(() -> TcpClient.open(channel, Net.ANY_PORT)),
                    e -> assertThat(channel.isOpen()).isFalse()));
        }
    }
}
