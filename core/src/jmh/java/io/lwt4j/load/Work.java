package io.lwt4j.load;

/** A way to load a server. */
enum Work {
    ECHO_1(Service.ECHO, 1),
    ECHO_64(Service.ECHO, 64),
    ECHO_1000(Service.ECHO, 1000),
    LINE_1(Service.LINE, 1),
    LINE_64(Service.LINE, 64),
    /** Sixteen lines at once, and then their sixteen answers. */
    LINE_64X16(Service.LINE, 64),
    HTTP_1(Service.HTTP, 1),
    HTTP_64(Service.HTTP, 64),
    HTTP_1000(Service.HTTP, 1000),
    SINK(Service.SINK, 1),
    SOURCE(Service.SOURCE, 1),
    /** As fast as it can in both directions. */
    DUPLEX(Service.ECHO, 1),
    /** Connects, sends once, receives once, closes; 32 at a time. */
    CHURN(Service.ECHO, 32),
    TLS_ECHO_64(Service.TLS, 64),
    /** Connects, shakes hands as a stranger, closes; 8 at a time. */
    TLS_HANDSHAKE(Service.TLS, 8),
    /** Connections that have sent and received once; the result is memory for each. */
    IDLE(Service.ECHO, 9000);

    final Service service;
    final int connections;

    Work(Service service, int connections) {
        this.service = service;
        this.connections = connections;
    }

    /** As it stands in the tables. */
    String title() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The unit of the rate. */
    String unit() {
        return switch (this) {
            case SINK, SOURCE, DUPLEX -> "MB/s";
            case IDLE -> "KiB each";
            default -> "/s";
        };
    }
}
