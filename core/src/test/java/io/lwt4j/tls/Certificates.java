package io.lwt4j.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** Certificates that are made when the tests run. */
final class Certificates {

    static final Identity AUTHORITY = authority("CN=Test authority", certificate -> certificate);

    static final Identity SERVER = issued(
            "CN=localhost",
            certificate -> certificate.addSanDnsName("localhost").addSanIpAddress("127.0.0.1"));

    static final Identity OTHER =
            issued("CN=other.example", certificate -> certificate.addSanDnsName("other.example"));

    static final Identity CLIENT = issued("CN=somebody", certificate -> certificate);

    private Certificates() {}

    record Identity(X509Bundle bundle) {

        PrivateKey key() {
            return bundle.getKeyPair().getPrivate();
        }

        X509Certificate certificate() {
            return bundle.getCertificate();
        }

        X509Certificate[] chain() {
            return bundle.getCertificatePath();
        }
    }

    private static CertificateBuilder builder(String name) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject(name)
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(1)));
    }

    static Identity authority(String name, UnaryOperator<CertificateBuilder> with) {
        try {
            return new Identity(
                    with.apply(builder(name).setIsCertificateAuthority(true)).buildSelfSigned());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Identity issued(String name, UnaryOperator<CertificateBuilder> with) {
        try {
            return new Identity(with.apply(builder(name)).buildIssuedBy(AUTHORITY.bundle()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static TlsOptions.Builder client() {
        return TlsOptions.builder().trust(AUTHORITY.certificate());
    }

    static TlsOptions.Builder server(Identity... identities) {
        TlsOptions.Builder builder = TlsOptions.builder().trust(AUTHORITY.certificate());
        for (Identity identity : identities) {
            builder.identity(identity.key(), identity.chain());
        }
        return builder;
    }
}
