package io.lwt4j.net;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server in a process of its own that opens files until there are no descriptors left. */
final class OutOfDescriptors {

    private OutOfDescriptors() {}

    public static void main(String[] args) {
        try {
            run();
        } catch (Throwable t) {
            t.printStackTrace();
            // The thread of the loop would go on.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void run() throws Exception {
        BufferedReader told =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
        EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).start();
        TcpServer server =
                loop.submit(() -> TcpServer.listen(Net.ANY_PORT, Net::echo)).get();
        List<FileInputStream> files = new ArrayList<>();
        String port = server.localAddress().toString().replaceAll(".*:", "");
        // Classes in folders cannot be loaded any more when there are no descriptors.
        loop.submit(() -> TcpClient.withConnection(
                        server.localAddress(),
                        connection -> connection
                                .output()
                                .write("warm\n")
                                .flatMap(x -> connection.input().readLine())))
                .get();
        failed(loop, server, Duration.ofMillis(1));
        exhaust(files);
        // The loop may just have been closing one.
        failed(loop, server, Duration.ofMillis(50));
        exhaust(files);
        System.out.println(port);
        told.readLine();
        StringBuilder answer =
                new StringBuilder().append(failed(loop, server, Duration.ofSeconds(1)));
        for (Throwable error : errors) {
            answer.append(',').append(error);
        }
        System.out.println(answer);
        told.readLine();
        for (FileInputStream file : files) {
            file.close();
        }
        told.readLine();
        loop.close();
    }

    /** How often accepting has failed by the end of some time. */
    private static long failed(EventLoop loop, TcpServer server, Duration time) throws Exception {
        return loop.submit(() -> EventLoop.sleep(time)
                        .flatMap(x -> Promise.of(server.stats().failed())))
                .get();
    }

    private static void exhaust(List<FileInputStream> files) {
        while (true) {
            try {
                files.add(new FileInputStream("/dev/null"));
            } catch (IOException e) {
                return;
            }
        }
    }
}
