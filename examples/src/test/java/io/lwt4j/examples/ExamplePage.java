package io.lwt4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The page of an example. */
public final class ExamplePage {

    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

    private ExamplePage() {}

    /** The output that the page shows. */
    public static String output(String name) throws IOException {
        return block(name, "text");
    }

    /** The first block of the page in a certain language. */
    public static String block(String name, String language) throws IOException {
        Path page = Path.of("").toAbsolutePath().resolveSibling("docs/examples/" + name + ".md");
        return FENCE.matcher(Files.readString(page))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .findFirst()
                .orElseThrow(() -> new AssertionError(page + " has no " + language));
    }
}
