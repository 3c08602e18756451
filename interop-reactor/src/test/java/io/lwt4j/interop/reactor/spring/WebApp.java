package io.lwt4j.interop.reactor.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.test.web.reactive.server.WebTestClient;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** An application with some controllers, that runs on a port of its own. */
final class WebApp implements AutoCloseable {

    /** Held, since the JDK would forget what is set otherwise. */
    private static final Logger LOG = Logger.getLogger("org.springframework");

    static {
        LOG.setLevel(Level.WARNING);
        // Boot would set up the log of the whole process anew.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    }

    private final ConfigurableApplicationContext context;

    private WebApp(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Nothing but what is found by itself. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    /** Starts one with components, and properties, such as {@code lwt4j.webflux.loop=server}. */
    static WebApp start(List<Class<?>> components, String... properties) {
        List<Class<?>> sources = new ArrayList<>(components);
        sources.add(Empty.class);
        SpringApplication application = new SpringApplication(sources.toArray(new Class<?>[0]));
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--spring.reactor.netty.shutdown-quiet-period=0s"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new WebApp(application.run(arguments.toArray(new String[0])));
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Has something run when this begins to close. */
    void onClosing(Runnable action) {
        context.addApplicationListener(
                (ApplicationListener<ContextClosedEvent>) closing -> action.run());
    }

    /** Takes no requests for a moment, and then those on another port. */
    void restart() {
        context.stop();
        context.start();
    }

    WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port())
                .responseTimeout(Duration.ofMinutes(1))
                .build();
    }

    /** A connection like that of a browser, which can be closed at any time. */
    Socket connect() throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    @Override
    public void close() {
        context.close();
    }
}
