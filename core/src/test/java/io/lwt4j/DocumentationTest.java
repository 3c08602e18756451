package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the documents say of rules, members and tests is true of the code. */
class DocumentationTest {

    private static final String SEMANTICS = "docs/semantics.md";
    private static final String MAP = "docs/lwt-map.md";

    /** How many rules each section of the semantics has. */
    private static final Map<String, Integer> RULES = new TreeMap<>(Map.ofEntries(
            Map.entry("P", 16),
            Map.entry("B", 13),
            Map.entry("H", 9),
            Map.entry("C", 19),
            Map.entry("J", 11),
            Map.entry("S", 5),
            Map.entry("I", 31),
            Map.entry("L", 7),
            Map.entry("Q", 29),
            Map.entry("X", 19),
            Map.entry("R", 15),
            Map.entry("T", 6),
            Map.entry("U", 18),
            Map.entry("W", 9),
            Map.entry("Z", 3),
            Map.entry("D", 8),
            Map.entry("Y", 2)));

    private static final Pattern RULE_ID = Pattern.compile("[A-Z]-\\d+");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST_NAME = Pattern.compile("(\\w+)\\.(\\w+)");
    private static final Pattern MEMBER =
            Pattern.compile("(?:new )?([A-Z]\\w*(?:\\.[A-Z]\\w*)*)(?:<[^>]*>)?(?:[.#](\\w+))?.*");

    private static final List<String> JDK_PACKAGES = List.of(
            "java.lang",
            "java.util",
            "java.util.concurrent",
            "java.util.function",
            "java.time",
            "java.nio",
            "java.nio.channels",
            "java.nio.charset");

    /* ---- The semantics ---- */

