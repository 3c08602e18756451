package io.lwt4j.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the page asks for, over a real socket. */
class DashboardHttpTest {

    private static final Pattern MOMENT = Pattern.compile("\"moment\":(\\d+)");

    private final RunningDashboard dashboard = new RunningDashboard();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        dashboard.close();
    }

    /** A client that listens, on a connection of its own. */
    private final class Listener implements AutoCloseable {

        /** Comes with the first event. */
        private final CompletableFuture<BufferedReader> body;

        Listener(String path) {
            HttpRequest request = HttpRequest.newBuilder(dashboard.url().resolve(path))
                    .version(HttpClient.Version.HTTP_1_1)
                    .header("Accept", "text/event-stream")
                    .build();
            body = HttpClient.newHttpClient()
                    .sendAsync(request, BodyHandlers.ofInputStream())
                    .thenApply(response -> new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
        }

        /** What the next event says; null if there are no more. */
        String next() throws IOException {
            BufferedReader lines = body.join();
            String line = lines.readLine();
            while (line != null && !line.startsWith("data:")) {
                line = lines.readLine();
            }
            return line == null ? null : line.substring("data:".length());
        }

        /** Closes the connection. */
        @Override
        public void close() throws IOException {
            body.join().close();
        }
    }

    private static long moment(String figures) {
        Matcher moment = MOMENT.matcher(figures);
        assertThat(moment.find()).as(figures).isTrue();
        return Long.parseLong(moment.group(1));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(dashboard.url().resolve(path)).build(),
                BodyHandlers.ofString());
    }

    private void setThreshold(String value) throws Exception {
        HttpResponse<Void> response = client.send(
                HttpRequest.newBuilder(dashboard.url().resolve("api/threshold"))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(value))
                        .build(),
                BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void figuresGoOnUntilTheClientLeaves() throws Exception {
        try (Listener listener = new Listener("api/figures")) {
            long first = moment(listener.next());
            long last = first;
            while (last < first + 3) {
                long moment = moment(listener.next());
                assertThat(moment).isGreaterThanOrEqualTo(last);
                last = moment;
            }
            dashboard.awaitSubscribers(1);
        }
        dashboard.awaitSubscribers(0);
    }

    @Test
    void clientsDoNotDisturbOneAnother() throws Exception {
        try (Listener stays = new Listener("api/figures")) {
            try (Listener leaves = new Listener("api/figures")) {
                assertThat(stays.next()).isNotNull();
                assertThat(leaves.next()).isNotNull();
                dashboard.awaitSubscribers(2);
            }
            dashboard.awaitSubscribers(1);
            long moment = moment(stays.next());
            while (moment(stays.next()) <= moment) {}
        }
    }

    @Test
    void aThresholdThatIsCrossedIsAnAlarmForWhoListensAndForWhoComesLater() throws Exception {
        setThreshold("1000");
        try (Listener listener = new Listener("api/alarms")) {
            dashboard.awaitSubscribers(1);
            setThreshold("0");
            assertThat(listener.next()).contains("\"raised\":true", "\"threshold\":0.0");
            assertThat(get("api/history").body()).contains("\"raised\":true,");
        }
    }

    @Test
    void whoComesLaterGetsWhatHasBeen() throws Exception {
        try (Listener listener = new Listener("api/figures")) {
            while (moment(listener.next()) < 3) {}
        }
        assertThat(get("api/history").body()).contains("\"moment\":1,", "\"moment\":2,");
    }

    @Test
    void theEndOfTheApplicationEndsTheResponses() throws Exception {
        try (Listener listener = new Listener("api/figures")) {
            assertThat(listener.next()).isNotNull();
            dashboard.close();
            while (listener.next() != null) {}
        }
    }

    @Test
    void thePictureIsThatOfTheSignals() throws Exception {
        assertThat(get("api/graph").body())
                .contains(dashboard.names().stream()
                        .map(name -> "\"name\":\"" + name + "\"")
                        .toList());
    }

    @Test
    void thePageIsThere() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<script type=\"module\" src=\"dashboard.js\">");
    }
}
