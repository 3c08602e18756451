/**
 * Encrypted connections ({@code Lwt_ssl}).
 *
 * <p>{@link io.lwt4j.tls.TlsClient} and {@link io.lwt4j.tls.TlsServer} make a
 * {@link io.lwt4j.tls.TlsConnection} of a socket or of any pair of channels;
 * {@link io.lwt4j.tls.TlsOptions} says whom to trust and who one is. Certificates of servers and
 * their host names are checked unless one asks for the contrary.
 */
@NullMarked
package io.lwt4j.tls;

import org.jspecify.annotations.NullMarked;
