package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;

/** Channels of a kind that this package does not have: pipes. */
class ReadinessTest {

    private static Pipe pipe() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        return pipe;
    }

    private static Promise<Integer> read(Readiness readiness, Pipe pipe, ByteBuffer into) {
        return readiness.when(
                SelectionKey.OP_READ,
                buffer -> {
                    int count = pipe.source().read(buffer);
                    return count == 0 ? null : count;
                },
                into);
    }

    @Test
    @Rule({"U-1", "U-2"})
    void anOperationIsTriedAgainWhenTheChannelIsReady() throws Exception {
        Pipe pipe = pipe();
        assertThat(Net.run(() -> {
                    Readiness readiness = Readiness.of(pipe.source());
                    Promise<Void> ready = readiness.whenReady(SelectionKey.OP_READ);
                    Promise<Integer> waiting = read(readiness, pipe, ByteBuffer.allocate(1));
                    assertThat(ready.isPending()).isTrue();
                    assertThat(waiting.isPending()).isTrue();
                    assertThat(readiness).asString().contains("2 waiting to read");
                    pipe.sink().write(ByteBuffer.allocate(2));
                    return Promise.both(ready, waiting).flatMap(both -> {
                        assertThat(both.second()).isEqualTo(1);
                        assertThat(read(readiness, pipe, ByteBuffer.allocate(1)).isFulfilled())
                                .isTrue();
                        return readiness.close();
                    });
                }))
                .isEmpty();
        assertThat(pipe.source().isOpen()).isFalse();
        pipe.sink().close();
    }

    @Test
    void whatAnAttemptThrowsRejectsItsPromiseAndNoOther() throws Exception {
        Pipe pipe = pipe();
        assertThat(Net.run(() -> {
                    Readiness readiness = Readiness.of(pipe.source());
                    IOException error = new IOException("broken");
                    Promise<Object> broken = readiness.when(
                            SelectionKey.OP_READ,
                            calls -> {
                                if (calls[0]++ == 0) {
                                    return null;
                                }
                                throw error;
                            },
                            new int[1]);
                    Promise<Integer> other = read(readiness, pipe, ByteBuffer.allocate(1));
                    pipe.sink().write(ByteBuffer.allocate(1));
                    return Net.failure(broken, e -> assertThat(e).isSameAs(error))
                            .flatMap(x -> other)
                            .flatMap(x -> readiness.close());
                }))
                .isEmpty();
        pipe.sink().close();
    }

    @Test
    @Rule({"U-4", "U-5"})
    void theEndRejectsWhatWaitsAndWhatComesLater() throws Exception {
        Pipe closed = pipe();
        Pipe aborted = pipe();
        assertThat(Net.run(() -> {
                    Readiness one = Readiness.of(closed.source());
                    Readiness other = Readiness.of(aborted.source());
                    IOException reason = new IOException("because");
                    Promise<Void> first = one.whenReady(SelectionKey.OP_READ);
                    Promise<Void> second = other.whenReady(SelectionKey.OP_READ);
                    one.close();
                    other.abort(reason);
                    return Net.failure(
                                    first,
                                    e -> assertThat(e)
                                            .isInstanceOf(AsynchronousCloseException.class))
                            .flatMap(x -> Net.failure(second, e -> assertThat(e).isSameAs(reason)))
                            .flatMap(x -> Net.failure(
                                    read(other, aborted, ByteBuffer.allocate(1)),
                                    e -> assertThat(e).isSameAs(reason)));
                }))
                .isEmpty();
        closed.sink().close();
        aborted.sink().close();
    }

    @Test
    void thereIsNoReadinessWithoutALoop() throws Exception {
        Pipe pipe = pipe();
        assertThatThrownBy(() -> Readiness.of(pipe.source()))
                .isInstanceOf(LoopThreadException.class);
        pipe.source().close();
        pipe.sink().close();
    }
}
