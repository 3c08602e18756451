package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every converter says the same five things. */
class ConverterDocumentationTest {

    private static final Path SOURCE =
            Path.of("src/main/java/io/lwt4j/interop/reactor/ReactorBridge.java");

    private static final Pattern METHOD = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*(?://[^\n]*\\s*)?)*"
                    + "public static [^({]*?(\\w+)\\(",
            Pattern.DOTALL);

    /** They convert nothing. */
    private static final Set<String> OTHERS = Set.of("context", "refuseBlocking");

    private static final List<String> LINES = List.of(
            "<li><b>Temperature:</b>",
            "<li><b>Empty:</b>",
            "<li><b>Errors:</b>",
            "<li><b>Cancellation:</b>",
            "<li><b>Thread:</b>");

    @Test
    void eachConverterHasTheFiveLinesInOrder() throws IOException {
        List<String> names = new ArrayList<>();
        Matcher method = METHOD.matcher(Files.readString(SOURCE));
        while (method.find()) {
            String name = method.group(2);
            names.add(name);
            if (!OTHERS.contains(name)) {
                List<Integer> places =
                        LINES.stream().map(method.group(1)::indexOf).toList();
                assertThat(places).as(name).doesNotContain(-1).isSorted();
            }
        }
        List<String> expected = Arrays.stream(ReactorBridge.class.getDeclaredMethods())
                .filter(declared -> Modifier.isPublic(declared.getModifiers()))
                .map(declared -> declared.getName())
                .toList();
        assertThat(names).containsExactlyInAnyOrderElementsOf(expected);
    }
}
