package io.lwt4j.interop.reactor;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, which finds this by itself, that threads of event loops must not block; where a
 * loop waits for its own work it may.
 *
 * <p>Thread rule: any thread. Cancellation plays no part.
 */
public final class LoopBlockHoundIntegration implements BlockHoundIntegration {

    /** For the library that finds this. */
    public LoopBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.nonBlockingThreadPredicate(others -> others.or(NonBlocking::isLoop))
                .allowBlockingCallsInside("io.lwt4j.EventLoop", "await")
                .allowBlockingCallsInside("io.lwt4j.EventLoop", "closeElsewhere");
    }
}
