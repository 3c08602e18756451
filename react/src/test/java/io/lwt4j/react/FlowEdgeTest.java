package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Publishers of and for events and signals at the worst time. */
class FlowEdgeTest {

    @Test
    void aFatalErrorInAStepDoesNotHoldUpWhatOtherPublishersHaveSent() throws Exception {
        OutOfMemoryError fatal = new OutOfMemoryError("a fatal error");
        List<Object> heard = new ArrayList<>();
        ManualPublisher<Integer> bad = new ManualPublisher<>();
        ManualPublisher<Integer> good = new ManualPublisher<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(t -> {})
                .build()) {
            loop.runUntilComplete(() -> {
                Graph.current().uncaughtHandler(null);
                Intake intake = Intake.create();
                Feed<Event<Integer>> first = intake.toEvent(bad);
                Feed<Event<Integer>> second = intake.toEvent(good);
                first.node()
                        .map(element -> {
                            throw fatal;
                        })
                        .observe(heard::add);
                second.node().observe(heard::add);
                return Promise.unit();
            });
            CompletableFuture.runAsync(() -> {
                        bad.next(1);
                        good.next(10);
                        good.next(11);
                    })
                    .join();
            assertThatThrownBy(() -> loop.runUntilComplete(EventLoop::pause)).isSameAs(fatal);
            loop.runUntilComplete(EventLoop::pause);
            assertThat(heard).containsExactly(10, 11);
            CompletableFuture.runAsync(() -> good.next(12)).join();
            loop.runUntilComplete(EventLoop::pause);
            assertThat(heard).containsExactly(10, 11, 12);
        }
    }

    @Test
    void whoCancelsWhileWhatIsKeptIsDroppedHearsNothingMore() throws Exception {
        TestLoop.run(loop -> {
            Flow.Subscription[] subscription = {null};
            EventEmitter<Integer> event = EventEmitter.create();
            event.event()
                    .asPublisher(Overflow.fail(1), dropped -> subscription[0].cancel())
                    .subscribe(new Flow.Subscriber<>() {
                        @Override
                        public void onSubscribe(Flow.Subscription given) {
                            subscription[0] = given;
                        }

                        @Override
                        public void onNext(Integer element) {
                            loop.log.add(element);
                        }

                        @Override
                        public void onError(Throwable cause) {
                            loop.log.add(cause);
                        }

                        @Override
                        public void onComplete() {
                            loop.log.add("complete");
                        }
                    });
            event.send(1);
            event.send(2);
            assertThat(loop.takeLog()).isEmpty();
            return Promise.unit();
        });
    }
}
