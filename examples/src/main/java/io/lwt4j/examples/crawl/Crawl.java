package io.lwt4j.examples.crawl;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.net.TcpServer;
import io.lwt4j.process.Command;
import io.lwt4j.process.OsSignal;
import io.lwt4j.process.Stdio;
import io.lwt4j.tls.TlsOptions;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Comparator;

/**
 * Visits a web site, and says what is there.
 *
 * <p>Without a URL it visits a {@link DemoSite} that it starts itself; see
 * {@link CrawlOptions#USAGE}. The exit code is 0, 130 after Ctrl-C, 2 if the arguments are wrong.
 */
public final class Crawl {

    static final int INTERRUPTED = 130;

    private final CrawlOptions options;
    private final HttpClient http;
    private final PrintStream out;
    private final PrintStream err;

    Crawl(CrawlOptions options, HttpClient http, PrintStream out, PrintStream err) {
        this.options = options;
        this.http = http;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the program.
     *
     * @param args see {@link CrawlOptions#USAGE}
     * @throws Exception if the program is wrong
     */
    public static void main(String[] args) throws Exception {
        CrawlOptions options;
        try {
            options = CrawlOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(CrawlOptions.USAGE);
            System.exit(2);
            return;
        }
        HttpClient http = new HttpClient(TlsOptions.defaults());
        Crawl crawl = new Crawl(options, http, System.out, System.err);
        System.exit(EventLoop.run(() -> crawl.run(OsSignal.next(OsSignal.INT))));
    }

    /** Runs until the end or the interrupt, and returns the exit status. */
    Promise<Integer> run(Promise<?> interrupt) {
        if (options.start().isPresent()) {
            return visit(options.start().get(), interrupt);
        }
        return Promise.using(
                () -> new DemoSite().listen(),
                server -> visit(DemoSite.urlOf(server), interrupt),
                TcpServer::close);
    }

    private Promise<Integer> visit(URI start, Promise<?> interrupt) {
        Crawler crawler = new Crawler(options, http);
        return isTerminal().flatMap(terminal -> {
            if (terminal) {
                crawler.progress().observe(now -> err.print("\r" + now.bar()));
            } else {
                crawler.progress().changes().observe(err::println);
            }
            return crawler.run(start, interrupt).map(complete -> {
                if (terminal) {
                    err.println();
                }
                summarize(crawler, complete);
                return complete ? 0 : INTERRUPTED;
            });
        });
    }

    /** Whether the standard error output is a terminal, which Java cannot tell. */
    private static Promise<Boolean> isTerminal() {
        return Command.of("test", "-t", "2")
                .withStderr(Stdio.inherit())
                .exec()
                .map(status -> status.isSuccess())
                .recover(IOException.class, noSuchProgram -> Promise.ofFalse());
    }

    private void summarize(Crawler crawler, boolean complete) {
        crawler.done().stream()
                .sorted(Comparator.comparing(Visit::url))
                .forEach(page -> out.println(
                        page.outcome() + "  " + page.url().getPath() + tries(page.tries())));
        out.println((complete ? "" : "interrupted: ") + crawler.progress().get());
    }

    private static String tries(int tries) {
        return tries == 1 ? "" : "  (" + tries + " tries)";
    }
}
