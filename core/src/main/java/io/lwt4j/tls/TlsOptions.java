package io.lwt4j.tls;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.io.ChannelOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whom a TLS connection trusts, who it is itself, and what it speaks: {@code Ssl.context}.
 *
 * <pre>{@code
 * TlsOptions.defaults()                                       // trusts whom the JDK trusts
 * TlsOptions.builder().trust(certificate).alpn("h2").build()
 * TlsOptions.builder().identity(key, certificate).build()     // for a server
 * }</pre>
 *
 * <p>Null rule: nothing may be null. Thread rule: any thread; options never change, and may serve
 * many connections, which then can resume sessions of each other.
 */
public final class TlsOptions {

    private static final TlsOptions DEFAULTS = builder().build();

    /** Addresses of IPv4, which are not names. */
    private static final Pattern FIGURES = Pattern.compile("[0-9.]+");

    private final List<Identity> identities;
    private final @Nullable KeyStore trusted;
    private final List<String> protocols;
    private final List<String> cipherSuites;
    private final List<String> alpn;
    private final @Nullable String serverName;
    private final boolean hostNameVerified;
    private final boolean truncationAllowed;
    private final ClientAuth clientAuth;
    private final Duration handshakeTimeout;
    private final ChannelOptions channels;

    /** Made when needed, which takes its time; guarded by this. */
    private volatile @Nullable SSLContext context;

    private TlsOptions(Builder builder) {
        this.identities = List.copyOf(builder.identities);
        this.trusted = builder.trusted;
        this.context = builder.context;
        this.protocols = List.copyOf(builder.protocols);
        this.cipherSuites = List.copyOf(builder.cipherSuites);
        this.alpn = List.copyOf(builder.alpn);
        this.serverName = builder.serverName;
        this.hostNameVerified = builder.hostNameVerified;
        this.truncationAllowed = builder.truncationAllowed;
        this.clientAuth = builder.clientAuth;
        this.handshakeTimeout = builder.handshakeTimeout;
        this.channels = builder.channels;
    }

    /**
     * The options of a client that trusts whom the JDK trusts, and has no certificate itself.
     *
     * @return the options
     */
    public static TlsOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Begins to describe options.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether a server wants to know who its clients are. */
    public enum ClientAuth {
        /** It does not ask. */
        NONE,
        /** It asks, and serves also those that do not say. */
        WANTED,
        /** It serves nobody who does not say. */
        REQUIRED
    }

    boolean isTruncationAllowed() {
        return truncationAllowed;
    }

    Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    ChannelOptions channels() {
        return channels;
    }

    /** Makes an engine; the first one needs files to be read, which a thread of the pool does. */
    Promise<SSLEngine> engine(boolean client, @Nullable String host, int port) {
        SSLContext present = context;
        return present != null
                ? Promise.wrap(() -> engine(present, client, host, port))
                : WorkerPool.io()
                        .detach(this::context)
                        .cancellableView()
                        .map(made -> engine(made, client, host, port));
    }

