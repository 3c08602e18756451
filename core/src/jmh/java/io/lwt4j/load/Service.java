package io.lwt4j.load;

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
}
