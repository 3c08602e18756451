package io.lwt4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.lwt4j.examples.docs.Page;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages of the examples show programs that are there, and code that is theirs. */
class ExamplePagesTest {

    private static final Path PAGES = Page.ROOT.resolve("docs/examples");
    private static final Path SOURCES = Page.ROOT.resolve("examples/src");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
    private static final Pattern COMMAND =
            Pattern.compile("mvn -q compile exec:exec -pl examples -am"
                    + "(?: -Dexample=(?<program>[\\w.]+))?(?: -Dargs=\"[^\"]*\")?\n");

    @TestFactory
    Stream<DynamicTest> aPageBeginsWithTheLineThatRunsItsProgram() throws IOException {
        return pages().map(page -> dynamicTest(page.getFileName().toString(), () -> {
            Matcher command = COMMAND.matcher(blocks(page, "sh").get(0));
            assertThat(command.matches()).as("one line, %s", COMMAND).isTrue();
            String program = command.group("program");
            if (program != null) {
                assertThat(SOURCES.resolve("main/java/io/lwt4j/examples")
                                .resolve(program.replace('.', '/') + ".java"))
                        .exists();
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> javaOnAPageIsPartOfASource() throws IOException {
        String sources = files(SOURCES, ".java")
                .map(ExamplePagesTest::text)
                .map(Page::squeezed)
                .collect(Collectors.joining("\n"));
        return pages().flatMap(page -> blocks(page, "java").stream()
                .map(block -> dynamicTest(
                        page.getFileName() + ": " + block.lines().findFirst().orElseThrow(),
                        () -> assertThat(sources.contains(Page.squeezed(block)))
                                .as("part of a source:%n%s", block)
                                .isTrue())));
    }

    @TestFactory
    Stream<DynamicTest> linksAndPicturesLeadToFiles() throws IOException {
        return pages().map(page -> dynamicTest(
                page.getFileName().toString(),
                () -> assertThat(LINK.matcher(text(page))
                                .results()
                                .map(link -> PAGES.resolve(link.group(1))))
                        .allSatisfy(file -> assertThat(file).exists())));
    }

    private static Stream<Path> pages() throws IOException {
        return Files.exists(PAGES) ? files(PAGES, ".md") : Stream.empty();
    }

    private static Stream<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        }
    }

    private static List<String> blocks(Path page, String language) {
        return new Page(page, text(page)).blocks(language);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
