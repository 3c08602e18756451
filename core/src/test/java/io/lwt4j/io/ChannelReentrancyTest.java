package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertFulfilled;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Callbacks that use a channel in the middle of what it does. */
class ChannelReentrancyTest {

    @Test
    void aReadInACallbackOfTheWriterThatIsBeingServedLosesNoByte() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            List<Promise<Optional<String>>> reads = new ArrayList<>();
            pipe.output().write("first\nsec");
            pipe.output().flush().onSuccess(done -> reads.add(pipe.input().readLine()));
            reads.add(0, pipe.input().readLine());
            pipe.output().write("ond\n");
            return pipe.output().flush().map(done -> {
                assertFulfilled(reads.get(0), Optional.of("first"));
                assertFulfilled(reads.get(1), Optional.of("second"));
                return true;
            });
        });
    }

    @Test
    void theNextChunkInACallbackOfTheWriterDoesNotOverwriteTheOneThatIsBeingRead()
            throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            List<Promise<byte[]>> reads = new ArrayList<>();
            pipe.output().write("first");
            pipe.output().flush().onSuccess(done -> {
                pipe.output().write("second");
                pipe.output().flush();
                reads.add(pipe.input().readFully(6));
            });
            reads.add(0, pipe.input().readFully(5));
            assertThat(reads.get(0).map(String::new).poll()).contains("first");
            assertThat(reads.get(1).map(String::new).poll()).contains("second");
            return Promise.unit();
        });
    }

    @Test
    void aFlushInACallbackOfTheReaderThatIsBeingServedWritesNoByteTwice() throws Exception {
        TestLoop.run(() -> {
            Pipe pipe = Channels.pipe();
            Promise<Optional<String>> first = pipe.input().readLine();
            first.onSuccess(line -> pipe.output().flush());
            pipe.output().write("first\n");
            pipe.output().flush();
            assertFulfilled(first, Optional.of("first"));
            Promise<Optional<String>> second = pipe.input().readLine();
            assertThat(second.isPending()).isTrue();
            pipe.output().write("second\n");
            return pipe.output().flush().map(done -> {
                assertFulfilled(second, Optional.of("second"));
                return true;
            });
        });
    }

    @Test
    void aWriterThatIsCancelledWhileTheSinkIsAskedHasItsBytesBack() throws Exception {
        TestLoop.run(() -> {
            Resolver<Integer> answer = Resolver.cancellable();
            List<Promise<?>> writes = new ArrayList<>();
            Resolver<Void> section = Resolver.uncancellable();
            OutputChannel output = OutputChannel.of(sink(from -> {
                writes.get(0).cancel();
                return answer.promise();
            }));
            Promise<?> over = output.atomic(inner -> section.promise());
            writes.add(output.write(new byte[100_000]));
            section.resolve(null);
            assertThat(answer.promise().isPending()).isFalse();
            return over;
        });
    }

    @Test
    void anAbortWhileTheSinkIsAskedCancelsWhatItIsAskedFor() throws Exception {
        TestLoop.run(() -> {
            Resolver<Integer> answer = Resolver.cancellable();
            List<OutputChannel> outputs = new ArrayList<>();
            OutputChannel output = OutputChannel.of(sink(from -> {
                outputs.get(0).abort();
                return answer.promise();
            }));
            outputs.add(output);
            output.write("some");
            assertThat(TestLoop.cause(output.flush())).isInstanceOf(ClosedChannelException.class);
            assertThat(answer.promise().isPending()).isFalse();
            return Promise.unit();
        });
    }

    private interface Writing {
        Promise<Integer> write(ByteBuffer from);
    }

    private static ByteSink sink(Writing writing) {
        return new ByteSink() {
            @Override
            public Promise<Integer> write(ByteBuffer from) {
                return writing.write(from);
            }

            @Override
            public Promise<Void> close() {
                return Promise.unit();
            }
        };
    }
}
