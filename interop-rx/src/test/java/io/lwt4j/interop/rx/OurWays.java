package io.lwt4j.interop.rx;

import static io.lwt4j.bridge.CoreKinds.STAGE;
import static io.lwt4j.interop.reactor.ReactorBridge.deferMono;
import static io.lwt4j.interop.reactor.ReactorBridge.toFlux;
import static io.lwt4j.interop.reactor.ReactorBridge.toMono;
import static io.lwt4j.interop.reactor.ReactorKinds.FLUX;
import static io.lwt4j.interop.reactor.ReactorKinds.MONO;
import static io.lwt4j.interop.rx.FlowableKind.FLOWABLE;
import static io.lwt4j.interop.rx.RxJava3Bridge.deferSingle;
import static io.lwt4j.interop.rx.RxJava3Bridge.toFlowable;
import static io.lwt4j.interop.rx.RxJava3Bridge.toMaybe;
import static io.lwt4j.interop.rx.RxJava3Bridge.toPromise;
import static io.lwt4j.interop.rx.RxJava3Bridge.toPullStream;
import static io.lwt4j.interop.rx.RxJava3Bridge.toSingle;
import static io.lwt4j.interop.rx.RxKinds.MAYBE;
import static io.lwt4j.interop.rx.RxKinds.SINGLE;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.bridge.Kind;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.stream.PullStream;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.util.List;

/** Ways between foreign types by way of ours, for the questions that are put to others. */
final class OurWays {

    private OurWays() {}

    static List<Conversion<?, ?>> all() {
        return List.of(
                way("Single->Promise->Mono", SINGLE, MONO, s -> toMono(toPromise(s))),
                way("Maybe->Promise->Mono", MAYBE, MONO, m -> toMono(toPromise(m))),
                way("Mono->Promise->Single", MONO, SINGLE, m -> toSingle(promise(m)))
                        .with(Trait.REQUIRED),
                way("Mono->Promise->Maybe", MONO, MAYBE, m -> toMaybe(promise(m))),
                way("Mono->Promise->Mono", MONO, MONO, m -> deferMono(() -> promise(m)))
                        .with(Trait.CONTEXT),
                way(
                                "Mono->Promise->Single->Promise->Mono",
                                MONO,
                                MONO,
                                m -> deferMono(() -> toPromise(deferSingle(() -> promise(m)))))
                        .with(Trait.CONTEXT)
                        .with(Trait.REQUIRED),
                way("Single->Promise->Single", SINGLE, SINGLE, s -> toSingle(toPromise(s))),
                way("Flux->PullStream->Flowable", FLUX, FLOWABLE, f -> toFlowable(stream(f))),
                way("Flowable->PullStream->Flux", FLOWABLE, FLUX, f -> toFlux(toPullStream(f))),
                way("Flux->PullStream->Flux", FLUX, FLUX, f -> toFlux(stream(f)))
                        .with(Trait.CONTEXT),
                way("CF->Promise->Mono", STAGE, MONO, s -> toMono(Promise.from(s))),
                way("CF->Promise->Maybe", STAGE, MAYBE, s -> toMaybe(Promise.from(s))),
                way("Mono->Promise->CF", MONO, STAGE, m -> promise(m).toCompletableFuture()),
                way("Single->Promise->CF", SINGLE, STAGE, s -> toPromise(s).toCompletableFuture()));
    }

    private static Promise<Object> promise(Mono<Object> mono) {
        return ReactorBridge.toPromise(mono);
    }

    private static PullStream<Object> stream(Flux<Object> flux) {
        return ReactorBridge.toPullStream(flux);
    }

    private static <A, B> Conversion<A, B> way(
            String name, Kind<A> from, Kind<B> to, CheckedFunction<A, B> way) {
        return Conversion.of("lwt4j " + name, from, to, way);
    }
}
