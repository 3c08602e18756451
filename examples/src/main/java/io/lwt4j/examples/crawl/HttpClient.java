package io.lwt4j.examples.crawl;

import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.net.TcpClient;
import io.lwt4j.tls.TlsClient;
import io.lwt4j.tls.TlsOptions;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** As much of HTTP/1.1 as a crawler needs: a GET on a connection of its own. */
final class HttpClient {

    private static final int LONGEST_BODY = 1 << 20;

    private final TlsOptions tls;

    HttpClient(TlsOptions tls) {
        this.tls = tls;
    }

    /** Cancelling the promise closes the connection. */
    Promise<HttpResponse> get(URI url) {
        boolean encrypted = url.getScheme().equals("https");
        int port = url.getPort() >= 0 ? url.getPort() : encrypted ? 443 : 80;
        return encrypted
                ? TlsClient.withConnection(
                        url.getHost(), port, tls, server -> exchange(url, server.channels()))
                : TcpClient.withConnection(url.getHost(), port, server -> exchange(url, server));
    }

    private static Promise<HttpResponse> exchange(URI url, ChannelPair server) {
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String request = "GET " + url.getRawPath() + query + " HTTP/1.1\r\n"
                + "Host: " + url.getRawAuthority() + "\r\n"
                + "Connection: close\r\n\r\n";
        return server.output()
                .write(request)
                .flatMap(sent -> server.input().lines().getWhile(line -> !line.isEmpty()))
                .flatMap(head -> readBody(server.input(), head));
    }

    private static Promise<HttpResponse> readBody(InputChannel input, List<String> head)
            throws IOException {
        if (head.isEmpty() || !head.get(0).matches("HTTP/1\\.[01] [0-9]{3}.*")) {
            throw new IOException("no answer of HTTP/1.1");
        }
        int status = Integer.parseInt(head.get(0).substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (String line : head.subList(1, head.size())) {
            String[] field = line.split(":", 2);
            headers.put(
                    field[0].toLowerCase(Locale.ROOT), field.length > 1 ? field[1].strip() : "");
        }
        Promise<byte[]> body;
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            body = readChunks(input, new ByteArrayOutputStream());
        } else if (headers.containsKey("content-length")) {
            body = input.readFully(checkedSize(headers.get("content-length"), 10));
        } else {
            body = input.readAllBytes(LONGEST_BODY);
        }
        return body.map(bytes ->
                new HttpResponse(status, headers, new String(bytes, StandardCharsets.UTF_8)));
    }

    private static Promise<byte[]> readChunks(InputChannel input, ByteArrayOutputStream body) {
        return input.readLineExactly().flatMap(line -> {
            int size = checkedSize(line.split(";", 2)[0].strip(), 16);
            checkSize(body.size() + size);
            if (size == 0) {
                return Promise.of(body.toByteArray());
            }
            return input.readFully(size).flatMap(chunk -> {
                body.writeBytes(chunk);
                return input.readLineExactly().flatMap(end -> readChunks(input, body));
            });
        });
    }

    private static int checkedSize(String text, int radix) throws IOException {
        try {
            int size = Integer.parseInt(text, radix);
            checkSize(size);
            return size;
        } catch (NumberFormatException e) {
            throw new IOException("a length of \"" + text + "\"", e);
        }
    }

    private static void checkSize(int size) throws IOException {
        if (size < 0 || size > LONGEST_BODY) {
            throw new IOException("a body of more than " + LONGEST_BODY + " bytes");
        }
    }
}
