package io.lwt4j.examples.crawl;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.Backoff;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.Retry;
import io.lwt4j.sync.Scope;
import io.lwt4j.sync.Throttle;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Visits a site: the pages that can be reached from one, each once. */
final class Crawler {

    private static final Backoff BACKOFF =
            Backoff.exponential(Duration.ofMillis(50)).atMost(Duration.ofSeconds(5));

    private final CrawlOptions options;
    private final HttpClient http;
    private final Throttle<String> hosts;

    /** The pages to be visited: what is found at one end comes out at the other. */
    private final PullStream.Pushed<Visit> frontier = PullStream.push();

    private final Set<URI> known = new HashSet<>();
    private final List<Visit> done = new ArrayList<>();
    private final Var<Progress> progress = Var.of(Progress.NONE);

    Crawler(CrawlOptions options, HttpClient http) {
        this.options = options;
        this.http = http;
        // One request in a period, and a period has to take some time.
        Duration period = options.delay().isZero() ? Duration.ofNanos(1) : options.delay();
        hosts = Throttle.create(1, period, Integer.MAX_VALUE);
    }

    Signal<Progress> progress() {
        return progress.signal();
    }

    List<Visit> done() {
        return done;
    }

    /**
     * Visits all pages, and says whether that came to its end. If not, because of an interrupt, all
     * connections are closed by then.
     */
    Promise<Boolean> run(URI start, Promise<?> interrupt) {
        add(start, 0);
        return Scope.failFast(scope -> {
            Promise<Boolean> visits = frontier.stream()
                    .forEachConcurrent(options.limit(), page -> scope.fork(() -> visit(page)))
                    .map(end -> true);
            return Promise.pick(visits, interrupt.map(signal -> false));
        });
    }

    private void add(URI url, int depth) {
        if (depth <= options.depth() && known.add(url)) {
            frontier.writer().push(new Visit(url, depth));
        }
    }

    private Promise<@Nullable Void> visit(Visit page) {
        return Retry.of(() -> ask(page))
                .times(options.retries())
                .backoff(BACKOFF)
                .run()
                .fold(response -> succeed(page, response), error -> fail(page, error));
    }

    private Promise<HttpResponse> ask(Visit page) {
        return hosts.acquire(page.url().getHost()).flatMap(passed -> {
            page.begin();
            Promise<HttpResponse> answer = http.get(page.url()).map(response -> {
                if (response.status() >= 500) {
                    throw new IOException("status " + response.status());
                }
                return response;
            });
            Promise<HttpResponse> tooLate = EventLoop.sleep(options.timeout()).map(x -> {
                throw new TimeoutException("no answer in " + options.timeout().toMillis() + " ms");
            });
            // The loser is cancelled: the timer is gone, or the connection is closed.
            return Promise.pick(answer, tooLate);
        });
    }

    private Promise<@Nullable Void> succeed(Visit page, HttpResponse response) {
        Links.of(page.url(), response).forEach(link -> add(link, page.depth() + 1));
        page.end(Integer.toString(response.status()), response.status() >= 400);
        return count(page);
    }

    private Promise<@Nullable Void> fail(Visit page, Throwable error) {
        if (error instanceof CanceledException) {
            return Promise.failed(error);
        }
        page.end(String.valueOf(error.getMessage()), true);
        return count(page);
    }

    private Promise<@Nullable Void> count(Visit page) {
        done.add(page);
        int failed = (int) done.stream().filter(Visit::hasFailed).count();
        progress.set(new Progress(done.size(), failed, known.size()));
        if (done.size() == known.size()) {
            frontier.writer().end();
        }
        return Promise.unit();
    }
}