    private SSLEngine engine(SSLContext from, boolean client, @Nullable String host, int port) {
        SSLEngine engine = host == null ? from.createSSLEngine() : from.createSSLEngine(host, port);
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(String[]::new));
        }
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
        }
        if (!alpn.isEmpty()) {
            parameters.setApplicationProtocols(alpn.toArray(String[]::new));
        }
        if (client) {
            if (hostNameVerified) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            SNIServerName asked = askedFor(host);
            if (asked != null) {
                parameters.setServerNames(List.of(asked));
            }
        } else {
            parameters.setUseCipherSuitesOrder(true);
            parameters.setWantClientAuth(clientAuth == ClientAuth.WANTED);
            if (clientAuth == ClientAuth.REQUIRED) {
                parameters.setNeedClientAuth(true);
            }
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** The JDK by itself would not ask for a name without a dot, or with one at its end. */
    private @Nullable SNIServerName askedFor(@Nullable String host) {
        if (serverName != null) {
            return new SNIHostName(serverName);
        }
        if (host == null || host.indexOf(':') >= 0 || FIGURES.matcher(host).matches()) {
            return null;
        }
        try {
            return new SNIHostName(
                    host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
        } catch (IllegalArgumentException e) {
            // Some names of hosts, such as those with an underscore, cannot be asked for.
            return null;
        }
    }

    private synchronized SSLContext context() throws GeneralSecurityException, IOException {
        SSLContext made = context;
        if (made == null) {
            made = SSLContext.getInstance("TLS");
            made.init(keyManagers(), trustManagers(), null);
            context = made;
        }
        return made;
    }

    private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
        if (identities.isEmpty()) {
            return null;
        }
        char[] password = {};
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        for (int i = 0; i < identities.size(); i++) {
            Identity identity = identities.get(i);
            X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
            keys.setKeyEntry("identity" + i, identity.key(), password, chain);
        }
        // This one chooses the certificate by the name that the client asks for.
        KeyManagerFactory factory = KeyManagerFactory.getInstance("NewSunX509");
        factory.init(keys, password);
        return factory.getKeyManagers();
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        TrustManager[] managers = factory.getTrustManagers();
        for (int i = 0; i < managers.length; i++) {
            if (managers[i] instanceof X509ExtendedTrustManager manager) {
                managers[i] = new ExplainingTrustManager(manager);
            }
        }
        return managers;
    }

    private record Identity(PrivateKey key, List<X509Certificate> chain) {}

    /**
     * Describes options.
     *
     * <p>Null rule: nothing may be null. Thread rule: one thread at a time.
     */
    public static final class Builder {

        private final List<Identity> identities = new ArrayList<>();
        private @Nullable KeyStore trusted;
        private @Nullable SSLContext context;
        private List<String> protocols = List.of();
        private List<String> cipherSuites = List.of();
        private List<String> alpn = List.of();
        private @Nullable String serverName;
        private boolean hostNameVerified = true;
        private boolean truncationAllowed;
        private ClientAuth clientAuth = ClientAuth.NONE;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private ChannelOptions channels = ChannelOptions.defaults();

        private Builder() {}

        /**
         * Says whom to trust, in place of those the JDK trusts: these, and whoever has a
         * certificate signed by them.
         *
         * @param certificates the certificates, at least one
         * @return this
         * @throws IllegalArgumentException if there are none, or they cannot be stored
         */
        public Builder trust(X509Certificate... certificates) {
            if (certificates.length == 0) {
                throw new IllegalArgumentException("certificates: there are none");
            }
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < certificates.length; i++) {
                    store.setCertificateEntry("trusted" + i, certificates[i]);
                }
                return trust(store);
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalArgumentException("certificates: " + e.getMessage(), e);
            }
        }

        /**
         * Says whom to trust, in place of those the JDK trusts.
         *
         * @param store the certificates
         * @return this
         */
        public Builder trust(KeyStore store) {
            trusted = requireNonNull(store, "store");
            return this;
        }

        /**
         * Says who one is: a server has to. One that has several identities shows the one that is
         * for the name the client asks for (SNI).
         *
         * @param key the private key
         * @param chain the certificate for the key, the one that it is signed with, and so on
         * @return this
         * @throws IllegalArgumentException if the chain is empty
         */
        public Builder identity(PrivateKey key, X509Certificate... chain) {
            if (chain.length == 0) {
                throw new IllegalArgumentException("chain: there are no certificates");
            }
            identities.add(new Identity(requireNonNull(key, "key"), List.of(chain)));
            return this;
        }

        /**
         * Says who one is, by the keys of a store.
         *
         * @param store the keys and their certificates
         * @param password the password of the keys
         * @return this
         * @throws GeneralSecurityException if a key cannot be read
         */
        public Builder identity(KeyStore store, char[] password) throws GeneralSecurityException {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, password) instanceof PrivateKey key) {
                    List<X509Certificate> chain = new ArrayList<>();
                    for (var certificate : store.getCertificateChain(alias)) {
                        chain.add((X509Certificate) certificate);
                    }
                    identities.add(new Identity(key, List.copyOf(chain)));
                }
            }
            return this;
        }

        /**
         * Takes keys and trust from a context of one's own, in place of everything that is said by
         * {@link #trust} and {@link #identity}.
         *
         * @param ready the context, which is initialised
         * @return this
         */
        public Builder context(SSLContext ready) {
            context = requireNonNull(ready, "ready");
            return this;
        }

        /**
         * Says which versions to speak; those the JDK thinks good if it is not said.
         *
         * @param names the names, such as {@code TLSv1.3}
         * @return this
         */
        public Builder protocols(String... names) {
            protocols = List.of(names);
            return this;
        }

        /**
         * Says which ciphers to use; those the JDK thinks good if it is not said.
         *
         * @param names the names, in the order of preference
         * @return this
         */
        public Builder cipherSuites(String... names) {
            cipherSuites = List.of(names);
            return this;
        }

        /**
         * Says which protocols may be spoken over the connection (ALPN). See
         * {@link TlsConnection#applicationProtocol()}.
         *
         * @param names the names, in the order of preference, such as {@code h2}
         * @return this
         */
        public Builder alpn(String... names) {
            alpn = List.of(names);
            return this;
        }

        /**
         * Says which name a client asks for (SNI), where that is not the host it connects to. A
         * certificate for that name is as good as one for the host then.
         *
         * @param name the name
         * @return this
         */
        public Builder serverName(String name) {
            serverName = requireNonNull(name, "name");
            return this;
        }

        /**
         * Says whether the certificate of a server has to be for the host that a client connects
         * to. Without that anybody who has a certificate of any kind can pretend to be the server.
         *
         * @param verified whether it has to; true if it is not said
         * @return this
         */
        public Builder hostNameVerified(boolean verified) {
            hostNameVerified = verified;
            return this;
        }

        /**
         * Says whether the end of the bytes is the end of the input also where the other side has
         * not said so by {@code close_notify}. Only for protocols that notice by themselves when
         * something has been cut off; others get a {@link TruncatedException}.
         *
         * @param allowed whether it is; false if it is not said
         * @return this
         */
        public Builder truncationAllowed(boolean allowed) {
            truncationAllowed = allowed;
            return this;
        }

        /**
         * Says whether a server wants to know who its clients are.
         *
         * @param auth whether it does; {@link ClientAuth#NONE} if it is not said
         * @return this
         */
        public Builder clientAuth(ClientAuth auth) {
            clientAuth = requireNonNull(auth, "auth");
            return this;
        }

        /**
         * Says how long a handshake may take; ten seconds if it is not said.
         *
         * @param timeout the time
         * @return this
         */
        public Builder handshakeTimeout(Duration timeout) {
            handshakeTimeout = requireNonNull(timeout, "timeout");
            return this;
        }

        /**
         * Says how the channels of connections are to behave.
         *
         * @param options the options
         * @return this
         */
        public Builder channels(ChannelOptions options) {
            channels = requireNonNull(options, "options");
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         */
        public TlsOptions build() {
            return new TlsOptions(this);
        }
    }
}
