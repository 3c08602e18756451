package io.lwt4j.bench;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

import scala.collection.BuildFrom;
import scala.collection.IterableOnce;
import scala.collection.mutable.ArrayBuffer;
import scala.collection.mutable.Buffer;
import scala.concurrent.ExecutionContext;
import scala.jdk.javaapi.CollectionConverters;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** What using the peers takes besides their own methods. */
final class Peers {

    /** Scala's executor that calls a callback on the thread that completes the future. */
    static final ExecutionContext PARASITIC = ExecutionContext.parasitic$.MODULE$;

    private Peers() {}

    /** The value of a future that is done. */
    static <T> T read(scala.concurrent.Future<T> future) {
        return future.value().get().get();
    }

    /** The value of a future that is done. */
    static <T> T read(io.trane.future.Future<T> future) throws Exception {
        return future.get(Duration.ZERO);
    }

    /** All of several futures. Java does not understand the types of Scala's collections. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static <T> scala.concurrent.Future<List<T>> sequence(
            ArrayBuffer<scala.concurrent.Future<T>> futures) {
        BuildFrom like = BuildFrom.buildFromIterableOps();
        scala.concurrent.Future all =
                scala.concurrent.Future.sequence((IterableOnce) futures, like, PARASITIC);
        return all.map(values -> CollectionConverters.asJava((Buffer) values), PARASITIC);
    }

    /** A {@link Uni} that is subscribed to once, with the means to complete it then. */
    static final class UniSource<T> implements Consumer<UniEmitter<? super T>> {

        final Uni<T> uni = Uni.createFrom().emitter(this);
        UniEmitter<? super T> emitter;

        @Override
        public void accept(UniEmitter<? super T> emitter) {
            this.emitter = emitter;
        }
    }

    /** The loop that a library without one needs for its pauses: it ends them in their order. */
    static final class Pauses<R> {

        private final ArrayDeque<R> open = new ArrayDeque<>();

        R add(R pause) {
            open.add(pause);
            return pause;
        }

        void run(Consumer<R> end) {
            for (R pause = open.poll(); pause != null; pause = open.poll()) {
                end.accept(pause);
            }
        }
    }
}