    @Test
    void everyRuleHasItsRowInTheSemantics() throws Exception {
        List<String> expected = new ArrayList<>();
        RULES.forEach((section, count) -> {
            for (int i = 1; i <= count; i++) {
                expected.add(section + "-" + i);
            }
        });

        assertThat(semantics()).extracting(Row::id).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void everyRowOfTheSemanticsSaysWhatBecameOfTheRule() throws Exception {
        for (Row row : semantics()) {
            assertThat(row.cells()).as(row.id()).hasSize(4);
            assertThat(row.cell(1)).as(row.id()).matches("kept|D\\d+|other: .+");
            assertThat(row.cell(2)).as(row.id()).endsWith(".");
            if (row.code(3).isEmpty()) {
                assertThat(row.cell(1)).as("%s has no test", row.id()).startsWith("other: ");
            }
        }
    }

    @Test
    void everyTestInTheSemanticsExistsAndCarriesItsRule() throws Exception {
        Map<String, List<Method>> tests = tests();
        for (Row row : semantics()) {
            for (String name : row.code(3)) {
                assertThat(tests).as(row.id()).containsKey(name);
                assertThat(tests.get(name))
                        .as("%s names %s", row.id(), name)
                        .anySatisfy(test -> assertThat(rulesOf(test)).contains(row.id()));
            }
        }
    }

    @Test
    void everyTestNamedInTheTextOfTheSemanticsExists() throws Exception {
        Map<String, List<Method>> tests = tests();
        Matcher code = CODE.matcher(read(SEMANTICS));
        while (code.find()) {
            Matcher name = TEST_NAME.matcher(code.group(1));
            if (name.matches() && name.group(1).endsWith("Test")) {
                assertThat(tests).containsKey(name.group());
            }
        }
    }

    @Test
    void everyRuleThatATestCarriesIsInTheSemantics() throws Exception {
        List<String> ids = semantics().stream().map(Row::id).toList();
        for (List<Method> methods : tests().values()) {
            for (Method test : methods) {
                for (String rule : rulesOf(test)) {
                    assertThat(rule).as("%s", test).matches(RULE_ID);
                    String section = rule.substring(0, 1);
                    if (RULES.containsKey(section)) {
                        assertThat(ids).as("%s", test).contains(rule);
                    }
                }
            }
        }
    }

    private static List<Row> semantics() throws IOException {
        return rows(SEMANTICS).stream()
                .filter(row -> RULE_ID.matcher(row.id()).matches())
                .toList();
    }

    private static List<String> rulesOf(Method test) {
        Rule rule = test.getAnnotation(Rule.class);
        return rule == null ? List.of() : List.of(rule.value());
    }

    /* ---- The map from Lwt's names ---- */

    @Test
    void everyMemberInTheMapExists() throws Exception {
        Map<String, Class<?>> types = mainTypes();
        List<String> missing = new ArrayList<>();
        for (Row row : map()) {
            if (hasNoCounterpart(row)) {
                // The reason may name members, among other things.
                for (String code : row.code(2)) {
                    Matcher member = MEMBER.matcher(code);
                    if (member.matches() && !exists(types, member.group(1), member.group(2))) {
                        missing.add(row.id() + ": " + code);
                    }
                }
                continue;
            }
            assertThat(row.code(1)).as(row.id()).isNotEmpty();
            for (String code : row.code(1)) {
                Matcher member = MEMBER.matcher(code);
                if (!member.matches() || !exists(types, member.group(1), member.group(2))) {
                    missing.add(row.id() + ": " + code);
                }
            }
        }
        assertThat(missing).as("members that %s names", MAP).isEmpty();
    }

    @Test
    void everyRowOfTheMapNamesATestThatExistsOrAReason() throws Exception {
        Map<String, List<Method>> tests = tests();
        List<String> missing = new ArrayList<>();
        for (Row row : map()) {
            if (hasNoCounterpart(row)) {
                assertThat(row.cell(2)).as("the reason of %s", row.id()).isNotBlank();
                continue;
            }
            if (row.code(2).isEmpty() && !row.cell(2).startsWith("none:")) {
                missing.add(row.id() + ": neither a test nor \"none: \" and a reason");
            }
            for (String name : row.code(2)) {
                if (!tests.containsKey(name) && !existsInSources(name)) {
                    missing.add(row.id() + ": " + name);
                }
            }
        }
        assertThat(missing).as("tests that %s names", MAP).isEmpty();
    }

    private static boolean hasNoCounterpart(Row row) {
        return row.cell(1).equals("none");
    }

    /** The rows about a name of Lwt; it stands in the first column as code. */
    private static List<Row> map() throws IOException {
        List<Row> rows =
                rows(MAP).stream().filter(row -> !row.code(0).isEmpty()).toList();
        assertThat(rows).as(MAP).isNotEmpty();
        assertThat(rows).as(MAP).allSatisfy(row -> assertThat(row.cells()).hasSizeGreaterThan(2));
        return rows;
    }

    private static boolean exists(Map<String, Class<?>> types, String type, String member)
            throws IOException {
        Class<?> found = types.containsKey(type) ? types.get(type) : jdkType(type);
        if (found == null) {
            // Of another module, which is not on the class path of this one.
            return sourceContains("src/main/java", type, member == null ? type : member);
        }
        return member == null || hasMember(found, member);
    }

    private static boolean hasMember(Class<?> type, String member) {
        return Stream.of(
                        Arrays.stream(type.getMethods()).map(Method::getName),
                        Arrays.stream(type.getDeclaredMethods()).map(Method::getName),
                        Arrays.stream(type.getFields()).map(f -> f.getName()),
                        Arrays.stream(type.getDeclaredClasses()).map(Class::getSimpleName),
                        type.getConstructors().length > 0 ? Stream.of("new") : Stream.<String>of())
                .flatMap(names -> names)
                .anyMatch(member::equals);
    }

    private static Class<?> jdkType(String name) {
        for (String packageName : JDK_PACKAGES) {
            try {
                return Class.forName(packageName + "." + name.replace('.', '$'));
            } catch (ClassNotFoundException e) {
                // In the next package, perhaps.
            }
        }
        return null;
    }

    /** Whether a test of another module exists. */
    private static boolean existsInSources(String name) throws IOException {
        Matcher test = TEST_NAME.matcher(name);
        return test.matches()
                && sourceContains("src/test/java", test.group(1), "void " + test.group(2));
    }

    private static boolean sourceContains(String folder, String type, String text)
            throws IOException {
        String fileName = type.replaceFirst("\\..*", "") + ".java";
        Pattern pattern = Pattern.compile("\\b" + Pattern.quote(text) + "\\b");
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.filter(f -> f.endsWith(fileName)).toList()) {
                if (file.toString().replace('\\', '/').contains(folder)
                        && pattern.matcher(Files.readString(file, UTF_8)).find()) {
                    return true;
                }
            }
        }
        return false;
    }

    /* ---- Tables ---- */

    /** A row of a table; its first cell names it. */
    private record Row(List<String> cells) {

        String id() {
            return cells.get(0);
        }

        String cell(int column) {
            return cells.get(column);
        }

        List<String> code(int column) {
            List<String> code = new ArrayList<>();
            if (column < cells.size()) {
                Matcher matcher = CODE.matcher(cells.get(column));
                while (matcher.find()) {
                    code.add(matcher.group(1));
                }
            }
            return code;
        }
    }

    private static List<Row> rows(String file) throws IOException {
        return read(file)
                .lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> line.replaceAll("^\\||\\|\\s*$", ""))
                // A bar inside of a cell is written with a backslash.
                .map(line -> Arrays.stream(line.split("(?<!\\\\)\\|", -1))
                        .map(String::strip)
                        .toList())
                .map(Row::new)
                .toList();
    }

    private static String read(String file) throws IOException {
        Path path = root().resolve(file);
        assertThat(path).exists();
        return Files.readString(path, UTF_8);
    }

    /** The top folder: the highest one with a pom.xml, whichever module the tests run in. */
    private static Path root() {
        Path root = Path.of("").toAbsolutePath();
        while (root.getParent() != null && Files.exists(root.resolveSibling("pom.xml"))) {
            root = root.getParent();
        }
        return root;
    }

    /* ---- Classes ---- */

    /** The tests of this module by {@code Class.method}; a class name may occur twice. */
    private static Map<String, List<Method>> tests() throws Exception {
        Map<String, List<Method>> tests = new LinkedHashMap<>();
        for (Class<?> type : classes(DocumentationTest.class)) {
            for (Method method : type.getDeclaredMethods()) {
                if (AnnotationSupport.isAnnotated(method, Testable.class)) {
                    tests.computeIfAbsent(
                                    type.getSimpleName() + "." + method.getName(),
                                    name -> new ArrayList<>())
                            .add(method);
                }
            }
        }
        return tests;
    }

    /** The classes of the library by their names without packages. */
    private static Map<String, Class<?>> mainTypes() throws Exception {
        Map<String, Class<?>> types = new LinkedHashMap<>();
        for (Class<?> type : classes(Promise.class)) {
            String name = type.getName().substring(type.getPackageName().length() + 1);
            types.put(name.replace('$', '.'), type);
        }
        return types;
    }

    /** All classes that were compiled together with one. */
    private static List<Class<?>> classes(Class<?> neighbour) throws Exception {
        Path folder = location(neighbour);
        TreeSet<String> names;
        try (Stream<Path> files = Files.walk(folder)) {
            names = files.map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            classes.add(Class.forName(name, false, DocumentationTest.class.getClassLoader()));
        }
        return classes;
    }

    private static Path location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
