package io.lwt4j.load;

import java.nio.file.Path;
import java.util.Map;

/** A server of one library with one thread of events. */
interface Server {

    /**
     * Listens on loopback, on a port of its own for each service.
     *
     * @param certificate what to show over TLS, see {@link Certificate}
     * @return the ports of those services that the library has
     */
    Map<Service, Integer> start(Path certificate) throws Exception;
}
