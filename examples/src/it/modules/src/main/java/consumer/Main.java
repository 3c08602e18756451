package consumer;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.direct.Direct;
import io.lwt4j.process.OsSignal;
import io.lwt4j.react.Var;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** On the module path: what the descriptors say, and what needs other modules of the JDK. */
final class Main {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private Main() {}

    public static void main(String[] args) throws Exception {
        expect("", System.getProperty("java.class.path"));
        expect("consumer", Main.class.getModule().getName());
        exportsAllButInternals(EventLoop.class.getModule());
        exportsAllButInternals(Var.class.getModule());

        Var<Integer> var = Var.of(1);
        var.set(2);
        expect(4, var.signal().map(n -> 2 * n).get());

        expect(OsSignal.of("WINCH"), EventLoop.run(Main::signal));

        // The jar's caller opens java.lang to it, see Direct.
        if (Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS) {
            System.setProperty("lwt4j.direct", "scheduled");
        }
        expect(3, EventLoop.run(Main::straightLine));

        Set<String> modules = ModuleLayer.boot().modules().stream()
                .map(Module::getName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .collect(Collectors.toSet());
        expect(Set.of("consumer", "io.lwt4j", "io.lwt4j.react"), modules);
        System.out.println("consumer on the module path: " + modules);
    }

    private static Promise<OsSignal> signal() {
        OsSignal windowChanged = OsSignal.of("WINCH");
        Promise<OsSignal> next = OsSignal.next(windowChanged);
        windowChanged.raise();
        return next;
    }

    private static Promise<Integer> straightLine() {
        return Direct.spawn(() ->
                Direct.await(EventLoop.pause().map(x -> 1)) + Direct.await(Promise.of(2)));
    }

    private static void exportsAllButInternals(Module module) {
        ModuleDescriptor descriptor = module.getDescriptor();
        Set<String> exported =
                descriptor.exports().stream().map(Exports::source).collect(Collectors.toSet());
        Set<String> others = module.getPackages().stream()
                .filter(name -> !exported.contains(name))
                .collect(Collectors.toSet());
        expect(false, descriptor.isAutomatic());
        expect(Set.of(), others.stream()
                .filter(name -> !name.startsWith("io.lwt4j.internal."))
                .collect(Collectors.toSet()));
        expect(false, Stream.concat(descriptor.exports().stream(), descriptor.opens().stream())
                .anyMatch(some -> some.toString().contains("internal")));
    }

    private static void expect(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("not " + expected + " but " + actual);
        }
    }
}
