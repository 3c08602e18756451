package io.lwt4j.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;

/** The servers with blocking sockets and a virtual thread for each client, from JDK 21 on. */
final class OverVirtualThreads implements Server {

    private final Executor threads;

    OverVirtualThreads() {
        try {
            threads = (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Map<Service, Integer> start(Path certificate) throws Exception {
        SSLContext context = Certificate.context(certificate);
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            ServerSocket server = service == Service.TLS
                    ? context.getServerSocketFactory().createServerSocket(0, 1024, loopback)
                    : new ServerSocket(0, 1024, loopback);
            ports.put(service, server.getLocalPort());
            threads.execute(() -> accept(server, service));
        }
        return ports;
    }

    private void accept(ServerSocket server, Service service) {
        try {
            while (true) {
                Socket client = server.accept();
                threads.execute(() -> serve(client, service));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void serve(Socket client, Service service) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            switch (service) {
                case ECHO, TLS -> {
                    byte[] bytes = new byte[64 << 10];
                    for (int count; (count = in.read(bytes)) > 0; ) {
                        out.write(bytes, 0, count);
                    }
                }
                case LINE -> lines(new BufferedInputStream(in), new BufferedOutputStream(out));
                case SINK -> {
                    byte[] bytes = new byte[64 << 10];
                    long sum = 0;
                    for (int count; (count = in.read(bytes)) > 0; ) {
                        sum += count;
                    }
                    out.write((sum + "\n").getBytes(StandardCharsets.US_ASCII));
                }
                case SOURCE -> {
                    while (true) {
                        out.write(Service.CHUNK);
                    }
                }
                case HTTP -> http(new BufferedInputStream(in), new BufferedOutputStream(out));
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void lines(InputStream in, OutputStream out) throws IOException {
        for (int b; (b = in.read()) >= 0; ) {
            out.write(b);
            if (b == '\n' && in.available() == 0) {
                out.flush();
            }
        }
    }

    private static void http(InputStream in, OutputStream out) throws IOException {
        int ends = 0;
        for (int b; (b = in.read()) >= 0; ) {
            if (b == '\n' && ++ends == 2) {
                out.write(Service.RESPONSE);
                if (in.available() == 0) {
                    out.flush();
                }
                ends = 0;
            } else if (b != '\r' && b != '\n') {
                ends = 0;
            }
        }
    }
}
