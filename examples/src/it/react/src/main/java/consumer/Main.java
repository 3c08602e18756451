package consumer;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** With react only, which brings core along: a sum that is never a mixture. */
final class Main {

    private static final List<String> JARS = List.of("lwt4j-core", "lwt4j-react");

    private Main() {}

    public static void main(String[] args) {
        List<String> jars = jarsOfClassPath();
        expect(JARS, jars);
        expect(List.of(3, 30), sums());
        System.out.println("consumer of react: " + jars);
    }

    private static List<Integer> sums() {
        Var<Integer> one = Var.of(1);
        Signal<Integer> two = one.signal().map(n -> 2 * n);
        List<Integer> seen = new ArrayList<>();
        Signal.lift(one.signal(), two, Integer::sum).observe(seen::add);
        one.set(10);
        return seen;
    }

    private static List<String> jarsOfClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> new File(entry).getName())
                .filter(name -> name.endsWith(".jar"))
                .map(name -> name.replaceFirst("-\\d.*", ""))
                .sorted()
                .toList();
    }

    private static void expect(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("not " + expected + " but " + actual);
        }
    }
}
