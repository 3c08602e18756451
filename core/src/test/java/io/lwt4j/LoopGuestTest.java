package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** What a loop offers to those who extend it: guests and attachments. */
class LoopGuestTest {

    /** A guest whose steps run on one thread of an executor. */
    private static final class Guest extends LoopGuest implements AutoCloseable {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();

        Guest(EventLoop loop) {
            super(loop);
        }

        void step(Runnable work, boolean last) {
            lend(() -> CompletableFuture.runAsync(
                            () -> {
                                enter();
                                work.run();
                                if (last) {
                                    exit();
                                } else {
                                    leave();
                                }
                            },
                            thread)
                    .join());
        }

        void check() {
            checkMayLeave("Guest.check");
        }

        @Override
        public void close() {
            thread.shutdown();
        }
    }

    private interface Body {
        void run(EventLoop loop, Guest guest) throws Exception;
    }

    private static void run(Body body) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build();
                Guest guest = new Guest(loop)) {
            loop.runUntilComplete(() -> {
                Resolver<Integer> done = Resolver.uncancellable();
                // A task, since the loop cannot be lent by a callback.
                loop.execute(() -> {
                    try {
                        body.run(loop, guest);
                        done.resolve(1);
                    } catch (Throwable t) {
                        done.reject(t);
                    }
                });
                return done.promise();
            });
        }
        assertThat(errors).isEmpty();
    }

    @Test
    void aGuestRunsTheLoopAndHandsItBack() throws Exception {
        PromiseLocal<String> key = PromiseLocal.create();
        run((loop, guest) -> {
            Thread own = Thread.currentThread();
            key.with("of the loop", () -> {
                guest.step(
                        () -> {
                            assertThat(Thread.currentThread()).isNotSameAs(own);
                            assertThat(LoopGuest.current()).isSameAs(guest);
                            assertThat(EventLoop.current()).isSameAs(loop);
                            assertThat(loop.isCurrent()).isTrue();
                            assertThat(key.get()).isNull();
                            key.set("of the guest");
                            guest.check();
                        },
                        false);
                assertThat(LoopGuest.current()).isNull();
                assertThat(EventLoop.current()).isSameAs(loop);
                assertThat(key.get()).isEqualTo("of the loop");
                return 1;
            });
            guest.step(() -> assertThat(key.get()).isEqualTo("of the guest"), true);
            // The thread is a thread like any other again.
            assertThat(CompletableFuture.supplyAsync(EventLoop::isLoopThread, guest.thread)
                            .get())
                    .isFalse();
        });
    }

    @Test
    void betweenItsStepsAGuestIsAStranger() throws Exception {
        run((loop, guest) -> {
            Promise<Void> pause = EventLoop.pause();
            guest.step(() -> {}, false);
            CompletableFuture<?> stranger =
                    CompletableFuture.runAsync(() -> pause.map(done -> 1), guest.thread);
            assertThatThrownBy(stranger::join).hasCauseInstanceOf(LoopThreadException.class);
            assertThat(CompletableFuture.supplyAsync(loop::isCurrent, guest.thread)
                            .get())
                    .isFalse();
        });
    }

    @Test
    void aLoopCannotBeLentByACallbackOrAGuestOrAStranger() throws Exception {
        run((loop, guest) -> {
            Resolver<Integer> resolver = Resolver.cancellable();
            Promise<Integer> lent = resolver.promise().map(value -> {
                guest.step(() -> {}, true);
                return 1;
            });
            resolver.resolve(1);
            assertThatThrownBy(lent::poll)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be lent");
            guest.step(
                    () -> {
                        try (Guest second = new Guest(loop)) {
                            assertThatThrownBy(() -> second.step(() -> {}, true))
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("cannot be lent");
                        }
                        Promise<Integer> inside = Promise.of(1).flatMap(one -> {
                            guest.check();
                            return Promise.of(2);
                        });
                        assertThatThrownBy(inside::poll)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("Guest.check: this is a callback");
                    },
                    false);
            CompletableFuture<?> stranger =
                    CompletableFuture.runAsync(() -> guest.step(() -> {}, true));
            assertThatThrownBy(stranger::join).hasCauseInstanceOf(LoopThreadException.class);
        });
    }

    @Test
    void stepsOfGuestsLetTimersHaveTheirTurn() throws Exception {
        VirtualTimeEngine engine = new VirtualTimeEngine();
        EventLoop loop = EventLoop.builder().engine(engine).build();
        try (loop;
                Guest guest = new Guest(loop)) {
            List<String> order = new ArrayList<>();
            loop.runUntilComplete(() -> {
                EventLoop.sleep(java.time.Duration.ZERO).onSuccess(done -> order.add("timer"));
                // As long as there are pauses the loop is never idle.
                Promise<Integer> paused = EventLoop.pause().map(done -> 1);
                for (int i = 0; i < 3; i++) {
                    paused = paused.flatMap(one -> EventLoop.pause().map(done -> 1));
                }
                loop.turnStartHooks().addLast(() -> {
                    for (int i = 0; i < 64; i++) {
                        guest.step(() -> {}, false);
                    }
                });
                return paused.onSuccess(one -> order.add("pauses"));
            });
            assertThat(order).containsExactly("timer", "pauses");
        }
    }

    /* ---- Attachments ---- */

    private static final class Attachment implements AutoCloseable {
        private final EventLoop loop;
        private boolean closed;

        Attachment(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void close() {
            assertThat(loop.isCurrent()).isTrue();
            assertThat(loop.isClosed()).isTrue();
            assertThat(loop.attachment(Attachment.class, LoopGuestTest::notCalled))
                    .isSameAs(this);
            assertThatThrownBy(() -> loop.attachment(Integer.class, () -> 1))
                    .isInstanceOf(RejectedExecutionException.class);
            closed = true;
        }
    }

    private static Attachment notCalled() {
        throw new UnsupportedOperationException("there is an attachment already");
    }

    @Test
    void aLoopHasOneAttachmentOfAClassAndClosesItInTheEnd() throws Exception {
        EventLoop loop = EventLoop.builder().build();
        Attachment attached = loop.runUntilComplete(() -> {
            Attachment made = loop.attachment(Attachment.class, () -> new Attachment(loop));
            assertThat(loop.attachment(Attachment.class, LoopGuestTest::notCalled))
                    .isSameAs(made);
            assertThat(loop.attachment(String.class, () -> "need not be closeable"))
                    .isEqualTo("need not be closeable");
            assertThatThrownBy(() -> loop.attachment(null, () -> "")).hasMessage("type");
            assertThatThrownBy(() -> loop.attachment(String.class, null)).hasMessage("maker");
            return Promise.of(made);
        });
        assertThatThrownBy(() -> loop.attachment(Attachment.class, () -> new Attachment(loop)))
                .isInstanceOf(LoopThreadException.class);
        assertThat(attached.closed).isFalse();

        loop.close();

        assertThat(attached.closed).isTrue();
    }

    @Test
    void anAttachmentThatFailsToCloseIsReported() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build();
        loop.runUntilComplete(() -> {
            loop.attachment(AutoCloseable.class, () -> () -> {
                throw new Exception("does not close");
            });
            loop.attachment(Attachment.class, () -> new Attachment(loop));
            return Promise.unit();
        });

        loop.close();

        assertThat(errors)
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessage("does not close"));
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void aThreadKnowsWhetherItRunsALoop() throws Exception {
        assertThat(EventLoop.isLoopThread()).isFalse();
        boolean inside = EventLoop.run(() -> Promise.of(EventLoop.isLoopThread()));
        assertThat(inside).isTrue();
        assertThat(EventLoop.isLoopThread()).isFalse();
    }
}
