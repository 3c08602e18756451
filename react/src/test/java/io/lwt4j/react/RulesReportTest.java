package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Runs the tests that the table of rules names, and counts the rules all of whose tests pass. */
class RulesReportTest {

    private static final Path TABLE =
            Path.of("").toAbsolutePath().getParent().resolve("docs/signals-semantics.md");
    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| ([GF]-\\d+) \\| (kept|D\\d+|other: [^|]+) \\| ([^|]+\\.) \\| (.*) \\|$");
    private static final Pattern NAME = Pattern.compile("`(\\w+)\\.(\\w+)`");

    @Test
    void everyRuleHasTestsWhichPass() throws Exception {
        Set<String> rules = new LinkedHashSet<>();
        List<String> failures = new ArrayList<>();
        int passed = 0;
        Matcher row = ROW.matcher(Files.readString(TABLE));
        while (row.find()) {
            rules.add(row.group(1));
            int before = failures.size();
            Matcher name = NAME.matcher(row.group(4));
            int tests = 0;
            while (name.find()) {
                tests++;
                run(name.group(1), name.group(2), row.group(1), failures);
            }
            assertThat(tests).as(row.group(1)).isPositive();
            if (failures.size() == before && row.group(1).startsWith("G")) {
                passed++;
            }
        }
        System.out.println("signals rules: " + passed + "/31");
        assertThat(failures).isEmpty();
        assertThat(rules).containsExactlyInAnyOrderElementsOf(expected());
    }

    private static List<String> expected() {
        List<String> all = new ArrayList<>();
        IntStream.rangeClosed(1, 31).forEach(i -> all.add("G-" + i));
        IntStream.rangeClosed(1, 8).forEach(i -> all.add("F-" + i));
        return all;
    }

    private static void run(String type, String name, String rule, List<String> failures)
            throws ReflectiveOperationException {
        Class<?> tests = Class.forName("io.lwt4j.react." + type);
        Method test = tests.getDeclaredMethod(name);
        assertThat(test.isAnnotationPresent(Test.class)).as(rule + " " + name).isTrue();
        test.setAccessible(true);
        var constructor = tests.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object instance = constructor.newInstance();
        try {
            if (instance instanceof GraphTest graph) {
                graph.hearOfErrors();
                test.invoke(instance);
                graph.thereAreNoOtherErrors();
            } else {
                test.invoke(instance);
            }
        } catch (InvocationTargetException e) {
            failures.add(rule + " " + type + "." + name + ": " + e.getCause());
        } catch (AssertionError e) {
            failures.add(rule + " " + type + "." + name + ": " + e);
        }
    }
}
