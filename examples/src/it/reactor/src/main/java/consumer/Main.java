package consumer;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.interop.reactor.ReactorBridge;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import java.io.File;
import java.util.List;
import java.util.stream.Stream;

/** With core and interop-reactor: there and back, and a cancellation that arrives. */
final class Main {

    private static final List<String> JARS = List.of(
            "jspecify",
            "lwt4j-core",
            "lwt4j-interop-reactor",
            "lwt4j-react",
            "reactive-streams",
            "reactor-core");

    private Main() {}

    public static void main(String[] args) throws Exception {
        List<String> jars = jarsOfClassPath();
        expect(JARS, jars);
        expect(42, EventLoop.run(Main::thereAndBack));
        expect(true, EventLoop.run(Main::cancelled));
        System.out.println("consumer of core and interop-reactor: " + jars);
    }

    private static Promise<Integer> thereAndBack() {
        Mono<Integer> mono = EventLoop.pause().map(x -> 21).to(ReactorBridge::toMono);
        return mono.map(n -> 2 * n).as(ReactorBridge::toPromise);
    }

    private static Promise<Boolean> cancelled() {
        Resolver<String> never = Resolver.cancellable();
        Disposable subscription = ReactorBridge.toMono(never.promise()).subscribe();
        subscription.dispose();
        return never.promise().fold(value -> Promise.of(false), error -> Promise.of(true));
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
