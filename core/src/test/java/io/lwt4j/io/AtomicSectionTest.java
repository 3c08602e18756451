package io.lwt4j.io;

import static io.lwt4j.io.TestLoop.assertDone;
import static io.lwt4j.io.TestLoop.assertFulfilled;
import static io.lwt4j.io.TestLoop.cause;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

class AtomicSectionTest {

    @Test
    @Rule("I-9")
    void readsOutsideWaitForTheEndOfTheSection() throws Exception {
        MemorySource source = MemorySource.of("1\n");
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            Promise<String> both = input.atomic(channel -> channel.readLineExactly()
                    .flatMap(first -> channel.readLineExactly().map(second -> first + second)));
            Promise<Optional<String>> outside = input.readLine();
            source.feed("2\n3\n");
            assertFulfilled(both, "12");
            assertFulfilled(outside, Optional.of("3"));
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-9")
    void aSectionWaitsForItsTurn() throws Exception {
        MemorySource source = new MemorySource(true);
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            Promise<Optional<String>> before = input.readLine();
            Promise<String> section = input.atomic(InputChannel::readLineExactly);
            Promise<String> second = input.atomic(InputChannel::readLineExactly);
            source.feed("a\nb\nc\n");
            assertFulfilled(before, Optional.of("a"));
            assertFulfilled(section, "b");
            assertFulfilled(second, "c");
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-9")
    void writesOfASectionStayTogether() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink);
            Resolver<String> late = Resolver.cancellable();
            Promise<Void> section = output.atomic(channel ->
                    channel.write("a").flatMap(done -> late.promise()).flatMap(channel::write));
            Promise<Void> outside = output.write("c");
            assertThat(outside.isPending()).isTrue();
            late.resolve("b");
            assertDone(section);
            assertDone(outside);
            return output.flush().map(done -> {
                assertThat(sink.text()).isEqualTo("abc");
                return true;
            });
        });
    }

    @Test
    @Rule("I-4")
    void whatASectionHasWrittenIsFlushedByItselfWhileTheSectionWaits() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink);
            return output.atomic(channel -> channel.write("question")
                    .flatMap(done -> EventLoop.pause())
                    .flatMap(done -> EventLoop.pause())
                    .map(done -> {
                        assertThat(sink.text()).isEqualTo("question");
                        return true;
                    }));
        });
    }

    @Test
    @Rule("I-9")
    void sectionsNest() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink);
            return output.atomic(outer -> outer.write("1")
                            .flatMap(done -> outer.atomic(inner -> {
                                Promise<Void> waits = outer.atomic(x -> x.write("no"));
                                assertThat(cause(waits)).isInstanceOf(IllegalStateException.class);
                                return inner.write("2").flatMap(x -> inner.write("3"));
                            }))
                            .flatMap(done -> outer.write("4")))
                    .flatMap(done -> output.write("5"))
                    .flatMap(done -> output.flush())
                    .map(done -> {
                        assertThat(sink.text()).isEqualTo("12345");
                        return true;
                    });
        });
    }

    @Test
    @Rule("I-10")
    void aCallOnTheOuterChannelInsideOfTheSectionIsAnErrorInsteadOfADeadlock() throws Exception {
        MemorySource source = MemorySource.of("x\ny\n");
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            Promise<Object> section =
                    input.atomic(channel -> channel.readLine().flatMap(line -> input.readLine()));
            assertThat(cause(section))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("readLine on an input channel inside of an atomic");
            OutputChannel output = OutputChannel.of(MemorySink.endless());
            return output.<Void>atomic(
                            channel -> EventLoop.pause().flatMap(done -> output.write("x")))
                    .fold(done -> Promise.failed("it went through"), error -> {
                        assertThat(error).hasMessageContaining("write on an output channel inside");
                        return output.write("y");
                    });
        });
    }

    @Test
    @Rule("I-9")
    void theChannelOfASectionIsUselessAfterwards() throws Exception {
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(MemorySource.of("x"));
            OutputChannel output = OutputChannel.of(MemorySink.endless());
            InputChannel[] in = new InputChannel[1];
            OutputChannel[] out = new OutputChannel[1];
            assertDone(input.<Void>atomic(channel -> {
                in[0] = channel;
                return Promise.unit();
            }));
            assertDone(output.<Void>atomic(channel -> {
                out[0] = channel;
                return Promise.unit();
            }));
            assertThat(cause(in[0].read()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("belonged to an atomic section");
            assertThat(cause(out[0].write("x"))).isInstanceOf(IllegalStateException.class);
            assertThat(cause(in[0].close())).isInstanceOf(IllegalStateException.class);
            assertThat(cause(out[0].close())).isInstanceOf(IllegalStateException.class);
            assertThat(cause(out[0].abort())).isInstanceOf(IllegalStateException.class);
            assertThat(cause(out[0].shutdown())).isInstanceOf(IllegalStateException.class);
            assertThat(input.isClosed()).isFalse();
            return Promise.unit();
        });
    }

    @Test
    void whatASectionLeavesInItsQueueIsRejected() throws Exception {
        MemorySource source = new MemorySource(true);
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            Promise<Promise<Optional<String>>> section =
                    input.atomic(channel -> Promise.of(channel.readLine()));
            Promise<Optional<String>> left = section.poll().orElseThrow();
            assertThat(cause(left)).isInstanceOf(IllegalStateException.class);
            Promise<Optional<String>> next = input.readLine();
            source.feed("x\n");
            assertFulfilled(next, Optional.of("x"));
            return Promise.unit();
        });
    }

    @Test
    void aSectionThatFailsIsOver() throws Exception {
        MemorySource source = MemorySource.of("a\nb\n");
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            assertThat(cause(input.atomic(channel -> {
                        throw new IOException("thrown");
                    })))
                    .hasMessage("thrown");
            assertThat(cause(input.atomic(channel -> Promise.failed("failed"))))
                    .hasMessage("failed");
            assertFulfilled(input.readLine(), Optional.of("a"));
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-3")
    void aCancelledSectionLeavesTheQueueOrCancelsWhatItDoes() throws Exception {
        MemorySource source = new MemorySource(true);
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(source);
            boolean[] begun = new boolean[1];
            Promise<String> running = input.atomic(InputChannel::readLineExactly);
            Promise<String> queued = input.atomic(channel -> {
                begun[0] = true;
                return channel.readLineExactly();
            });
            Promise<Optional<String>> behind = input.readLine();
            queued.cancel();
            running.cancel();
            assertThat(cause(running)).isInstanceOf(CanceledException.class);
            assertThat(cause(queued)).isInstanceOf(CanceledException.class);
            assertThat(begun[0]).isFalse();
            source.feed("x\n");
            assertFulfilled(behind, Optional.of("x"));
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-8")
    void closingRejectsWhatWaitsInsideAndOutsideOfASection() throws Exception {
        TestLoop.run(() -> {
            InputChannel input = InputChannel.of(new MemorySource(true));
            Promise<String> section = input.atomic(InputChannel::readLineExactly);
            Promise<Optional<String>> outside = input.readLine();
            Promise<String> second = input.atomic(InputChannel::readLineExactly);
            assertDone(input.close());
            assertThat(cause(section)).isInstanceOf(ClosedChannelException.class);
            assertThat(cause(outside)).isInstanceOf(ClosedChannelException.class);
            assertThat(cause(second)).isInstanceOf(ClosedChannelException.class);
            return Promise.unit();
        });
    }

    @Test
    @Rule("I-8")
    void abortRejectsWhatWaitsInsideAndOutsideOfASection() throws Exception {
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(MemorySink.withRoom(0));
            Promise<Void> section =
                    output.atomic(channel -> channel.write("x").flatMap(done -> channel.flush()));
            Promise<Void> outside = output.write("y");
            assertDone(output.abort());
            assertThat(cause(section)).isInstanceOf(ClosedChannelException.class);
            assertThat(cause(outside)).isInstanceOf(ClosedChannelException.class);
            return Promise.unit();
        });
    }

    @Test
    void closeWaitsForTheSectionAndFlushesWhatItWrote() throws Exception {
        MemorySink sink = MemorySink.endless();
        TestLoop.run(() -> {
            OutputChannel output = OutputChannel.of(sink);
            Resolver<Void> late = Resolver.cancellable();
            Promise<Void> section =
                    output.atomic(channel -> late.promise().flatMap(done -> channel.write("last")));
            Promise<Void> closed = output.close();
            assertThat(closed.isPending()).isTrue();
            late.resolve(null);
            assertDone(section);
            assertDone(closed);
            assertThat(sink.text()).isEqualTo("last");
            return Promise.unit();
        });
    }
}
