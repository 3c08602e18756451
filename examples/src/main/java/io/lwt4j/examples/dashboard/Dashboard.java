package io.lwt4j.examples.dashboard;

import io.lwt4j.EventLoop;

import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * A live dashboard in the browser, made of signals, by Spring WebFlux.
 *
 * <p>It tells its address, and runs until it is interrupted; see {@link DashboardArguments#USAGE}.
 * The exit code is 0, or 2 if the arguments are wrong.
 */
public final class Dashboard {

    private Dashboard() {}

    /**
     * Runs the program.
     *
     * @param args see {@link DashboardArguments#USAGE}
     * @throws Exception if the program is wrong
     */
    public static void main(String[] args) throws Exception {
        DashboardArguments arguments;
        try {
            arguments = DashboardArguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(DashboardArguments.USAGE);
            System.exit(2);
            return;
        }
        if (arguments.help()) {
            System.out.println(DashboardArguments.USAGE);
            return;
        }
        // Without an end of its own it runs until the virtual machine is told to end.
        ConfigurableApplicationContext application = start(arguments);
        System.out.println("Dashboard: " + url(application) + " (Ctrl-C ends it)");
        Duration runtime = arguments.runtime();
        if (runtime != null) {
            try (application) {
                EventLoop loop = application.getBean(EventLoop.class);
                loop.submit(() -> EventLoop.sleep(runtime)).get();
            }
        }
    }

    /** Returns when the server listens. */
    static ConfigurableApplicationContext start(DashboardArguments arguments) {
        return new SpringApplicationBuilder(DashboardConfiguration.class)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(Map.of(
                        "server.address", "127.0.0.1",
                        "server.port", arguments.port(),
                        "logging.level.root", "WARN"))
                .initializers(context ->
                        context.getBeanFactory().registerSingleton("dashboardArguments", arguments))
                .run();
    }

    /** Where the page is. */
    static String url(ConfigurableApplicationContext application) {
        int port = Objects.requireNonNull(
                        ((ReactiveWebServerApplicationContext) application).getWebServer())
                .getPort();
        return "http://127.0.0.1:" + port + "/";
    }
}
