package io.lwt4j.interop.reactor.tck;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.util.function.Supplier;

/** Verifies publishers of one kind, which are made and subscribed to on a loop. */
abstract class BridgeVerification extends PublisherVerification<Long> {

    private EventLoop loop;

    BridgeVerification() {
        super(new TestEnvironment(500, 50), 500);
    }

    @BeforeClass
    void startLoop() {
        loop = EventLoop.builder().name("verified").start();
    }

    @AfterClass
    void stopLoop() {
        loop.close();
    }

    final EventLoop loop() {
        return loop;
    }

    /** A publisher that is made when it is subscribed to. */
    final Publisher<Long> onLoop(Supplier<? extends Publisher<Long>> maker) {
        return subscriber -> {
            requireNonNull(subscriber, "subscriber");
            loop.execute(() -> maker.get().subscribe(subscriber));
        };
    }
}
