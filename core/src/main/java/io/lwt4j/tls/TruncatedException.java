package io.lwt4j.tls;

import javax.net.ssl.SSLException;

/**
 * The other side has closed the connection without saying that its output was complete, which is
 * also what it looks like when somebody in between cuts the line.
 *
 * <p>Thread rule: any thread.
 */
public final class TruncatedException extends SSLException {

    private static final long serialVersionUID = 1L;

    TruncatedException(String message) {
        super(message);
    }
}
