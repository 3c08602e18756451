package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/** Takes elements as long as a predicate holds; the first for which it does not stays. */
final class Prefix<T> {

    private final Cursor stream;
    private final CheckedFunction<? super T, ? extends Promise<Boolean>> predicate;
    private final Consumer<? super T> taken;

    /** Whether any element was taken: then an error that ends the stream can wait. */
    private boolean some;

    Prefix(
            Cursor stream,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate,
            Consumer<? super T> taken) {
        this.stream = stream;
        this.predicate = predicate;
        this.taken = taken;
    }

    Promise<@Nullable Void> start() {
        return Promise.apply(this::run);
    }

    private Promise<@Nullable Void> run() throws Exception {
        while (true) {
            Object item = stream.isWaitedFor() ? null : stream.look();
            if (item == null) {
                return stream.lookLater().flatMap(this::resume);
            }
            Promise<@Nullable Void> result = use(item);
            if (result != null) {
                return result;
            }
        }
    }

    private Promise<@Nullable Void> resume(Object item) throws Exception {
        Promise<@Nullable Void> result = use(item);
        return result != null ? result : run();
    }

    /** Deals with the item that is next; null to go on. */
    @SuppressWarnings("unchecked") // an item that is not the end is an element
    private @Nullable Promise<@Nullable Void> use(Object item) throws Exception {
        if (item instanceof End end) {
            return some ? Promise.unit() : end.orUnit();
        }
        Node place = stream.next;
        Promise<Boolean> answer = Later.promised(predicate.apply((T) item));
        if (answer.isPending()) {
            return answer.flatMap(
                    wanted -> take(Later.answer(wanted), place, item) ? run() : Promise.unit());
        }
        boolean wanted = Later.answer(answer);
        return take(wanted, place, item) ? null : Promise.unit();
    }

    /** Takes the element if it is wanted; unless somebody else has done so meanwhile. */
    @SuppressWarnings("unchecked") // an item that is not the end is an element
    private boolean take(boolean wanted, Node place, Object item) throws Exception {
        if (wanted && stream.next == place && stream.look() == item) {
            stream.takeLooked();
            some = true;
            taken.accept((T) item);
        }
        return wanted;
    }
}
