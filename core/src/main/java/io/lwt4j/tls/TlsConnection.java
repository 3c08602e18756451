package io.lwt4j.tls;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ByteSource;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.net.TcpSocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * An encrypted connection after its handshake: {@code Lwt_ssl.socket}.
 *
 * <p><b>The end.</b> Closing the output, or the connection, sends {@code close_notify}, so that the
 * other side knows that it has got everything; {@link #abort} does not. {@code output().shutdown()}
 * sends it as well, and leaves the input open: that is half a connection, which TLS 1.3 knows and
 * older versions do not: there the other side answers by closing its output. Input that ends
 * without {@code close_notify} is an error, a {@link TruncatedException}.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only.
 */
public final class TlsConnection {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TlsDriver driver;
    private final ChannelPair channels;

    private TlsConnection(TlsDriver driver, TlsOptions options) {
        this.driver = driver;
        OutputChannel output = OutputChannel.of(driver, options.channels());
        this.channels = new ChannelPair(
                InputChannel.of(new Input(driver, output), options.channels()), output);
    }

    /** Does the handshake over a socket, which is closed if that fails. */
    static Promise<TlsConnection> over(
            TcpSocket socket, TlsOptions options, @Nullable String host, int port, String peer) {
        return over(socket, socket, () -> socket.closeGently(PATIENCE), options, host, port, peer);
    }

    /** Does the handshake over channels, which are closed if that fails. */
    static Promise<TlsConnection> over(
            ChannelPair pair, TlsOptions options, @Nullable String host, int port, String peer) {
        Below below = new Below(pair);
        return over(below, below, below::closeGently, options, host, port, peer);
    }

    private static Promise<TlsConnection> over(
            ByteSource source,
            ByteSink sink,
            Callable<Promise<@Nullable Void>> closeBelow,
            TlsOptions options,
            @Nullable String host,
            int port,
            String peer) {
        boolean client = host != null;
        return options.engine(client, host, port)
                .flatMap(engine -> {
                    TlsDriver driver = new TlsDriver(
                            engine, source, sink, closeBelow, peer, options.isTruncationAllowed());
                    return EventLoop.withTimeout(options.handshakeTimeout(), driver::handshake)
                            .fold(done -> Promise.of(new TlsConnection(driver, options)), cause -> {
                                Throwable said = late(cause, options, peer);
                                // Who has not answered need not hear of it.
                                boolean silently = cause instanceof TimeoutException
                                        || cause instanceof CanceledException;
                                return (silently ? driver.abort(said) : driver.giveUp(said))
                                        .outcome()
                                        .flatMap(closed -> Promise.failed(said));
                            });
                })
                .recover(
                        Throwable.class,
                        cause -> source.close().outcome().flatMap(x -> Promise.failed(cause)));
    }

    private static Throwable late(Throwable cause, TlsOptions options, String peer) {
        return cause instanceof TimeoutException
                ? new SSLHandshakeException("TLS handshake with " + peer + " took longer than "
                                + options.handshakeTimeout())
                        .initCause(cause)
                : cause;
    }

    /**
     * The channels of this connection.
     *
     * @return always the same ones
     */
    public ChannelPair channels() {
        return channels;
    }

    /**
     * What comes from the other side: {@code Lwt_ssl.in_channel_of_descr}.
     *
     * @return always the same channel
     */
    public InputChannel input() {
        return channels.input();
    }

    /**
     * What goes to the other side: {@code Lwt_ssl.out_channel_of_descr}.
     *
     * @return always the same channel
     */
    public OutputChannel output() {
        return channels.output();
    }

    /**
     * Flushes the output, says that it is complete, and closes the connection:
     * {@code Lwt_ssl.ssl_shutdown} and {@code close}. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it; rejected if not all of the output could be sent
     */
    public Promise<@Nullable Void> close() {
        return channels.close();
    }

    /**
     * Closes the connection at once, without flushing, and without saying that the output was
     * complete: {@code Lwt_ssl.abort}. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> abort() {
        return driver.abort(new IOException("the TLS connection was aborted"))
                .eventually(channels::abort);
    }

    /**
     * Makes new keys, which connections do by themselves when the old ones have been in use for
     * long; in TLS 1.2 that is another handshake. It begins when what has been written before has
     * gone out. Cancelling the promise does not undo it.
     *
     * @return the promise of the end of it; rejected, without any harm to the connection, if one
     *     half of that is closed before it begins
     */
    public Promise<@Nullable Void> renewKeys() {
        return driver.handshake().flatMap(done -> Promise.unit());
    }

    /** Has somebody use this connection, and closes it, or aborts it after a failure. */
    <T extends @Nullable Object> Promise<T> use(
            CheckedFunction<? super TlsConnection, ? extends Promise<? extends T>> body) {
        return Promise.of(this)
                .<T>flatMap(body)
                // Closing cannot be cancelled: who gives it up leaves it, and it is cut short.
                .flatMap(value -> close().onFailure(late -> {}).shielded().map(closed -> value))
                .recover(cause -> abort().outcome().flatMap(closed -> Promise.failed(cause)));
    }

    /* ---- What has been agreed upon ---- */

    /**
     * The session: the version and the cipher, the certificates, when it began.
     *
     * @return the session
     */
    public SSLSession session() {
        return driver.engine().getSession();
    }

    /**
     * The version of TLS.
     *
     * @return the name, such as {@code TLSv1.3}
     */
    public String protocol() {
        return session().getProtocol();
    }

    /**
     * What both sides agreed to speak over this connection (ALPN).
     *
     * @return the name; empty if one of them did not care
     */
    public Optional<String> applicationProtocol() {
        String protocol = driver.engine().getApplicationProtocol();
        return protocol == null || protocol.isEmpty() ? Optional.empty() : Optional.of(protocol);
    }

    /**
     * The name that the client asked for (SNI).
     *
     * @return the name; empty if it asked for none
     */
    public Optional<String> serverName() {
        if (session() instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return Optional.of(host.getAsciiName());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The certificates of the other side: its own first, then the one that is signed with, and so
     * on.
     *
     * @return the certificates; none if it has shown none
     */
    public List<X509Certificate> peerCertificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate certificate : session().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    certificates.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            // It has shown none.
        }
        return List.copyOf(certificates);
    }

    /**
     * A description for people.
     *
     * @return the other side, the version and the cipher
     */
    @Override
    public String toString() {
        return "TlsConnection(" + driver.peer() + ", " + protocol() + ", "
                + session().getCipherSuite() + ")";
    }

    /** What is read, the end of which is that of the whole connection. */
    private record Input(TlsDriver driver, OutputChannel output) implements ByteSource {

        @Override
        public Promise<Integer> read(ByteBuffer into) {
            return driver.read(into);
        }

        /** What waits in the output is lost then, so it is not complete. */
        @Override
        public Promise<@Nullable Void> close() {
            return output.isBusy() || output.buffered() > 0 ? driver.abort() : driver.close();
        }
    }

    /** Channels as a source and a sink. */
    private record Below(ChannelPair pair) implements ByteSource, ByteSink {

        @Override
        public Promise<Integer> read(ByteBuffer into) {
            return pair.input().readInto(into);
        }

        @Override
        public Promise<Integer> write(ByteBuffer from) {
            int count = from.remaining();
            // What is in the buffer of the channel cannot be taken back.
            return pair.output()
                    .write(from)
                    .flatMap(x -> pair.output().flush())
                    .map(x -> count)
                    .uncancellable();
        }

        /** Every write has been flushed; one that is not over must not hold up the end. */
        private Promise<@Nullable Void> closeGently() {
            return pair.output().isBusy() ? pair.abort() : pair.close();
        }

        @Override
        public Promise<@Nullable Void> close() {
            return pair.abort();
        }
    }
}
