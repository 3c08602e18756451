package io.lwt4j.examples.dashboard;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.GraphView.Kind;
import io.lwt4j.react.GraphView.NodeView;

import org.springframework.context.ConfigurableApplicationContext;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The application on a free port, and a look behind it. */
final class RunningDashboard implements AutoCloseable {

    private static final Duration A_LITTLE = Duration.ofMillis(10);

    private final ConfigurableApplicationContext application =
            Dashboard.start(new DashboardArguments(0, null, 1, false));
    private final EventLoop loop = application.getBean(EventLoop.class);
    private final Model model = application.getBean(Model.class);

    URI url() {
        return URI.create(Dashboard.url(application));
    }

    /** The names that were given to signals and events. */
    List<String> names() {
        return loop.submit(() -> Promise.of(model.picture().nodes().stream()
                        .map(NodeView::name)
                        .filter(name -> !name.endsWith(")"))
                        .toList()))
                .join();
    }

    /** Returns when so many clients listen. */
    void awaitSubscribers(int count) {
        loop.submit(() -> until(model, picture -> subscribers(picture) == count))
                .join();
    }

    private static long subscribers(Picture picture) {
        return picture.nodes().stream().filter(n -> n.kind() == Kind.OBSERVER).count();
    }

    private static Promise<Boolean> until(Model model, Predicate<Picture> condition) {
        return condition.test(model.picture())
                ? Promise.ofTrue()
                : EventLoop.sleep(A_LITTLE).flatMap(x -> until(model, condition));
    }

    @Override
    public void close() {
        application.close();
    }
}
