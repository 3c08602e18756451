package io.lwt4j.bridge;

import static io.lwt4j.bridge.CoreKinds.PROMISE;
import static io.lwt4j.bridge.CoreKinds.PUBLISHER;
import static io.lwt4j.bridge.CoreKinds.STAGE;
import static io.lwt4j.bridge.CoreKinds.STREAM;

import io.lwt4j.Promise;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.stream.PullStream;

import java.util.List;

/** The matrix of the conversions that need no library. */
final class CoreBridgeMatrixTest extends MatrixTest {

    @Override
    protected String module() {
        return "core";
    }

    @Override
    protected List<Conversion<?, ?>> conversions() {
        return List.of(
                Conversion.of("Promise.from", STAGE, PROMISE, Promise::from),
                Conversion.of("toCompletableFuture", PROMISE, STAGE, Promise::toCompletableFuture),
                Conversion.of(
                        "from, toCompletableFuture",
                        STAGE,
                        STAGE,
                        stage -> Promise.from(stage).toCompletableFuture()),
                Conversion.of(
                        "toCompletableFuture, from",
                        PROMISE,
                        PROMISE,
                        promise -> Promise.from(promise.toCompletableFuture())),
                Conversion.of("PullStream.from", PUBLISHER, STREAM, p -> PullStream.from(p, 256)),
                Conversion.of(
                        "PullStream.from, window 1",
                        PUBLISHER,
                        STREAM,
                        publisher -> PullStream.from(publisher, 1)),
                Conversion.of("asPublisher", STREAM, PUBLISHER, PullStream::asPublisher)
                        .with(Trait.UNICAST),
                Conversion.of(
                                "from, asPublisher",
                                PUBLISHER,
                                PUBLISHER,
                                publisher -> PullStream.from(publisher, 256).asPublisher())
                        .with(Trait.UNICAST),
                Conversion.of(
                        "asPublisher, from",
                        STREAM,
                        STREAM,
                        stream -> PullStream.from(stream.asPublisher(), 256)));
    }
}
