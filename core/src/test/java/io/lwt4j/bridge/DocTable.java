package io.lwt4j.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables in {@code docs/interop.md}, each between two markers. They are made by tests, which
 * fail where the page says something else; {@code -Ddocs.write=true} lets them write instead.
 */
public final class DocTable {

    private static final Path PAGE = Path.of("..", "docs", "interop.md");

    private DocTable() {}

    /** Compares the lines between the two markers of a name, or puts them there. */
    public static void check(String name, List<String> table) throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        int begin = page.indexOf("<!-- " + name + " -->");
        int end = page.indexOf("<!-- end of " + name + " -->");
        assertThat(begin).as("place of the marker: " + name).isNotNegative().isLessThan(end);
        if (Boolean.getBoolean("docs.write")) {
            List<String> written = new ArrayList<>(page.subList(0, begin + 1));
            written.addAll(table);
            written.addAll(page.subList(end, page.size()));
            Files.write(PAGE, written);
        } else {
            assertThat(page.subList(begin + 1, end))
                    .as("run with -Ddocs.write=true to bring the page up to date")
                    .isEqualTo(table);
        }
    }
}
