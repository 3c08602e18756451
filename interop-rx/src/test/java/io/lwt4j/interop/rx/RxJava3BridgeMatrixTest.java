package io.lwt4j.interop.rx;

import static io.lwt4j.bridge.CoreKinds.PROMISE;
import static io.lwt4j.bridge.CoreKinds.SUPPLIER;
import static io.lwt4j.bridge.FlowKinds.STREAM;
import static io.lwt4j.interop.rx.FlowableKind.FLOWABLE;
import static io.lwt4j.interop.rx.RxKinds.COMPLETABLE;
import static io.lwt4j.interop.rx.RxKinds.MAYBE;
import static io.lwt4j.interop.rx.RxKinds.OBSERVABLE;
import static io.lwt4j.interop.rx.RxKinds.SINGLE;
import static io.lwt4j.react.bridge.ReactKinds.EVENT;
import static io.lwt4j.react.bridge.ReactKinds.EVENT_FEED;
import static io.lwt4j.react.bridge.ReactKinds.INITIAL;
import static io.lwt4j.react.bridge.ReactKinds.OVERFLOWS;
import static io.lwt4j.react.bridge.ReactKinds.SIGNAL;
import static io.lwt4j.react.bridge.ReactKinds.SIGNAL_FEED;

import io.lwt4j.CancelPolicy;
import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.bridge.MatrixTest;
import io.lwt4j.react.Overflow;
import io.reactivex.rxjava3.core.BackpressureStrategy;

import java.util.ArrayList;
import java.util.List;

/** The matrix of the conversions to and from RxJava. */
final class RxJava3BridgeMatrixTest extends MatrixTest {

    @Override
    protected String module() {
        return "interop-rx";
    }

