package io.lwt4j.bridge;

import static io.lwt4j.bridge.CoreKinds.PROMISE;
import static io.lwt4j.bridge.CoreKinds.STAGE;
import static io.lwt4j.bridge.FlowKinds.DROPPING_PUBLISHER;
import static io.lwt4j.bridge.FlowKinds.DROPS;
import static io.lwt4j.bridge.FlowKinds.PUBLISHER;
import static io.lwt4j.bridge.FlowKinds.STREAM;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Publishers;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.stream.PullStream;

import java.util.ArrayList;
import java.util.List;

/** The matrix of the conversions that need no library. */
final class CoreBridgeMatrixTest extends MatrixTest {

    private final List<Conversion<?, ?>> all = new ArrayList<>();

    @Override
    protected String module() {
        return "core";
    }

    @Override
    protected List<Conversion<?, ?>> conversions() {
        stages();
        publishersOfPromises();
        promisesOfPublishers();
        streams();
        return all;
    }

    private <A, B> Conversion<A, B> add(
            String name, Kind<A> from, Kind<B> to, CheckedFunction<A, B> way) {
        Conversion<A, B> conversion = Conversion.of(name, from, to, way);
        all.add(conversion);
        return conversion;
    }

    private void stages() {
        add("Promise.from", STAGE, PROMISE, Promise::from);
        add("toCompletableFuture", PROMISE, STAGE, Promise::toCompletableFuture);
        add(
                "Promise.from, toCompletableFuture",
                STAGE,
                STAGE,
                stage -> Promise.from(stage).toCompletableFuture());
        add(
                "toCompletableFuture, Promise.from",
                PROMISE,
                PROMISE,
                promise -> Promise.from(promise.toCompletableFuture()));
    }

    private void publishersOfPromises() {
        add("asPublisher", PROMISE, PUBLISHER, Promise::asPublisher);
        add(
                        "asPublisher(DETACH)",
                        PROMISE,
                        PUBLISHER,
                        promise -> promise.asPublisher(CancelPolicy.DETACH))
                .with(Trait.DETACH);
        add(
                        "asPublisher(REFCOUNT)",
                        PROMISE,
                        PUBLISHER,
                        promise -> promise.asPublisher(CancelPolicy.REFCOUNT))
                .with(Trait.REFCOUNT);
        add(
                "Promise.from, asPublisher",
                STAGE,
                PUBLISHER,
                stage -> Promise.from(stage).asPublisher());
    }

    private void promisesOfPublishers() {
        addOptional("Publishers.first", PUBLISHER, Publishers::first).with(Trait.FIRST);
        addOptional("Publishers.last", PUBLISHER, Publishers::last).with(Trait.LAST);
        addOptional("Publishers.single", PUBLISHER, Publishers::single).with(Trait.SINGLE);
        add(
                        "Publishers.list",
                        PUBLISHER,
                        PROMISE,
                        publisher -> Publishers.list(publisher, 10).map(list -> (Object) list))
                .with(Trait.LIST);
        addOptional(
                        "Publishers.first, with a handler",
                        DROPPING_PUBLISHER,
                        publisher -> Publishers.first(publisher, DROPS))
                .with(Trait.FIRST);
        addOptional(
                        "Publishers.last, with a handler",
                        DROPPING_PUBLISHER,
                        publisher -> Publishers.last(publisher, DROPS))
                .with(Trait.LAST);
        addOptional(
                        "Publishers.single, with a handler",
                        DROPPING_PUBLISHER,
                        publisher -> Publishers.single(publisher, DROPS))
                .with(Trait.SINGLE);
        add(
                        "Publishers.list, with a handler",
                        DROPPING_PUBLISHER,
                        PROMISE,
                        publisher ->
                                Publishers.list(publisher, 10, DROPS).map(list -> (Object) list))
                .with(Trait.LIST);
        addOptional(
                "asPublisher, Publishers.single",
                PROMISE,
                promise -> Publishers.single(promise.asPublisher()));
    }

    private <A, B> Conversion<A, Promise<Object>> addOptional(
            String name, Kind<A> from, CheckedFunction<A, Promise<B>> way) {
        return add(name, from, PROMISE, a -> way.apply(a).map(value -> (Object) value))
                .with(Trait.OPTIONAL);
    }

    private void streams() {
        add("PullStream.from", PUBLISHER, STREAM, publisher -> PullStream.from(publisher, 256));
        add(
                "PullStream.from, window 1",
                PUBLISHER,
                STREAM,
                publisher -> PullStream.from(publisher, 1));
        add(
                "PullStream.from, with a handler",
                DROPPING_PUBLISHER,
                STREAM,
                publisher -> PullStream.from(publisher, 256, DROPS));
        add(
                "PullStream.subscribe",
                DROPPING_PUBLISHER,
                STREAM,
                publisher -> PullStream.subscribe(publisher, 256, DROPS));
        add("PullStream.asPublisher", STREAM, PUBLISHER, PullStream::asPublisher)
                .with(Trait.UNICAST);
        add(
                        "PullStream.from, asPublisher",
                        PUBLISHER,
                        PUBLISHER,
                        publisher -> PullStream.from(publisher, 256).asPublisher())
                .with(Trait.UNICAST);
        add(
                "PullStream.asPublisher, from",
                STREAM,
                STREAM,
                stream -> PullStream.from(stream.asPublisher(), 256));
    }
}
