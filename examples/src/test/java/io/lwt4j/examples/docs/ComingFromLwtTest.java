package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs the snippet of the page for those who know Lwt, and compares its table with the map. */
class ComingFromLwtTest {

    static Promise<Optional<String>> get(String server) {
        Promise<Optional<String>> tooLate =
                EventLoop.sleep(Duration.ofSeconds(5)).map(done -> Optional.empty());
        Promise<Optional<String>> answer = ask(server).map(line -> Optional.of(line));
        return Promise.pick(answer, tooLate);
    }

    private static Promise<String> ask(String server) {
        return server.equals("asleep")
                ? Resolver.<String>cancellable().promise()
                : EventLoop.sleep(Duration.ofSeconds(1)).map(done -> "hello from " + server);
    }

    @Test
    void theSnippetDoesWhatItsOriginalDoes() throws Exception {
        TestLoop.run(() -> Promise.all(get("here"), get("asleep"))
                .map(answers -> assertThat(answers)
                        .containsExactly(Optional.of("hello from here"), Optional.empty())));
    }

    @Test
    void theTableSaysWhatTheMapSays() throws Exception {
        List<List<String>> map =
                Page.of("lwt-map").rows().stream().map(row -> row.subList(0, 2)).toList();
        List<List<String>> names = Page.of("coming-from-lwt").rows().stream()
                .filter(row -> row.get(0).startsWith("`Lwt"))
                .toList();
        assertThat(names).hasSizeGreaterThan(60);
        assertThat(map).containsAll(names);
    }
}
