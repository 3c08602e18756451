package io.lwt4j.examples;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What the user of {@link FrontPage} wants.
 *
 * @param url the page; null for that of a {@link LoopbackSite}
 * @param timeout how long to wait for it
 * @param stall whether the site is one that never answers
 * @param help whether only to say what can be wanted
 */
record FrontPageArguments(@Nullable URI url, Duration timeout, boolean stall, boolean help) {

    static final String USAGE = "usage: FrontPage [--url http://HOST[:PORT]/PATH]"
            + " [--timeout SECONDS] [--stall] [--help]";

    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    /** Throws {@link IllegalArgumentException} with a line for the user. */
    static FrontPageArguments parse(String... args) {
        URI url = null;
        Duration timeout = FIVE_SECONDS;
        boolean stall = false;
        boolean help = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--url" -> url = url(value(args, ++i));
                case "--timeout" -> timeout = seconds(value(args, ++i));
                case "--stall" -> stall = true;
                case "--help" -> help = true;
                default -> throw new IllegalArgumentException("unknown argument: " + args[i]);
            }
        }
        if (stall && url != null) {
            throw new IllegalArgumentException(
                    "--stall is for the example's own server, not for --url " + url);
        }
        return new FrontPageArguments(url, timeout, stall, help);
    }

    private static String value(String[] args, int i) {
        if (i == args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        return args[i];
    }

    private static Duration seconds(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "--timeout: " + text + " is not a number of seconds such as 5 or 0.2");
        }
        return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
    }

    private static URI url(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw malformed(text, e);
        }
        if ("https".equalsIgnoreCase(url.getScheme())) {
            throw new IllegalArgumentException("--url: " + text + " is unsupported: only http is");
        }
        if (!"http".equalsIgnoreCase(url.getScheme())
                || url.getHost() == null
                || url.getPort() == 0
                || url.getPort() > 0xFFFF) {
            throw malformed(text, null);
        }
        return url;
    }

    private static IllegalArgumentException malformed(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "--url: " + text + " is not like http://HOST[:PORT]/PATH", cause);
    }
}
