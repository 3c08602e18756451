package io.lwt4j.examples.dashboard;

import io.lwt4j.EventLoop;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Ends what never ends by itself when the application is told to end: the server waits for the
 * responses that are under way, and those to the pages would go on for ever.
 */
final class DashboardEnd {

    private final EventLoop loop;
    private final Model model;
    private final RateServer rateServer;

    DashboardEnd(EventLoop loop, Model model, RateServer rateServer) {
        this.loop = loop;
        this.model = model;
        this.rateServer = rateServer;
    }

    @EventListener(ContextClosedEvent.class)
    void end() {
        loop.submit(() -> {
                    model.close();
                    return rateServer.close();
                })
                .join();
    }
}
