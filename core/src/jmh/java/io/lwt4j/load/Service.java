package io.lwt4j.load;

import java.nio.charset.StandardCharsets;

/** What a server does on one of its ports. */
enum Service {
    /** Sends back what comes. */
    ECHO,
    /** Sends back each line when it is complete. */
    LINE,
    /** Counts bytes, and when no more come sends their number and a line end. */
    SINK,
    /** Sends bytes until the client closes. */
    SOURCE,
    /** Answers each request for any path with the same small text. */
    HTTP,
    /** Echo over TLS. */
    TLS;

    /** What the source sends again and again. */
    static final byte[] CHUNK = new byte[64 << 10];

    /** What every server answers over HTTP. */
    static final String HELLO = "Hello, World!";

    /** The same with the least that HTTP wants. */
    static final byte[] RESPONSE = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: " + HELLO.length() + "\r\n\r\n" + HELLO)
            .getBytes(StandardCharsets.US_ASCII);
}
