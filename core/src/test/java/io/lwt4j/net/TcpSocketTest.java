package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Arrays;
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
    @Rule({"U-4", "U-5"})
    void abortTellsWhoeverWaitsOrComesLaterTheReason() throws Exception {
        withPair((socket, far) -> {
            assertThat(socket.state()).isEqualTo(TcpSocket.State.OPEN);
            IOException reason = new IOException("because");
            Promise<Integer> waiting = socket.read(ByteBuffer.allocate(1));
            assertThat(socket.abort(reason).isFulfilled()).isTrue();
            assertThat(socket.state()).isEqualTo(TcpSocket.State.ABORTED);
            assertThat(socket.close().isFulfilled()).isTrue();
            return Net.failure(waiting, e -> assertThat(e).isSameAs(reason))
                    .flatMap(x -> Net.failure(
                            socket.write(ByteBuffer.allocate(1)),
                            e -> assertThat(e).isSameAs(reason)))
                    .flatMap(x -> Net.failure(
                            socket.whenReadable(), e -> assertThat(e).isSameAs(reason)));
        });
    }

    @Test
    @Rule({"U-4", "U-6"})
    void aClosedSocketIsGoodForNothingButClosing() throws Exception {
        withPair((socket, far) -> {
            socket.close();
            assertThat(socket.state()).isEqualTo(TcpSocket.State.CLOSED);
            assertThat(socket.close().isFulfilled()).isTrue();
            assertThatThrownBy(socket::isReadable).isInstanceOf(ClosedChannelException.class);
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

    /* ---- Readiness ---- */

    @Test
    void whoWaitsForReadinessTakesNothing() throws Exception {
        withPair((socket, far) -> {
            assertThat(socket.isReadable()).isFalse();
            assertThat(socket.isWritable()).isTrue();
            Promise<Void> readable = socket.whenReadable();
            assertThat(readable.isPending()).isTrue();
            send(far, "x");
            return Promise.join(readable, socket.whenWritable()).flatMap(x -> {
                assertThat(socket.isReadable()).isTrue();
                return socket.read(ByteBuffer.allocate(2))
                        .onSuccess(count -> assertThat(count).isEqualTo(1));
            });
        });
    }

    @Test
    void anEmptyBufferIsReadAndWrittenWithoutWaiting() throws Exception {
        withPair((socket, far) -> Promise.all(
                        socket.read(ByteBuffer.allocate(0)), socket.write(ByteBuffer.allocate(0)))
                .onSuccess(counts -> assertThat(counts).containsExactly(0, 0)));
    }

    @Test
    @Rule("U-17")
    void asManyBuffersAreUsedAsTheSystemTakesAtOnce() throws Exception {
        withPair((socket, far) -> {
            ByteBuffer[] many = new ByteBuffer[5000];
            Arrays.setAll(many, i -> ByteBuffer.wrap(new byte[] {(byte) i}));
            ByteBuffer[] into = new ByteBuffer[5000];
            Arrays.setAll(into, i -> ByteBuffer.allocate(1));
            return socket.write(many)
                    .flatMap(count -> {
                        assertThat(count).isBetween(16L, 5000L);
                        assertThat(Arrays.stream(many).filter(b -> !b.hasRemaining()))
                                .hasSize(count.intValue());
                        far.write(Arrays.stream(many)
                                .map(ByteBuffer::duplicate)
                                .map(ByteBuffer::flip)
                                .toArray(ByteBuffer[]::new));
                        return socket.read(into);
                    })
                    .map(count -> {
                        assertThat(count).isBetween(1L, 5000L);
                        for (int i = 0; i < count; i++) {
                            assertThat(into[i].get(0)).isEqualTo((byte) i);
                        }
                        return true;
                    });
        });
    }

    @Test
    void noBufferAtAllIsReadAndWrittenWithoutWaiting() throws Exception {
        withPair((socket, far) -> Promise.all(
                        socket.read(new ByteBuffer[0]), socket.write(new ByteBuffer[0]))
                .onSuccess(counts -> assertThat(counts).containsExactly(0L, 0L)));
    }

    @Test
    void whoShutsItsInputDownFindsTheEnd() throws Exception {
        withPair((socket, far) -> {
            Promise<Integer> waiting = socket.read(ByteBuffer.allocate(1));
            return socket.shutdownInput()
                    .flatMap(x -> waiting)
                    .onSuccess(count -> assertThat(count).isEqualTo(-1))
                    .flatMap(x -> socket.write(ByteBuffer.allocate(1)))
                    .onSuccess(count -> assertThat(count).isEqualTo(1));
        });
    }

    @Test
    @Rule("U-2")
    void aServerThatReadsAgainAndAgainIsWatchedOnce() throws Exception {
        ManualEngine engine = new ManualEngine();
        try (EventLoop loop = EventLoop.builder().engine(engine).build();
                ServerSocketChannel listener = ServerSocketChannel.open().bind(Net.ANY_PORT);
                SocketChannel near = SocketChannel.open(listener.getLocalAddress());
                SocketChannel far = listener.accept()) {
            loop.runUntilComplete(() -> {
                TcpSocket socket = new TcpSocket(near);
                ByteBuffer buffer = ByteBuffer.allocate(10);
                for (int i = 0; i < 100; i++) {
                    Promise<Integer> read = socket.read(buffer.clear());
                    assertThat(read.isPending()).isTrue();
                    send(far, "request");
                    ready(engine, read);
                    assertThat(socket.write(buffer.flip()).isFulfilled()).isTrue();
                }
                assertThat(engine.changes()).isEqualTo(1);
                // Something arrives, and nobody is there.
                engine.ready();
                assertThat(engine.interest()).isZero();
                assertThat(engine.changes()).isEqualTo(2);
                return socket.close();
            });
        }
    }

    @Test
    void whoFindsBytesAgainAndAgainLetsOthersHaveTheirTurn() throws Exception {
        withPair((socket, far) -> {
            send(far, "x".repeat(1000));
            return socket.whenReadable().flatMap(there -> {
                int atOnce = 0;
                Promise<Integer> read = socket.read(ByteBuffer.allocate(1));
                while (!read.isPending()) {
                    atOnce++;
                    read = socket.read(ByteBuffer.allocate(1));
                }
                assertThat(atOnce).isBetween(1, 100);
                return read.onSuccess(count -> assertThat(count).isEqualTo(1));
            });
        });
    }

    @Test
    void whoWantsNoPromiseIsToldWhatIsThereAndWhenToAskAgain() throws Exception {
        withPair((socket, far) -> {
            ByteBuffer into = ByteBuffer.allocate(10);
            assertThat(socket.readNow(into)).isZero();
            Promise<Void> ready = socket.whenReadable();
            send(far, "abc");
            return ready.flatMap(there -> {
                assertThat(socket.readNow(into)).isEqualTo(3);
                assertThat(socket.readNow(into)).isZero();
                far.shutdownOutput();
                return socket.whenReadable().onSuccess(end -> {
                    assertThat(socket.readNow(into)).isEqualTo(-1);
                });
            });
        });
    }

    /** The bytes may take a moment, also on the loopback interface. */
    private static void ready(ManualEngine engine, Promise<?> promise) {
        while (promise.isPending()) {
            engine.ready();
        }
    }

    @Test
    @Rule("U-7")
    void aCancelledReadIsForgottenWhenTheNextOneComes() throws Exception {
        withPair((socket, far) -> {
            for (int i = 0; i < 100_000; i++) {
                socket.read(ByteBuffer.allocate(1)).cancel();
            }
            ByteBuffer buffer = ByteBuffer.allocate(10);
            Promise<Integer> read = socket.read(buffer);
            send(far, "a");
            return read.onSuccess(count -> assertThat(text(buffer)).isEqualTo("a"));
        });
    }

    /* ---- Other kinds ---- */

    @Test
    void aPairIsConnected() throws Exception {
        assertThat(Net.run(() -> TcpSocket.pair().flatMap(pair -> {
                    ByteBuffer buffer = ByteBuffer.allocate(10);
                    return pair.first()
                            .write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)))
                            .flatMap(x -> pair.second().read(buffer))
                            .onSuccess(count -> assertThat(text(buffer)).isEqualTo("hello"))
                            .flatMap(x -> pair.first().close())
                            .flatMap(x -> pair.second().read(buffer.clear()))
                            .onSuccess(count -> assertThat(count).isEqualTo(-1))
                            .flatMap(x -> pair.second().close());
                })))
                .isEmpty();
    }

    @Test
    void aChannelOfTheJdkBecomesASocket() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Net.ANY_PORT);
                SocketChannel near = SocketChannel.open(listener.getLocalAddress())) {
            EventLoop.run(() -> {
                TcpSocket socket = TcpSocket.of(near);
                assertThat(near.isBlocking()).isFalse();
                assertThat(socket.remoteAddress()).isEqualTo(listener.getLocalAddress());
                assertThat(socket.localAddress()).isEqualTo(near.getLocalAddress());
                assertThat(socket.supportedOptions()).contains(StandardSocketOptions.TCP_NODELAY);
                socket.option(StandardSocketOptions.TCP_NODELAY, false);
                assertThat(socket.option(StandardSocketOptions.TCP_NODELAY)).isFalse();
                return socket.close();
            });
        }
    }
}
