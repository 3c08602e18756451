package io.lwt4j.examples.crawl;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a page leads to. */
final class Links {

    private static final Pattern HREF = Pattern.compile("(?i)\\shref\\s*=\\s*[\"']([^\"'#]*)");

    private Links() {}

    /** The links to the same host: those of a page, or where it has moved to. */
    static List<URI> of(URI page, HttpResponse response) {
        if (response.status() / 100 == 3) {
            return sameHost(page, response.header("location")).stream().toList();
        }
        if (response.status() != 200 || !response.header("content-type").startsWith("text/html")) {
            return List.of();
        }
        return HREF.matcher(response.body())
                .results()
                .flatMap(href -> sameHost(page, href.group(1)).stream())
                .distinct()
                .toList();
    }

    private static Optional<URI> sameHost(URI page, String link) {
        try {
            URI target = page.resolve(link.strip().replace("&amp;", "&"));
            boolean same = Objects.equals(target.getScheme(), page.getScheme())
                    && Objects.equals(target.getRawAuthority(), page.getRawAuthority());
            return same ? Optional.of(withPath(target)) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** {@code http://host} is the same as {@code http://host/}. */
    static URI withPath(URI url) {
        return url.getRawPath().isEmpty() ? url.resolve("/") : url;
    }
}
