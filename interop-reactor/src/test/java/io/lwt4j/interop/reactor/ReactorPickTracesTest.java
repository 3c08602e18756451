package io.lwt4j.interop.reactor;

import io.lwt4j.bridge.CoreKinds;
import io.lwt4j.bridge.PickTraces;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.util.stream.Stream;

/** The recorded races, with Reactor's publishers in place of tasks. */
final class ReactorPickTracesTest {

    @BeforeAll
    static void hook() {
        ReactorKinds.hook();
    }

    @TestFactory
    Stream<DynamicTest> monos() throws IOException {
        return PickTraces.tests(ReactorKinds.MONO, ReactorBridge::toPromise);
    }

    @TestFactory
    Stream<DynamicTest> lastElementsOfFluxes() throws IOException {
        return PickTraces.tests(ReactorKinds.FLUX, ReactorBridge::toPromiseLast);
    }

    @TestFactory
    Stream<DynamicTest> promisesThereAndBack() throws IOException {
        return PickTraces.tests(
                CoreKinds.PROMISE,
                promise -> ReactorBridge.toPromise(ReactorBridge.toMono(promise)));
    }

    @TestFactory
    Stream<DynamicTest> monosThereAndBack() throws IOException {
        return PickTraces.tests(
                ReactorKinds.MONO,
                mono -> ReactorBridge.toPromise(
                        ReactorBridge.deferMono(() -> ReactorBridge.toPromise(mono))));
    }
}
