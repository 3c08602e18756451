/**
 * Connections over TCP ({@code Lwt_io.open_connection}, {@code Lwt_io.establish_server}).
 *
 * <p>A connection is a {@link io.lwt4j.io.ChannelPair}: {@link io.lwt4j.net.TcpClient} makes one,
 * {@link io.lwt4j.net.TcpServer} hands one to its handler for each client. They need a loop with an
 * engine that knows channels, as the {@link io.lwt4j.engine.NioEngine} does. When the loop closes,
 * so do its connections and servers.
 */
@NullMarked
package io.lwt4j.net;

import org.jspecify.annotations.NullMarked;