    @Override
    protected void prepare() {
        RxKinds.hook();
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
                            "toFlowable(Event, " + overflow + ")",
                            EVENT,
                            FLOWABLE,
                            event -> RxJava3Bridge.toFlowable(event, overflow))
                    .with(Trait.DETACH));
        }
        all.add(Conversion.of(
                        "toObservable(Event)",
                        EVENT,
                        OBSERVABLE,
                        event -> RxJava3Bridge.toObservable(event))
                .with(Trait.DETACH));
        all.add(Conversion.of(
                        "toFlowable(Signal)",
                        SIGNAL,
                        FLOWABLE,
                        signal -> RxJava3Bridge.toFlowable(signal))
                .with(Trait.DETACH));
        all.add(Conversion.of(
                        "toObservable(Signal)",
                        SIGNAL,
                        OBSERVABLE,
                        signal -> RxJava3Bridge.toObservable(signal))
                .with(Trait.DETACH));
        all.add(Conversion.of(
                "toEvent(Flowable)",
                FLOWABLE,
                EVENT_FEED,
                flowable -> RxJava3Bridge.toEvent(flowable)));
        all.add(Conversion.of(
                "toEvent(Observable)",
                OBSERVABLE,
                EVENT_FEED,
                observable -> RxJava3Bridge.toEvent(observable)));
        all.add(Conversion.of(
                "toSignal(Flowable)",
                FLOWABLE,
                SIGNAL_FEED,
                flowable -> RxJava3Bridge.toSignal(flowable, INITIAL)));
        all.add(Conversion.of(
                "toSignal(Observable)",
                OBSERVABLE,
                SIGNAL_FEED,
                observable -> RxJava3Bridge.toSignal(observable, INITIAL)));
        all.add(Conversion.of(
                        "the end of toEvent(Flowable)",
                        FLOWABLE,
                        PROMISE,
                        flowable ->
                                RxJava3Bridge.toEvent(flowable).done().map(done -> (Object) null))
                .with(Trait.ELSEWHERE));
        all.add(Conversion.of(
                        "the end of toEvent(Observable)",
                        OBSERVABLE,
                        PROMISE,
                        observable ->
                                RxJava3Bridge.toEvent(observable).done().map(done -> (Object) null))
                .with(Trait.ELSEWHERE));
        return all;
    }

    private static List<Conversion<?, ?>> promisesAndStreams() {
        return List.of(
                // Promise to Single, Maybe, Completable
                Conversion.of("toSingle", PROMISE, SINGLE, RxJava3Bridge::toSingle),
                Conversion.of(
                                "toSingle, DETACH",
                                PROMISE,
                                SINGLE,
                                promise -> RxJava3Bridge.toSingle(promise, CancelPolicy.DETACH))
                        .with(Trait.DETACH),
                Conversion.of(
                                "toSingle, REFCOUNT",
                                PROMISE,
                                SINGLE,
                                promise -> RxJava3Bridge.toSingle(promise, CancelPolicy.REFCOUNT))
                        .with(Trait.REFCOUNT),
                Conversion.of("toMaybe", PROMISE, MAYBE, RxJava3Bridge::toMaybe),
                Conversion.of("toCompletable", PROMISE, COMPLETABLE, RxJava3Bridge::toCompletable),
                Conversion.of(
                        "toFlowable of a promise", PROMISE, FLOWABLE, RxJava3Bridge::toFlowable),
                Conversion.of("deferSingle", SUPPLIER, SINGLE, RxJava3Bridge::deferSingle)
                        .with(Trait.DEFERRED),
                Conversion.of("deferMaybe", SUPPLIER, MAYBE, RxJava3Bridge::deferMaybe)
                        .with(Trait.DEFERRED),
                Conversion.of(
                                "deferCompletable",
                                SUPPLIER,
                                COMPLETABLE,
                                RxJava3Bridge::deferCompletable)
                        .with(Trait.DEFERRED),
                // Single, Maybe, Completable to Promise
                Conversion.of("toPromise", SINGLE, PROMISE, RxJava3Bridge::toPromise),
                Conversion.of("toPromise of a Maybe", MAYBE, PROMISE, RxJava3Bridge::toPromise),
                Conversion.of("toPromiseRequired", MAYBE, PROMISE, RxJava3Bridge::toPromiseRequired)
                        .with(Trait.REQUIRED),
                Conversion.of(
                                "toPromiseOptional",
                                MAYBE,
                                PROMISE,
                                maybe -> RxJava3Bridge.toPromiseOptional(maybe)
                                        .map(value -> (Object) value))
                        .with(Trait.OPTIONAL),
                Conversion.of(
                        "toPromise of a Completable",
                        COMPLETABLE,
                        PROMISE,
                        completable ->
                                RxJava3Bridge.toPromise(completable).map(nothing -> (Object) null)),
                // There and back
                Conversion.of(
                        "toPromise, toSingle",
                        SINGLE,
                        SINGLE,
                        single -> RxJava3Bridge.toSingle(RxJava3Bridge.toPromise(single))),
                Conversion.of(
                                "deferSingle of toPromise",
                                SINGLE,
                                SINGLE,
                                single -> RxJava3Bridge.deferSingle(
                                        () -> RxJava3Bridge.toPromise(single)))
                        .with(Trait.DEFERRED),
                Conversion.of(
                        "toPromise, toMaybe",
                        MAYBE,
                        MAYBE,
                        maybe -> RxJava3Bridge.toMaybe(RxJava3Bridge.toPromise(maybe))),
                Conversion.of(
                                "toSingle, toPromise",
                                PROMISE,
                                PROMISE,
                                promise -> RxJava3Bridge.toPromise(RxJava3Bridge.toSingle(promise)))
                        .with(Trait.REQUIRED),
                Conversion.of(
                        "toMaybe, toPromise",
                        PROMISE,
                        PROMISE,
                        promise -> RxJava3Bridge.toPromise(RxJava3Bridge.toMaybe(promise))),
                // Flowable and Observable to Promise
                Conversion.of("toPromiseFirst", FLOWABLE, PROMISE, RxJava3Bridge::toPromiseFirst)
                        .with(Trait.FIRST),
                Conversion.of("toPromiseLast", FLOWABLE, PROMISE, RxJava3Bridge::toPromiseLast)
                        .with(Trait.LAST),
                Conversion.of("toPromiseSingle", FLOWABLE, PROMISE, RxJava3Bridge::toPromiseSingle)
                        .with(Trait.SINGLE),
                Conversion.of(
                                "toPromiseList",
                                FLOWABLE,
                                PROMISE,
                                flowable -> RxJava3Bridge.toPromiseList(flowable, 10)
                                        .map(list -> (Object) list))
                        .with(Trait.LIST),
                Conversion.of(
                                "toPromiseFirst of an Observable",
                                OBSERVABLE,
                                PROMISE,
                                RxJava3Bridge::toPromiseFirst)
                        .with(Trait.FIRST),
                Conversion.of(
                                "toPromiseLast of an Observable",
                                OBSERVABLE,
                                PROMISE,
                                RxJava3Bridge::toPromiseLast)
                        .with(Trait.LAST),
                Conversion.of(
                                "toPromiseSingle of an Observable",
                                OBSERVABLE,
                                PROMISE,
                                RxJava3Bridge::toPromiseSingle)
                        .with(Trait.SINGLE),
                Conversion.of(
                                "toPromiseList of an Observable",
                                OBSERVABLE,
                                PROMISE,
                                observable -> RxJava3Bridge.toPromiseList(observable, 10)
                                        .map(list -> (Object) list))
                        .with(Trait.LIST),
                // Streams
                Conversion.of("toFlowable", STREAM, FLOWABLE, RxJava3Bridge::toFlowable)
                        .with(Trait.UNICAST),
                Conversion.of("toObservable", STREAM, OBSERVABLE, RxJava3Bridge::toObservable)
                        .with(Trait.UNICAST),
                Conversion.of("toPullStream", FLOWABLE, STREAM, RxJava3Bridge::toPullStream),
                Conversion.of(
                        "toPullStream, window 1",
                        FLOWABLE,
                        STREAM,
                        flowable -> RxJava3Bridge.toPullStream(flowable, 1)),
                Conversion.of(
                        "toPullStreamEager",
                        FLOWABLE,
                        STREAM,
                        flowable -> RxJava3Bridge.toPullStreamEager(flowable, 256)),
                Conversion.of(
                        "toPullStream of an Observable",
                        OBSERVABLE,
                        STREAM,
                        observable -> RxJava3Bridge.toPullStream(
                                observable, BackpressureStrategy.BUFFER)),
                Conversion.of(
                                "toPullStream, toFlowable",
                                FLOWABLE,
                                FLOWABLE,
                                flowable -> RxJava3Bridge.toFlowable(
                                        RxJava3Bridge.toPullStream(flowable)))
                        .with(Trait.UNICAST));
    }
}
