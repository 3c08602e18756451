package io.lwt4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.examples.docs.Page;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The README shows what is compiled and run here, and nothing else. */
class ReadmeTest {

    private static final Path README = Page.ROOT.resolve("README.md");

    @Test
    void everyJavaSnippetIsPartOfAnExampleThatItsTestRuns() throws Exception {
        List<String> snippets = blocks("java");
        assertThat(snippets).isNotEmpty();
        String example = squeezed(
                Files.readString(Path.of("src/main/java/io/lwt4j/examples/FrontPage.java")));
        assertThat(snippets).allSatisfy(snippet -> assertThat(example).contains(squeezed(snippet)));
    }

    @Test
    void theFirstTwoCommandsRunTheExampleAndTheTests() throws Exception {
        assertThat(blocks("sh").subList(0, 2))
                .containsExactly("mvn -q compile exec:exec -pl examples -am\n", "mvn -B verify\n");
    }

    @Test
    void everyLinkLeadsToAFile() throws Exception {
        assertThat(Pattern.compile("\\]\\(([^)#:]+)\\)")
                        .matcher(Files.readString(README))
                        .results()
                        .map(link -> README.resolveSibling(link.group(1))))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).exists());
    }

    private static List<String> blocks(String language) throws Exception {
        return Page.read(README).blocks(language);
    }

    /** The text with every run of white space as one blank: the formatter decides on lines. */
    private static String squeezed(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
