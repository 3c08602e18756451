package io.lwt4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of an example. */
public final class ExamplePage {

    private static final Pattern OUTPUT = Pattern.compile("(?ms)^```text\n(.*?)^```$");

    private ExamplePage() {}

    /** The output that the page shows. */
    public static String output(String name) throws IOException {
        Path page = Path.of("").toAbsolutePath().resolveSibling("docs/examples/" + name + ".md");
        Matcher matcher = OUTPUT.matcher(Files.readString(page));
        if (!matcher.find()) {
            throw new AssertionError(page + " shows no output");
        }
        return matcher.group(1);
    }
}
