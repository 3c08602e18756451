package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.examples.GettingStarted;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Runs the program of <i>Getting started</i>, in a process of its own as its readers do. */
class GettingStartedTest {

    @Test
    void theProgramPrintsWhatThePageSays() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GettingStarted.class.getName())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String printed;
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            printed = out.lines().collect(Collectors.joining("\n", "", "\n"));
        }

        assertThat(printed).isEqualTo(String.join("", Page.of("getting-started").blocks("text")));
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void everySnippetIsPartOfTheProgram() throws Exception {
        String program = Page.squeezed(
                Files.readString(Path.of("src/main/java/io/lwt4j/examples/GettingStarted.java")));
        assertThat(Page.of("getting-started").blocks("java"))
                .hasSizeGreaterThan(8)
                .allSatisfy(snippet -> assertThat(program).contains(Page.squeezed(snippet)));
    }

    @Test
    void theDependencyIsThatOfThisVersion() throws Exception {
        String parent = Files.readString(Page.ROOT.resolve("pom.xml"));
        String version =
                parent.substring(parent.indexOf("<version>"), parent.indexOf("</version>"));
        assertThat(Page.of("getting-started").blocks("xml"))
                .singleElement()
                .asString()
                .contains(version + "</version>");
    }
}
