package io.lwt4j.bridge;

import io.lwt4j.Promise;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.util.stream.Stream;

/** The recorded races, with futures in place of tasks, and with tasks. */
final class FuturePickTracesTest {

    @TestFactory
    Stream<DynamicTest> stages() throws IOException {
        return PickTraces.tests(CoreKinds.STAGE, Promise::from);
    }

    @TestFactory
    Stream<DynamicTest> promises() throws IOException {
        return PickTraces.tests(CoreKinds.PROMISE, promise -> promise);
    }

    @TestFactory
    Stream<DynamicTest> futuresOfPromises() throws IOException {
        return PickTraces.tests(
                CoreKinds.PROMISE, promise -> Promise.from(promise.toCompletableFuture()));
    }
}
