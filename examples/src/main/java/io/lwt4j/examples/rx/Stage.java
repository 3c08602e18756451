package io.lwt4j.examples.rx;

import io.lwt4j.EventLoop;
import io.reactivex.rxjava3.core.Scheduler;

/** How far the conversion of {@link OrderService} is. */
enum Stage {
    RX("stage 0, RxJava"),
    PROMISES("stage 1, promises"),
    SIGNALS("stage 2, streams and signals");

    final String label;

    Stage(String label) {
        this.label = label;
    }

    OrderService service(Backends backends, Scheduler scheduler, EventLoop loop) {
        return switch (this) {
            case RX -> new RxOrders(backends, scheduler);
            case PROMISES -> new PromiseOrders(backends, loop);
            case SIGNALS -> new SignalOrders(backends, loop);
        };
    }
}
