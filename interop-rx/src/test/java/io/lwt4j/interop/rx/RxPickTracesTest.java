package io.lwt4j.interop.rx;

import io.lwt4j.bridge.CoreKinds;
import io.lwt4j.bridge.PickTraces;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.util.stream.Stream;

/** The recorded races, with RxJava's types in place of tasks. */
final class RxPickTracesTest {

    @BeforeAll
    static void hook() {
        RxKinds.hook();
    }

    @TestFactory
    Stream<DynamicTest> singles() throws IOException {
        return PickTraces.tests(RxKinds.SINGLE, RxJava3Bridge::toPromise);
    }

    @TestFactory
    Stream<DynamicTest> maybes() throws IOException {
        return PickTraces.tests(RxKinds.MAYBE, RxJava3Bridge::toPromise);
    }

    @TestFactory
    Stream<DynamicTest> lastElementsOfFlowables() throws IOException {
        return PickTraces.tests(FlowableKind.FLOWABLE, RxJava3Bridge::toPromiseLast);
    }

    @TestFactory
    Stream<DynamicTest> lastElementsOfObservables() throws IOException {
        return PickTraces.tests(RxKinds.OBSERVABLE, RxJava3Bridge::toPromiseLast);
    }

    @TestFactory
    Stream<DynamicTest> promisesThereAndBack() throws IOException {
        return PickTraces.tests(
                CoreKinds.PROMISE,
                promise -> RxJava3Bridge.toPromise(RxJava3Bridge.toMaybe(promise)));
    }
}
