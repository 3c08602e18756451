/** Promises, event loops, streams, synchronisation, channels, sockets, files and processes. */
module io.lwt4j {
    requires static org.jspecify;

    // Signals of the system. A module of its own in the JDK, which nobody else may ask for.
    requires jdk.unsupported;

    exports io.lwt4j;
    exports io.lwt4j.detach;
    exports io.lwt4j.direct;
    exports io.lwt4j.engine;
    exports io.lwt4j.io;
    exports io.lwt4j.net;
    exports io.lwt4j.process;
    exports io.lwt4j.stream;
    exports io.lwt4j.sync;
    exports io.lwt4j.tls;
}
