package io.lwt4j.examples.crawl;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * What the user of {@link Crawl} wants.
 *
 * @param start where to begin; nothing for a {@link DemoSite}
 * @param limit how many requests may be under way at a time
 * @param delay how much time there has to be between two requests to a host
 * @param depth how many links away from the start
 * @param timeout how long an answer may take
 * @param retries how often to try again
 */
record CrawlOptions(
        Optional<URI> start, int limit, Duration delay, int depth, Duration timeout, int retries) {

    static final String USAGE = "usage: Crawl [URL] [--limit N] [--delay SECONDS] [--depth N]"
            + " [--timeout SECONDS] [--retries N]";

    static final CrawlOptions USUAL = new CrawlOptions(
            Optional.empty(), 4, Duration.ofMillis(10), 3, Duration.ofSeconds(2), 2);

    /** Throws {@link IllegalArgumentException} with a line for the user. */
    static CrawlOptions parse(String... args) {
        CrawlOptions options = USUAL;
        for (int i = 0; i < args.length; i++) {
            options = args[i].startsWith("--")
                    ? options.with(args[i], value(args, ++i))
                    : options.withStart(url(args[i]));
        }
        return options;
    }

    private CrawlOptions with(String name, String value) {
        return switch (name) {
            case "--limit" -> new CrawlOptions(start, limit(value), delay, depth, timeout, retries);
            case "--delay" ->
                new CrawlOptions(start, limit, seconds(name, value), depth, timeout, retries);
            case "--depth" ->
                new CrawlOptions(start, limit, delay, number(name, value), timeout, retries);
            case "--timeout" ->
                new CrawlOptions(start, limit, delay, depth, seconds(name, value), retries);
            case "--retries" ->
                new CrawlOptions(start, limit, delay, depth, timeout, number(name, value));
            default -> throw new IllegalArgumentException("unknown argument: " + name);
        };
    }

    CrawlOptions withStart(URI url) {
        return new CrawlOptions(Optional.of(url), limit, delay, depth, timeout, retries);
    }

    private static String value(String[] args, int i) {
        if (i == args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        return args[i];
    }

    private static int limit(String text) {
        int limit = number("--limit", text);
        if (limit == 0) {
            throw new IllegalArgumentException("--limit: 0 would be the end of it");
        }
        return limit;
    }

    private static int number(String name, String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(name + ": " + text + " is not a number");
        }
        return Integer.parseInt(text);
    }

    private static Duration seconds(String name, String text) {
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,9})?")) {
            throw new IllegalArgumentException(
                    name + ": " + text + " is not a number of seconds such as 5 or 0.2");
        }
        return Duration.ofNanos(new BigDecimal(text).movePointRight(9).longValueExact());
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && String.valueOf(url.getScheme()).matches("https?")) {
                return Links.withPath(url);
            }
        } catch (URISyntaxException e) {
            // The same as below.
        }
        throw new IllegalArgumentException(text + " is not like http://HOST[:PORT]/PATH");
    }
}
