package io.lwt4j.interop.reactor.spring;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Meters of an event loop: how late it is, what it has done, and what waits there. Needs Micrometer
 * only, and neither Spring nor a web application.
 *
 * <p>{@code lwt4j.loop.lag} is how long a task that was posted had to wait until it ran. The task
 * is posted when the meter is read, and its time is told at the next reading; if it has not run by
 * then, it is told how long it has been waiting. So a loop that is held up shows it, and a loop
 * that nobody asks has nothing to do.
 *
 * <p>Thread rule: any thread. Cancellation plays no part.
 */
public final class LoopMetrics implements MeterBinder {

    private final EventLoop loop;
    private final String name;

    /**
     * The meters of a loop.
     *
     * @param loop the loop
     * @param name the value of the tag {@code loop} of all its meters
     */
    public LoopMetrics(EventLoop loop, String name) {
        this.loop = requireNonNull(loop, "loop");
        this.name = requireNonNull(name, "name");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        register(registry);
    }

    /** For a loop that was made just now, and that others come after. */
    void bindUntilClosed(MeterRegistry registry) {
        List<Meter> meters = register(registry);
        Runnable remove = () -> meters.forEach(registry::remove);
        loop.execute(() -> loop.onClose(remove), closed -> remove.run());
    }

    private List<Meter> register(MeterRegistry registry) {
        return List.of(
                TimeGauge.builder(
                                "lwt4j.loop.lag",
                                new LoopLag(loop),
                                TimeUnit.NANOSECONDS,
                                LoopLag::read)
                        .description("How long a task that was posted to the loop had to wait")
                        .tags(tags())
                        .strongReference(true)
                        .register(registry),
                count(registry, "turns", "Turns of the loop", LoopStatistics::turns),
                count(registry, "tasks", "Tasks that the loop has run", LoopStatistics::tasks),
                gauge(registry, "queued", "Tasks that wait for their turn", LoopStatistics::queued),
                gauge(registry, "timers", "Timers that are pending", LoopStatistics::timers),
                gauge(registry, "channels", "Channels that are open", LoopStatistics::channels));
    }

    private Tags tags() {
        return Tags.of("loop", name);
    }

    private Meter count(
            MeterRegistry registry,
            String meter,
            String description,
            ToDoubleFunction<LoopStatistics> value) {
        return FunctionCounter.builder(
                        "lwt4j.loop." + meter, loop, l -> value.applyAsDouble(l.statistics()))
                .description(description)
                .tags(tags())
                .register(registry);
    }

    private Meter gauge(
            MeterRegistry registry,
            String meter,
            String description,
            ToDoubleFunction<LoopStatistics> value) {
        return Gauge.builder("lwt4j.loop." + meter, loop, l -> value.applyAsDouble(l.statistics()))
                .description(description)
                .tags(tags())
                .register(registry);
    }
}
