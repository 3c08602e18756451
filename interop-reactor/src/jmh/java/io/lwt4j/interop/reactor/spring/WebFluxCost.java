package io.lwt4j.interop.reactor.spring;

import com.sun.management.OperatingSystemMXBean;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import reactor.core.publisher.Mono;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a request costs: a mono of Spring's, and a promise on either kind of loop. Prints the
 * processor time of the whole process, client and server, for each request; the best of some
 * rounds, each of which asks all of them.
 */
public final class WebFluxCost {

    private static final int CONNECTIONS = 4;
    private static final int REQUESTS = 20_000;
    private static final int ROUNDS = 6;
    private static final String BODY = "pong";

    private WebFluxCost() {}

    /** The same answer both ways. */
    @RestController
    static class Controller {

        @GetMapping("/mono")
        Mono<String> mono() {
            return Mono.just(BODY).hide();
        }

        @GetMapping("/promise")
        Promise<String> promise() {
            return EventLoop.pause().map(done -> BODY);
        }
    }

    /** One thing to ask for, and the connections to do it. */
    private static final class Subject implements AutoCloseable {

        private final String name;
        private final byte[] request;
        private final List<Socket> sockets = new ArrayList<>();
        private double best = Double.MAX_VALUE;

        Subject(String name, WebApp app, String path) throws Exception {
            this.name = name;
            this.request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < CONNECTIONS; i++) {
                Socket socket = app.connect();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
            }
        }

        void round(OperatingSystemMXBean system) throws IOException {
            long begin = system.getProcessCpuTime();
            for (int i = 0; i < REQUESTS; i += CONNECTIONS) {
                for (Socket socket : sockets) {
                    socket.getOutputStream().write(request);
                }
                for (Socket socket : sockets) {
                    readAnswer(socket.getInputStream());
                }
            }
            best = Math.min(best, (double) (system.getProcessCpuTime() - begin) / REQUESTS);
        }

        /** Up to the end of the body, which is the same for all and in none of the headers. */
        private static void readAnswer(InputStream socket) throws IOException {
            byte[] answer = new byte[1024];
            int length = 0;
            String text = "";
            while (!text.endsWith(BODY)) {
                int read = socket.read(answer, length, answer.length - length);
                if (read <= 0) {
                    throw new IOException("no answer, but " + text);
                }
                length += read;
                text = new String(answer, 0, length, StandardCharsets.US_ASCII);
            }
        }

        void print() {
            System.out.printf(
                    "%-8s %5.1f us of processor time a request%n",
                    name, best / TimeUnit.MICROSECONDS.toNanos(1));
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /**
     * Measures.
     *
     * @param args none
     * @throws Exception if the server does not answer
     */
    public static void main(String[] args) throws Exception {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        try (WebApp own = WebApp.start(List.of(Controller.class));
                WebApp server =
                        WebApp.start(List.of(Controller.class), "lwt4j.webflux.loop=server");
                Subject mono = new Subject("mono", own, "/mono");
                Subject onOwn = new Subject("own", own, "/promise");
                Subject onServer = new Subject("server", server, "/promise")) {
            List<Subject> subjects = List.of(mono, onOwn, onServer);
            for (int i = 0; i < ROUNDS; i++) {
                for (Subject subject : subjects) {
                    subject.round(system);
                }
            }
            subjects.forEach(Subject::print);
        }
    }
}
