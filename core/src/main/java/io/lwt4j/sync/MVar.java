package io.lwt4j.sync;

import static io.lwt4j.sync.Nothing.nothing;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * A box for one value, which hands values from those who put to those who take: {@code Lwt_mvar}.
 *
 * <p>Each value is taken once. Those who put wait while the box is full, those who take while it is
 * empty, each in the order they came.
 *
 * <p>Thread rule: a box belongs to the loop that uses it first; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}. Only {@link #isEmpty} does not check this; what it says
 * elsewhere may be out of date.
 *
 * @param <T> the type of the values, which are never null
 */
public final class MVar<T> {

    /** Those who wait to put, with their values; nobody does unless the box is full. */
    private final WaitQueue<T, @Nullable Void> writers = WaitQueue.create();

    /** Those who wait to take; nobody does unless the box is empty. */
    private final WaitQueue<@Nullable Void, T> readers = WaitQueue.create();

    private @Nullable T contents;

    private MVar(@Nullable T contents) {
        this.contents = contents;
    }

    /**
     * Makes a full box: {@code Lwt_mvar.create}. Any thread.
     *
     * @param value what is in it
     * @param <T> the type of the values
     * @return the box
     */
    public static <T> MVar<T> of(T value) {
        return new MVar<>(requireNonNull(value, "value"));
    }

    /**
     * Makes an empty box: {@code Lwt_mvar.create_empty}. Any thread.
     *
     * @param <T> the type of the values
     * @return the box
     */
    public static <T> MVar<T> empty() {
        return new MVar<>(null);
    }

    /**
     * Puts a value into the box, or hands it to the one that has waited longest to take one:
     * {@code Lwt_mvar.put}. Waits while the box is full.
     *
     * <p>Cancelling the promise while it waits withdraws the value.
     *
     * @param value the value
     * @return a promise that is fulfilled when the value has been put
     */
    public Promise<@Nullable Void> put(T value) {
        requireNonNull(value, "value");
        readers.checkCurrent("MVar.put");
        if (contents != null) {
            return writers.add(value);
        }
        if (!readers.resolveFirst(value)) {
            contents = value;
        }
        return Promise.unit();
    }

    /**
     * Takes the value out of the box, which the one that has waited longest to put then fills:
     * {@code Lwt_mvar.take}. Waits while the box is empty.
     *
     * <p>Cancelling the promise while it waits ends the waiting; the next value goes to the next
     * one.
     *
     * @return the promise of the value
     */
    public Promise<T> take() {
        readers.checkCurrent("MVar.take");
        T taken = contents;
        if (taken == null) {
            return readers.add(nothing());
        }
        refill();
        return Promise.of(taken);
    }

    /**
     * Takes the value out of the box if that needs no waiting: {@code Lwt_mvar.take_available}.
     *
     * @return the value; empty if the box is
     */
    public Optional<T> tryTake() {
        readers.checkCurrent("MVar.tryTake");
        T taken = contents;
        if (taken != null) {
            refill();
        }
        return Optional.ofNullable(taken);
    }

    private void refill() {
        contents = writers.isEmpty() ? null : writers.firstOffer();
        writers.resolveFirst(nothing());
    }

    /**
     * Whether there is no value in the box: {@code Lwt_mvar.is_empty}.
     *
     * @return whether {@link #take} would have to wait
     */
    public boolean isEmpty() {
        return contents == null;
    }
}
