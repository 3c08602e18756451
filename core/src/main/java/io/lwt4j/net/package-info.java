/**
 * Connections over TCP and Unix domain sockets, datagrams, names of hosts: the sockets of
 * {@code Lwt_unix}, and what {@code Lwt_io} makes of them.
 *
 * <p>A connection is a {@link io.lwt4j.io.ChannelPair}: {@link io.lwt4j.net.TcpClient} makes one,
 * {@link io.lwt4j.net.TcpServer} hands one to its handler for each client. They need a loop with an
 * engine that knows channels, as the {@link io.lwt4j.engine.NioEngine} does. When the loop closes,
 * so do its connections and servers.
 */
@NullMarked
package io.lwt4j.net;

import org.jspecify.annotations.NullMarked;
