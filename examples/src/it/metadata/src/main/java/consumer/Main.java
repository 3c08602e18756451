package consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Compares what the jars tell GraalVM with what is in them: each name exists, and each class that
 * uses reflection has an entry.
 */
final class Main {

    /** What this JDK need not have, and the first that has it. */
    private static final Map<String, Integer> SINCE = Map.of(
            "java.lang.Thread.startVirtualThread", 21,
            "java.lang.Thread.isVirtual", 21,
            "java.lang.ThreadBuilders", 21);

    private final List<String> wrong = new ArrayList<>();
    private int names;
    private int classes;

    private Main() {}

    public static void main(String[] args) throws IOException {
        Main check = new Main();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (new File(path).getName().startsWith("lwt4j-")) {
                try (JarFile jar = new JarFile(path)) {
                    check.check(jar, new File(path).getName());
                }
            }
        }
        check.wrong.forEach(System.err::println);
        if (!check.wrong.isEmpty() || check.names == 0 || check.classes == 0) {
            throw new AssertionError("see above, and docs/packaging.md, GraalVM");
        }
        System.out.printf(
                "consumer of the metadata: %d names exist, %d classes use reflection%n",
                check.names, check.classes);
    }

    private void check(JarFile jar, String name) throws IOException {
        Set<String> covered = new TreeSet<>();
        Set<String> used = new TreeSet<>();
        List<JarEntry> metadata = jar.stream()
                .filter(entry -> entry.getName().endsWith("/reachability-metadata.json"))
                .toList();
        for (JarEntry entry : metadata) {
            try (InputStream content = jar.getInputStream(entry)) {
                for (JsonNode one : new ObjectMapper().readTree(content).get("reflection")) {
                    covered.add(one.at("/condition/typeReached").asText());
                    checkNames(one);
                }
            }
        }
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName().endsWith(".class")) {
                try (InputStream content = jar.getInputStream(entry)) {
                    checkClass(name, ClassFile.read(content), covered, used);
                }
            }
        }
        covered.removeAll(used);
        covered.forEach(unused -> wrong.add(name + ": uses no reflection: " + unused));
    }

    private void checkNames(JsonNode entry) {
        type(entry.at("/condition/typeReached").asText());
        JsonNode type = entry.get("type");
        if (type.isObject()) {
            type.get("proxy").forEach(one -> type(one.asText()));
            return;
        }
        Class<?> owner = type(type.asText());
        if (owner == null) {
            return;
        }
        for (JsonNode method : entry.path("methods")) {
            member(owner, method.get("name").asText(), () -> method(owner, method));
        }
        for (JsonNode field : entry.path("fields")) {
            String name = field.get("name").asText();
            member(owner, name, () -> owner.getDeclaredField(name));
        }
    }

    private static void method(Class<?> owner, JsonNode method)
            throws ReflectiveOperationException {
        List<Class<?>> parameters = new ArrayList<>();
        for (JsonNode type : method.get("parameterTypes")) {
            parameters.add(type.asText().equals("int") ? int.class : find(type.asText()));
        }
        Class<?>[] types = parameters.toArray(Class<?>[]::new);
        if (method.get("name").asText().equals("<init>")) {
            owner.getDeclaredConstructor(types);
        } else {
            owner.getDeclaredMethod(method.get("name").asText(), types);
        }
    }

    private Class<?> type(String name) {
        names++;
        try {
            return find(name);
        } catch (ReflectiveOperationException e) {
            missing(name);
            return null;
        }
    }

    private void member(Class<?> owner, String name, Lookup lookup) {
        names++;
        try {
            lookup.run();
        } catch (ReflectiveOperationException e) {
            missing(owner.getName() + "." + name);
        }
    }

    private void missing(String name) {
        if (Runtime.version().feature() >= SINCE.getOrDefault(name, 0)) {
            wrong.add("does not exist: " + name);
        }
    }

    private void checkClass(String jar, ClassFile file, Set<String> covered, Set<String> used) {
        if (file.reflection().isEmpty()) {
            return;
        }
        classes++;
        // A condition may name the class around.
        String outer = file.name().replaceFirst("\\$.*", "");
        if (covered.contains(file.name())) {
            used.add(file.name());
        } else if (covered.contains(outer)) {
            used.add(outer);
        } else {
            wrong.add(jar + ": no entry for " + file.name() + ", which calls "
                    + file.reflection());
        }
    }

    private static Class<?> find(String name) throws ReflectiveOperationException {
        return Class.forName(name, false, Main.class.getClassLoader());
    }

    private interface Lookup {
        void run() throws ReflectiveOperationException;
    }
}
