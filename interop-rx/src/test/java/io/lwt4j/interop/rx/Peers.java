package io.lwt4j.interop.rx;

import static io.lwt4j.bridge.CoreKinds.STAGE;
import static io.lwt4j.interop.reactor.ReactorKinds.FLUX;
import static io.lwt4j.interop.reactor.ReactorKinds.MONO;
import static io.lwt4j.interop.rx.FlowableKind.FLOWABLE;
import static io.lwt4j.interop.rx.MutinyKinds.MULTI;
import static io.lwt4j.interop.rx.MutinyKinds.UNI;
import static io.lwt4j.interop.rx.RxKinds.COMPLETABLE;
import static io.lwt4j.interop.rx.RxKinds.MAYBE;
import static io.lwt4j.interop.rx.RxKinds.OBSERVABLE;
import static io.lwt4j.interop.rx.RxKinds.SINGLE;

import io.lwt4j.CheckedFunction;
import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.bridge.Kind;
import io.lwt4j.interop.reactor.ReactorKinds;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.converters.multi.MultiReactorConverters;
import io.smallrye.mutiny.converters.multi.MultiRx3Converters;
import io.smallrye.mutiny.converters.uni.UniReactorConverters;
import io.smallrye.mutiny.converters.uni.UniRx3Converters;

import reactor.adapter.JdkFlowAdapter;
import reactor.adapter.rxjava.RxJava3Adapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.util.ArrayList;
import java.util.List;

/** The ways between these types that others offer. */
final class Peers {

    private final List<Conversion<?, ?>> all = new ArrayList<>();

    private Peers() {
        reactorAdapter();
        reactor();
        rxJava();
        mutiny();
        mutinyToRxAndJdk();
    }

    static void hook() {
        ReactorKinds.hook();
        RxKinds.hook();
        MutinyKinds.hook();
    }

    static List<Conversion<?, ?>> all() {
        return new Peers().all;
    }

    private <A, B> Conversion<A, B> add(
            String name, Kind<A> from, Kind<B> to, CheckedFunction<A, B> way) {
        Conversion<A, B> conversion = Conversion.of(name, from, to, way).with(Trait.NO_LOOP);
        if (to == SINGLE) {
            conversion.with(Trait.REQUIRED);
        }
        if ((from == MONO || from == FLUX) && (to == MONO || to == FLUX)) {
            conversion.with(Trait.CONTEXT);
        }
        all.add(conversion);
        return conversion;
    }

    private void reactorAdapter() {
        String by = "reactor-adapter ";
        add(by + "Single->Mono", SINGLE, MONO, RxJava3Adapter::singleToMono);
        add(by + "Maybe->Mono", MAYBE, MONO, RxJava3Adapter::maybeToMono);
        add(
                by + "Completable->Mono",
                COMPLETABLE,
                MONO,
                completable -> RxJava3Adapter.completableToMono(completable).cast(Object.class));
        add(by + "Mono->Single", MONO, SINGLE, RxJava3Adapter::monoToSingle);
        add(by + "Mono->Maybe", MONO, MAYBE, RxJava3Adapter::monoToMaybe);
        add(by + "Mono->Completable", MONO, COMPLETABLE, RxJava3Adapter::monoToCompletable);
        add(by + "Flux->Flowable", FLUX, FLOWABLE, RxJava3Adapter::fluxToFlowable);
        add(by + "Flowable->Flux", FLOWABLE, FLUX, RxJava3Adapter::flowableToFlux);
        add(
                by + "Observable->Flux(BUFFER)",
                OBSERVABLE,
                FLUX,
                observable ->
                        RxJava3Adapter.observableToFlux(observable, BackpressureStrategy.BUFFER));
        add(
                by + "Flux->Flowable->Flux",
                FLUX,
                FLUX,
                flux -> RxJava3Adapter.flowableToFlux(RxJava3Adapter.fluxToFlowable(flux)));
        add(
                        by + "Mono->Single->Mono",
                        MONO,
                        MONO,
                        mono -> RxJava3Adapter.singleToMono(RxJava3Adapter.monoToSingle(mono)))
                .with(Trait.REQUIRED);
    }

