package io.lwt4j.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The page, in a real browser. */
class DashboardPageTest {

    private static final String MOMENT = "Number(document.querySelector('#moment').textContent)";
    private static final String STATE = "document.querySelector('#state').textContent";
    private static final String SUBSCRIBERS =
            "document.querySelectorAll('#graph .observer').length";
    private static final String POINTS =
            "document.querySelector('#chart .spread').points.numberOfItems";
    private static final String ALARMS = "document.querySelectorAll('#alarms .raised').length";

    private Browser browser;
    private RunningDashboard dashboard;

    @BeforeEach
    void open() {
        browser = Browser.open();
        dashboard = new RunningDashboard();
        browser.visit(dashboard.url());
    }

    @AfterEach
    void close() {
        if (dashboard != null) {
            dashboard.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    private void setThreshold(String value) {
        browser.evaluate("(slider => { slider.value = " + value
                + "; slider.dispatchEvent(new Event('change')); })"
                + "(document.querySelector('#threshold'))");
    }

    @Test
    void thePageIsAlive() throws Exception {
        browser.await(STATE + " === 'live' && " + MOMENT + " >= 3");
        String spread = (String) browser.evaluate("document.querySelector('#spread').textContent");
        assertThat(spread).matches("-?\\d+\\.\\d\\d");
        browser.await("document.querySelector('#spread').textContent !== '" + spread + "'");
        browser.await(POINTS + " >= 10");
        takePicture();

        setThreshold("0.2");
        browser.await(ALARMS + " > 0");

        browser.await(SUBSCRIBERS + " === 2");
        List<?> shown = (List<?>)
                browser.evaluate("[...document.querySelectorAll('#graph g:not(.observer)')]"
                        + ".map(node => node.dataset.name)");
        assertThat(shown.stream().map(Object::toString))
                .containsExactlyInAnyOrderElementsOf(dashboard.names());
        assertThat(browser.log()).isEmpty();
    }

    @Test
    void whoLeavesThePageIsNotServedAnyLonger() {
        dashboard.awaitSubscribers(2);
        browser.leave();
        dashboard.awaitSubscribers(0);
    }

    @Test
    void thePageSaysThatTheServerIsGone() {
        browser.await(STATE + " === 'live'");
        dashboard.close();
        browser.await(STATE + " === 'disconnected'");
    }

    /** Takes the picture for the documentation, if somebody says where it goes. */
    private void takePicture() throws IOException {
        String file = System.getProperty("dashboard.screenshot");
        if (file != null) {
            browser.prefer(System.getProperty("dashboard.colours", "light"));
            browser.await(MOMENT + " >= 200");
            browser.screenshot(Path.of(file));
        }
    }
}
