package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Streams that are written to, from the writer's side and on the right and the wrong thread. */
class StreamWriterTest {

    /* ---- Writers ---- */

    @Test
    void writersSayWhatIsTheMatter() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            assertThat(bounded.writer().size()).isEqualTo(1);
            assertThat(bounded.writer().isClosed()).isFalse();
            bounded.writer().push(1);
            bounded.writer().push(2);
            assertThatThrownBy(bounded.writer().push(3)::poll)
                    .isInstanceOf(StreamFullException.class)
                    .hasMessageContaining("another push already waits");

            Pushed<Integer> pushed = PullStream.push();
            assertThat(pushed.writer().isClosed()).isFalse();
            pushed.writer().end();
            assertThat(pushed.writer().isClosed()).isTrue();
            assertThatThrownBy(() -> pushed.writer().push(1))
                    .isInstanceOf(StreamClosedException.class)
                    .hasMessageContaining("ended");
        });
    }

    @Test
    void aBoundThatShrinksKeepsWhatIsInTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(3);
            for (int i = 1; i <= 3; i++) {
                bounded.writer().push(i);
            }
            bounded.writer().resize(1);
            Promise<Void> blocked = bounded.writer().push(4);
            assertThat(bounded.writer().count()).isEqualTo(3);

            // The one that waits takes the place of the one that was taken.
            assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(1));
            assertThat(blocked.state()).isEqualTo(fulfilled(null));
            assertThat(bounded.writer().count()).isEqualTo(3);

            Promise<Void> later = bounded.writer().push(5);
            later.cancel();
            assertThat(bounded.stream().nget(3).state()).isEqualTo(fulfilled(List.of(2, 3, 4)));
            assertThat(bounded.writer().count()).isZero();
        });
    }

    @Test
    void aBoundThatShrinksToNothingHandsOver() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            Promise<Void> blocked = bounded.writer().push(2);
            bounded.writer().resize(0);

            assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(1));
            assertThat(blocked.state()).isEqualTo(fulfilled(null));
            assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(2));

            Promise<Void> waiting = bounded.writer().push(3);
            assertThat(waiting.state()).isEqualTo(pending());
            assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(3));
            assertThat(waiting.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void ofSizeZeroLookingLetsNothingIn() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<Optional<Integer>> waiting = bounded.stream().peek();
            Promise<Void> push = bounded.writer().push(1);

            assertThat(waiting.state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(bounded.stream().peek().state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(bounded.stream().isEmpty().state()).isEqualTo(fulfilled(false));
            assertThat(bounded.stream().getWhile(v -> v > 1).state())
                    .isEqualTo(fulfilled(List.of()));
            assertThat(push.state()).isEqualTo(pending());

            push.cancel();
            assertThat(bounded.stream().peek().state()).isEqualTo(pending());
        });
    }

    @Test
    void ofSizeZeroAnElementThatIsTakenByAPredicateGoesToNobodyElse() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<Integer> first = bounded.stream().next();
            Promise<List<Integer>> rest = bounded.stream().getWhile(v -> v < 9);
            for (int i : List.of(1, 2, 9)) {
                bounded.writer().push(i);
            }

            assertThat(first.state()).isEqualTo(fulfilled(1));
            assertThat(rest.state()).isEqualTo(fulfilled(List.of(2)));
        });
    }

    /* ---- Threads ---- */

    @Test
    void awayFromTheLoopAPushIsHandedToTheLoop() throws Exception {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).start()) {
            Pushed<Integer> pushed = PullStream.push(loop);
            var all = loop.submit(() -> pushed.stream().toList());
            for (int i = 0; i < 100; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            pushed.writer().push(100);

            assertThat(all.get()).hasSize(100).isSorted();
            loop.submit(Promise::unit).get();
        }
        assertThat(errors).hasSize(1).first().isInstanceOf(StreamClosedException.class);
    }

    @Test
    void aBoundedStreamIsWrittenToOnItsLoopOnly() throws Exception {
        Bounded<Integer> bounded = PullStream.bounded(1);
        try (EventLoop loop = EventLoop.builder().start()) {
            loop.submit(() -> bounded.writer().push(1)).get();
            assertThatThrownBy(() -> bounded.writer().push(2))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> bounded.writer().close())
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> bounded.writer().resize(2))
                    .isInstanceOf(LoopThreadException.class);
            assertThat(bounded.writer().count()).isEqualTo(1);
        }
    }

    @Test
    void aPushStreamOfTheCurrentLoopNeedsOne() {
        assertThatThrownBy(PullStream::push).isInstanceOf(LoopThreadException.class);
    }

    @Test
    void aStreamThatSomebodyTriedToWaitForElsewhereStillWorks() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            Pushed<Integer> pushed = PullStream.push(loop);
            PullStream<Integer> stream = pushed.stream().map(v -> v + 1);
            assertThatThrownBy(stream.next()::poll).isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(stream.peek()::poll).isInstanceOf(LoopThreadException.class);

            var read = loop.submit(() -> stream.next());
            pushed.writer().push(1);
            assertThat(read.get()).isEqualTo(2);
        }
    }

    @Test
    void whatIsThereIsReadOnTheLoopOnly() throws Exception {
        Bounded<Integer> bounded = PullStream.bounded(2);
        try (EventLoop loop = EventLoop.builder().start()) {
            Pushed<Integer> pushed = PullStream.push(loop);
            loop.submit(() -> {
                        pushed.writer().push(1);
                        return bounded.writer().push(1);
                    })
                    .get();
            for (PullStream<Integer> stream : List.of(pushed.stream(), bounded.stream())) {
                assertThatThrownBy(stream.next()::poll).isInstanceOf(LoopThreadException.class);
                assertThatThrownBy(stream.peek()::poll).isInstanceOf(LoopThreadException.class);
                assertThatThrownBy(stream::getAvailable).isInstanceOf(LoopThreadException.class);
                assertThat(loop.submit(stream::next).get()).isEqualTo(1);
            }
        }
    }

    @Test
    void onAnotherLoopThereIsNothingToWaitFor() throws Exception {
        try (EventLoop loop = EventLoop.builder().start();
                EventLoop other = EventLoop.builder().start()) {
            Pushed<Integer> pushed = PullStream.push(loop);
            var read = other.submit(() -> pushed.stream().next());
            assertThatThrownBy(() -> read.get(1, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(LoopThreadException.class);
            pushed.writer().push(1);
            assertThat(loop.submit(() -> pushed.stream().next()).get()).isEqualTo(1);
        }
    }

    @Test
    void whenTheLoopIsClosedAPushFromElsewhereIsRejected() {
        EventLoop loop = EventLoop.builder().start();
        Pushed<Integer> pushed = PullStream.push(loop);
        loop.close();
        assertThatThrownBy(() -> pushed.writer().push(1))
                .isInstanceOf(RejectedExecutionException.class);
    }
}