    private void reactor() {
        String by = "reactor-core ";
        add(
                by + "CF->Mono(fromFuture)",
                STAGE,
                MONO,
                stage -> Mono.fromFuture(stage.toCompletableFuture()));
        add(
                by + "CF->Mono(suppressCancel)",
                STAGE,
                MONO,
                stage -> Mono.fromFuture(stage.toCompletableFuture(), true));
        add(by + "Mono->CF(toFuture)", MONO, STAGE, Mono::toFuture);
        add(by + "Mono->CF->Mono", MONO, MONO, mono -> Mono.fromFuture(mono::toFuture));
        add(
                by + "Flux->Flow.Publisher->Flux",
                FLUX,
                FLUX,
                flux -> JdkFlowAdapter.flowPublisherToFlux(
                        JdkFlowAdapter.publisherToFlowPublisher(flux)));
    }

    private void rxJava() {
        String by = "rxjava ";
        add(by + "CF->Single", STAGE, SINGLE, Single::fromCompletionStage);
        add(by + "CF->Maybe", STAGE, MAYBE, Maybe::fromCompletionStage);
        add(by + "Single->CF", SINGLE, STAGE, Single::toCompletionStage);
        add(by + "Maybe->CF", MAYBE, STAGE, Maybe::toCompletionStage).with(Trait.REQUIRED);
        add(by + "Single.fromPublisher(Mono)", MONO, SINGLE, Single::fromPublisher);
        add(by + "Maybe.fromPublisher(Mono)", MONO, MAYBE, Maybe::fromPublisher);
        add(
                by + "Mono.from(Single.toFlowable)",
                SINGLE,
                MONO,
                single -> Mono.from(single.toFlowable()));
    }

    private void mutiny() {
        String by = "mutiny ";
        add(by + "Mono->Uni", MONO, UNI, Peers::uni);
        add(by + "Uni->Mono", UNI, MONO, uni -> uni.convert().with(UniReactorConverters.toMono()));
        add(
                by + "Mono->Uni->Mono",
                MONO,
                MONO,
                mono -> uni(mono).convert().with(UniReactorConverters.toMono()));
        add(by + "Flux->Multi", FLUX, MULTI, Peers::multi);
        add(
                by + "Multi->Flux",
                MULTI,
                FLUX,
                multi -> multi.convert().with(MultiReactorConverters.toFlux()));
        add(
                by + "Flux->Multi->Flux",
                FLUX,
                FLUX,
                flux -> multi(flux).convert().with(MultiReactorConverters.toFlux()));
    }

    private void mutinyToRxAndJdk() {
        String by = "mutiny ";
        add(
                by + "Single->Uni",
                SINGLE,
                UNI,
                single -> Uni.createFrom().converter(UniRx3Converters.fromSingle(), single));
        add(
                by + "Maybe->Uni",
                MAYBE,
                UNI,
                maybe -> Uni.createFrom().converter(UniRx3Converters.fromMaybe(), maybe));
        add(
                by + "Uni->Single",
                UNI,
                SINGLE,
                uni -> uni.convert().with(UniRx3Converters.<Object>toSingle().failOnNull()));
        add(by + "Uni->Maybe", UNI, MAYBE, uni -> uni.convert().with(UniRx3Converters.toMaybe()));
        add(by + "CF->Uni", STAGE, UNI, stage -> Uni.createFrom().completionStage(stage));
        add(by + "Uni->CF", UNI, STAGE, Uni::subscribeAsCompletionStage);
        add(
                        by + "Multi->Maybe",
                        MULTI,
                        MAYBE,
                        multi -> multi.convert().with(MultiRx3Converters.toMaybe()))
                .with(Trait.FIRST);
    }

    private static Uni<Object> uni(Mono<Object> mono) {
        return Uni.createFrom().converter(UniReactorConverters.fromMono(), mono);
    }

    private static Multi<Object> multi(Flux<Object> flux) {
        return Multi.createFrom().converter(MultiReactorConverters.fromFlux(), flux);
    }
}
