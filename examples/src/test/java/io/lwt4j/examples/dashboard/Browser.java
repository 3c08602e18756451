package io.lwt4j.examples.dashboard;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A Chromium without a window. */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    /** It misses a list of what the browser can do, of which nothing is used here. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium.devtools");

    /** How long to wait for what the page is to show. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Has the test skipped where there is no browser. */
    static Browser open() {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "skipped, for there is no " + CHROMIUM + " or no " + DRIVER
                        + "; on Debian: apt-get install chromium chromium-driver");
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        // The sandbox cannot be had as root, and nothing but our page is to be asked for.
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE);
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 1280, "height", 800, "deviceScaleFactor", 1, "mobile", false));
        return new Browser(driver);
    }

    void visit(URI page) {
        driver.get(page.toString());
    }

    void leave() {
        driver.get("about:blank");
    }

    /** The value of an expression of the page's language. */
    Object evaluate(String expression) {
        return driver.executeScript("return " + expression);
    }

    /** Waits, in the page, until a condition of the page's language holds. */
    void await(String condition) {
        driver.executeAsyncScript("const done = arguments[0];"
                + "const look = () => (" + condition + ") ? done() : setTimeout(look, 20);"
                + "look();");
    }

    /** The colours of the page: light or dark. */
    void prefer(String colours) {
        Map<String, String> feature = Map.of("name", "prefers-color-scheme", "value", colours);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** What the page has logged since the last call, errors of scripts included. */
    List<String> log() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::toString)
                .toList();
    }

    void screenshot(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
