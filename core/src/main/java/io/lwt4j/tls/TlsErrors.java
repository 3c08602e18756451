package io.lwt4j.tls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CertificateRevokedException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Says in plain words what went wrong, and keeps the cause. */
final class TlsErrors {

    /** The kind of a subject's alternative name that is the name of a host; see RFC 5280. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private TlsErrors() {}

    /** A certificate that is not accepted; the message says whose and why. */
    static final class RefusedCertificate extends CertificateException {

        private static final long serialVersionUID = 1L;

        RefusedCertificate(String message, CertificateException cause) {
            super(message, cause);
        }
    }

    /** An error of a connection, by way of which it is told whose it is. */
    static Throwable explained(Throwable cause, String peer, boolean handshaken) {
        if (cause instanceof TruncatedException || !(cause instanceof IOException)) {
            return cause;
        }
        RefusedCertificate refused = find(cause, RefusedCertificate.class);
        String reason = String.valueOf((refused != null ? refused : cause).getMessage());
        if (reason.contains("Unsupported or unrecognized SSL message")
                || reason.contains("plaintext connection")) {
            reason = "the other side does not speak TLS (" + reason + ")";
        }
        if (!handshaken) {
            return new SSLHandshakeException("TLS handshake with " + peer + " failed: " + reason)
                    .initCause(cause);
        }
        return cause instanceof SSLException
                ? new SSLException("TLS with " + peer + ": " + reason, cause)
                : cause;
    }

    /** What is wrong with a certificate. */
    static RefusedCertificate refused(
            String owner, X509Certificate[] chain, CertificateException cause) {
        return new RefusedCertificate("certificate of " + owner + ": " + why(chain, cause), cause);
    }

    private static String why(X509Certificate[] chain, CertificateException cause) {
        String said = String.valueOf(cause.getMessage());
        if (find(cause, CertificateExpiredException.class) != null) {
            return "expired on "
                    + Collections.min(ofAll(chain, it -> it.getNotAfter().toInstant()));
        }
        if (find(cause, CertificateNotYetValidException.class) != null) {
            return "not valid before "
                    + Collections.max(ofAll(chain, it -> it.getNotBefore().toInstant()));
        }
        CertificateRevokedException revoked = find(cause, CertificateRevokedException.class);
        if (revoked != null) {
            return "revoked on " + revoked.getRevocationDate().toInstant();
        }
        if (said.contains("No subject alternative") || said.contains("No name matching")) {
            return "host name does not match, it is for " + names(chain[0]);
        }
        if (find(cause, CertPathBuilderException.class) != null) {
            X509Certificate last = chain[chain.length - 1];
            boolean selfSigned =
                    last.getSubjectX500Principal().equals(last.getIssuerX500Principal());
            return selfSigned && chain.length == 1
                    ? "self-signed, and not among those that are trusted"
                    : "signed by " + last.getIssuerX500Principal() + ", who is not trusted";
        }
        return said;
    }

    private static List<Instant> ofAll(
            X509Certificate[] chain, Function<X509Certificate, Instant> date) {
        return Arrays.stream(chain).map(date).toList();
    }

    private static String names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> name : alternatives) {
                    if (name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS)) {
                        names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // Then it is for nobody we could name.
        }
        return names.isEmpty()
                ? certificate.getSubjectX500Principal().toString()
                : String.join(", ", names);
    }

    private static <X extends Throwable> @Nullable X find(Throwable error, Class<X> type) {
        int depth = 0;
        for (Throwable e = error; e != null && depth < 20; e = e.getCause()) {
            if (type.isInstance(e)) {
                return type.cast(e);
            }
            depth++;
        }
        return null;
    }
}
