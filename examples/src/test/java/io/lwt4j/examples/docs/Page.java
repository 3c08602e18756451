package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation, for tests of what it says.
 *
 * @param file where it is
 * @param text all of it
 */
public record Page(Path file, String text) {

    /** The top folder of the project. */
    public static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    /** The pages a reader comes to: the README, and all under {@code docs}. */
    static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>(List.of(read(ROOT.resolve("README.md"))));
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                pages.add(read(file));
            }
        }
        return pages;
    }

    /** The page of that name in {@code docs}. */
    public static Page of(String name) throws IOException {
        return read(ROOT.resolve("docs").resolve(name + ".md"));
    }

    public static Page read(Path file) throws IOException {
        return new Page(file, Files.readString(file));
    }

    /** The text of every fenced block in a language. */
    public List<String> blocks(String language) {
        return blocks(language, text);
    }

    private static List<String> blocks(String language, String text) {
        return FENCE.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** What each section says that is printed, by its heading; those that say nothing are out. */
    Map<String, List<String>> printed() {
        Map<String, List<String>> printed = new LinkedHashMap<>();
        List<MatchResult> headings = HEADING.matcher(prose()).results().toList();
        for (MatchResult heading : headings) {
            String section = sectionAt(heading.end());
            List<String> outputs = blocks("text", section);
            if (!outputs.isEmpty()) {
                printed.put(heading.group(1), outputs.get(0).lines().toList());
            }
        }
        return printed;
    }

    /** One test for each section that says what is printed: its program prints that. */
    Stream<DynamicTest> prints(Map<String, Callable<List<String>>> programs) {
        Map<String, List<String>> printed = printed();
        assertThat(programs).containsOnlyKeys(printed.keySet());
        return printed.entrySet().stream()
                .map(section -> DynamicTest.dynamicTest(
                        section.getKey(),
                        () -> assertThat(programs.get(section.getKey()).call())
                                .isEqualTo(section.getValue())));
    }

    private String sectionAt(int start) {
        Matcher next = HEADING.matcher(prose());
        return text.substring(start, next.find(start) ? next.start() : text.length());
    }

    /** The text with blanks for the code in blocks, so that all is where it was. */
    private String prose() {
        return FENCE.matcher(text)
                .replaceAll(
                        block -> Matcher.quoteReplacement(block.group().replaceAll("[^\n]", " ")));
    }

    /** The names by which the headings can be linked to, as GitHub makes them. */
    List<String> anchors() {
        Map<String, Integer> counts = new HashMap<>();
        return HEADING.matcher(prose())
                .results()
                .map(heading -> heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1"))
                .map(heading -> heading.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .map(anchor -> {
                    int before = counts.merge(anchor, 1, Integer::sum) - 1;
                    return before == 0 ? anchor : anchor + "-" + before;
                })
                .toList();
    }

    List<String> links() {
        return LINK.matcher(prose()).results().map(link -> link.group(1)).toList();
    }

    /** The rows of all tables, their headings left out, without the white space around cells. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : prose().lines().toList()) {
            if (!line.startsWith("|")) {
                inside = false;
            } else if (line.matches("[|: -]+")) {
                inside = true;
            } else if (inside) {
                rows.add(cells(line));
            }
        }
        return rows;
    }

    private static List<String> cells(String line) {
        // A bar inside of a cell is written with a backslash.
        return Arrays.stream(line.replaceAll("^\\||\\|\\s*$", "").split("(?<!\\\\)\\|", -1))
                .map(String::strip)
                .toList();
    }

    /** What stands as code in a cell. */
    static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
    }

    /** The text without white space: the formatter decides on lines. */
    public static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    /** The section of that heading, which must be there. */
    String section(String title) {
        Matcher heading =
                Pattern.compile("(?m)^#+ " + Pattern.quote(title) + "$").matcher(prose());
        if (!heading.find()) {
            throw new NoSuchElementException("no section \"" + title + "\" in " + file);
        }
        return sectionAt(heading.end());
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }
}
