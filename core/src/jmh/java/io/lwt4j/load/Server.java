package io.lwt4j.load;

import java.util.Map;

/** A server of one library with one thread of events. */
interface Server {

    /**
     * Listens on loopback, on a port of its own for each service.
     *
     * @return the ports
     */
    Map<Service, Integer> start() throws Exception;
}
