package io.lwt4j.interop.rx.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Flowable;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** Verifies one kind of Flowable. */
abstract class FlowableVerification extends PublisherVerification<Long> {

    private EventLoop loop;

    FlowableVerification() {
        super(new TestEnvironment(500, 50), 500);
    }

    final EventLoop loop() {
        return loop;
    }

    /** A Flowable of the numbers from 0 on, or that fails; made on the loop. */
    abstract Flowable<Long> numbers(long count) throws Exception;

    abstract Flowable<Long> failed() throws Exception;

    @BeforeClass
    void startLoop() {
        loop = EventLoop.builder().name("verified").uncaughtHandler(error -> {}).start();
    }

    @AfterClass
    void stopLoop() {
        loop.close();
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return onLoop(() -> numbers(elements));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return onLoop(this::failed);
    }

    /** Something of a loop that is closed; all it can do is fail. */
    static Flowable<Long> onClosedLoop(Callable<Flowable<Long>> maker) throws Exception {
        try (EventLoop closed = EventLoop.builder().start()) {
            return closed.submit(() -> Promise.of(maker.call())).get();
        }
    }

    private Flowable<Long> onLoop(Callable<Flowable<Long>> maker) {
        try {
            return loop.submit(() -> Promise.of(maker.call())).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
