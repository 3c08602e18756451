package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the pages show is run somewhere, what they link to is there, what they name exists. */
class DocsTest {

    /** Where the sources are that the build runs. */
    private static final List<String> RUN =
            List.of("src/test/java", "examples/src/main/java", "examples/src/it/");

    @Test
    void everyJavaSnippetIsPartOfATestOrAnExample() throws Exception {
        String sources = sources();
        List<String> strangers = new ArrayList<>();
        for (Page page : Page.all()) {
            for (String snippet : page.blocks("java")) {
                if (!sources.contains(Page.squeezed(snippet))) {
                    strangers.add(page + ":\n" + snippet);
                }
            }
        }
        assertThat(strangers).as("snippets that nothing runs").isEmpty();
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(Page.ROOT)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = Page.ROOT.relativize(file).toString().replace('\\', '/');
                if (RUN.stream().anyMatch(name::contains)) {
                    all.append(Page.squeezed(Files.readString(file)));
                }
            }
        }
        return all.toString();
    }

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() throws Exception {
        return Page.all().stream()
                .map(page -> DynamicTest.dynamicTest(page.toString(), () -> {
                    List<String> broken = new ArrayList<>();
                    for (String link : page.links()) {
                        if (!link.matches("\\w+:.*") && !leadsSomewhere(page, link)) {
                            broken.add(link);
                        }
                    }
                    assertThat(broken).isEmpty();
                }));
    }

    private static boolean leadsSomewhere(Page from, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? from.file()
                : from.file().resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1 || Page.read(target).anchors().contains(parts[1]));
    }

    @TestFactory
    Stream<DynamicTest> everyMemberInATableOfNamesExists() throws Exception {
        return Stream.of(
                        Members.ofReactor(),
                        Members.ofRxJava(),
                        Members.ofTheJdk(),
                        Members.ofOurs("combinators"),
                        Members.ofOurs("cancellation"),
                        Members.ofOurs("testing"))
                .map(names -> DynamicTest.dynamicTest(names.page(), () -> {
                    assertThat(names.count()).isGreaterThan(5);
                    assertThat(names.missing()).isEmpty();
                }));
    }
}
