package io.lwt4j.interop.reactor;

import static io.lwt4j.bridge.CoreKinds.PROMISE;
import static io.lwt4j.bridge.CoreKinds.STAGE;
import static io.lwt4j.bridge.CoreKinds.SUPPLIER;
import static io.lwt4j.bridge.FlowKinds.STREAM;
import static io.lwt4j.interop.reactor.ReactorKinds.FLUX;
import static io.lwt4j.interop.reactor.ReactorKinds.MONO;
import static io.lwt4j.react.bridge.ReactKinds.EVENT;
import static io.lwt4j.react.bridge.ReactKinds.EVENT_FEED;
import static io.lwt4j.react.bridge.ReactKinds.INITIAL;
import static io.lwt4j.react.bridge.ReactKinds.OVERFLOWS;
import static io.lwt4j.react.bridge.ReactKinds.SIGNAL;
import static io.lwt4j.react.bridge.ReactKinds.SIGNAL_FEED;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.bridge.MatrixTest;
import io.lwt4j.react.Overflow;

import java.util.ArrayList;
import java.util.List;

/** The matrix of the conversions to and from Reactor. */
final class ReactorBridgeMatrixTest extends MatrixTest {

    @Override
    protected String module() {
        return "interop-reactor";
    }

    @Override
    protected void prepare() {
        ReactorKinds.hook();
    }

    @Override
    protected List<Conversion<?, ?>> conversions() {
        List<Conversion<?, ?>> all = new ArrayList<>(promisesAndStreams());
        all.addAll(eventsAndSignals());
        return all;
    }

    private static List<Conversion<?, ?>> eventsAndSignals() {
        List<Conversion<?, ?>> all = new ArrayList<>();
        // Nobody can cancel an event: who subscribes comes and goes.
        for (Overflow overflow : OVERFLOWS) {
            all.add(Conversion.of(
                            "toFlux(Event, " + overflow + ")",
                            EVENT,
                            FLUX,
                            event -> ReactorBridge.toFlux(event, overflow))
                    .with(Trait.DETACH));
        }
        all.add(Conversion.of(
                        "toFlux(Signal)", SIGNAL, FLUX, signal -> ReactorBridge.toFlux(signal))
                .with(Trait.DETACH));
        all.add(Conversion.of(
                        "toEvent", FLUX, EVENT_FEED, inContext(flux -> ReactorBridge.toEvent(flux)))
                .with(Trait.CONTEXT));
        all.add(Conversion.of(
                        "toSignal",
                        FLUX,
                        SIGNAL_FEED,
                        inContext(flux -> ReactorBridge.toSignal(flux, INITIAL)))
                .with(Trait.CONTEXT));
        all.add(Conversion.of(
                        "the end of toEvent",
                        FLUX,
                        PROMISE,
                        inContext(flux ->
                                ReactorBridge.toEvent(flux).done().map(done -> (Object) null)))
                .with(Trait.ELSEWHERE)
                .with(Trait.CONTEXT));
        return all;
    }

    private static List<Conversion<?, ?>> promisesAndStreams() {
        return List.of(
                // Promise to Mono
                Conversion.of("toMono", PROMISE, MONO, ReactorBridge::toMono),
                Conversion.of(
                                "toMono, DETACH",
                                PROMISE,
                                MONO,
                                promise -> ReactorBridge.toMono(promise, CancelPolicy.DETACH))
                        .with(Trait.DETACH),
                Conversion.of(
                                "toMono, REFCOUNT",
                                PROMISE,
                                MONO,
                                promise -> ReactorBridge.toMono(promise, CancelPolicy.REFCOUNT))
                        .with(Trait.REFCOUNT),
                Conversion.of("deferMono", SUPPLIER, MONO, ReactorBridge::deferMono)
                        .with(Trait.DEFERRED),
                Conversion.of("toFlux of a promise", PROMISE, FLUX, ReactorBridge::toFlux),
                // Mono to Promise
                Conversion.of("toPromise", MONO, PROMISE, inContext(ReactorBridge::toPromise))
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPromiseRequired",
                                MONO,
                                PROMISE,
                                inContext(ReactorBridge::toPromiseRequired))
                        .with(Trait.REQUIRED)
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPromiseOptional",
                                MONO,
                                PROMISE,
                                inContext(mono -> ReactorBridge.toPromiseOptional(mono)
                                        .map(value -> (Object) value)))
                        .with(Trait.OPTIONAL)
                        .with(Trait.CONTEXT),
                // There and back
                Conversion.of(
                                "toPromise, toMono",
                                MONO,
                                MONO,
                                inContext(mono ->
                                        ReactorBridge.toMono(ReactorBridge.toPromise(mono))))
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "deferMono of toPromise",
                                MONO,
                                MONO,
                                mono -> ReactorBridge.deferMono(
                                        () -> ReactorBridge.toPromise(mono)))
                        .with(Trait.DEFERRED)
                        .with(Trait.CONTEXT),
                Conversion.of(
                        "toMono, toPromise",
                        PROMISE,
                        PROMISE,
                        promise -> ReactorBridge.toPromise(ReactorBridge.toMono(promise))),
                Conversion.of(
                        "toMono of a stage",
                        STAGE,
                        MONO,
                        stage -> ReactorBridge.toMono(Promise.from(stage))),
                // Flux to Promise
                Conversion.of(
                                "toPromiseFirst",
                                FLUX,
                                PROMISE,
                                inContext(ReactorBridge::toPromiseFirst))
                        .with(Trait.FIRST)
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPromiseLast",
                                FLUX,
                                PROMISE,
                                inContext(ReactorBridge::toPromiseLast))
                        .with(Trait.LAST)
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPromiseSingle",
                                FLUX,
                                PROMISE,
                                inContext(ReactorBridge::toPromiseSingle))
                        .with(Trait.SINGLE)
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPromiseList",
                                FLUX,
                                PROMISE,
                                inContext(flux -> ReactorBridge.toPromiseList(flux, 10)
                                        .map(list -> (Object) list)))
                        .with(Trait.LIST)
                        .with(Trait.CONTEXT),
                // Streams
                Conversion.of("toFlux of a stream", STREAM, FLUX, ReactorBridge::toFlux)
                        .with(Trait.UNICAST),
                Conversion.of("toPullStream", FLUX, STREAM, inContext(ReactorBridge::toPullStream))
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPullStream, window 1",
                                FLUX,
                                STREAM,
                                inContext(flux -> ReactorBridge.toPullStream(flux, 1)))
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPullStreamEager",
                                FLUX,
                                STREAM,
                                inContext(flux -> ReactorBridge.toPullStreamEager(flux, 256)))
                        .with(Trait.CONTEXT),
                Conversion.of(
                                "toPullStream, toFlux",
                                FLUX,
                                FLUX,
                                flux -> ReactorBridge.toFlux(ReactorBridge.toPullStream(flux)))
                        .with(Trait.UNICAST)
                        .with(Trait.CONTEXT));
    }

    /** With the context that promises made now are to see. */
    private static <A, B> CheckedFunction<A, B> inContext(CheckedFunction<A, B> way) {
        return a -> ReactorBridge.context().with(ReactorKinds.CONTEXT, () -> way.apply(a));
    }
}
