package io.lwt4j.stream;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

/** Elements that others push, and wait for room if there is none. */
final class BoundedPushSource extends Source {

    private int size;

    /** The number of elements in the queue. */
    private int count;

    /** Whether the element in the queue is still that of the push that waits. */
    private boolean handingOver;

    /** The one push that waits for room, with its element. */
    private final WaitQueue<Object, @Nullable Void> pushes = WaitQueue.create();

    BoundedPushSource(int size) {
        this.size = size;
        // The bound is on what is in the queue, so everything has to go through it.
        share();
    }

    /* ---- Writing ---- */

    Promise<@Nullable Void> push(Object element) {
        pushes.checkCurrent("BoundedStreamWriter.push");
        if (isOver()) {
            return Promise.failed(new StreamClosedException());
        }
        if (!pushes.isEmpty()) {
            return Promise.failed(new StreamFullException());
        }
        if (count < size) {
            count++;
            append(element);
            signal();
            return Promise.unit();
        }
        // Derived: its state, too, changes only when its callbacks run.
        Promise<@Nullable Void> push = pushes.add(element).flatMap(unused -> Promise.unit());
        if (size == 0) {
            signal();
        }
        return push;
    }

    void end(End end) {
        pushes.checkCurrent("BoundedStreamWriter.close");
        if (isOver()) {
            return;
        }
        append(end);
        refusePush();
        signal();
        over();
    }

    int size() {
        return size;
    }

    void resize(int newSize) {
        pushes.checkCurrent("BoundedStreamWriter.resize");
        size = newSize;
        if (count < size && !pushes.isEmpty()) {
            count++;
            admit();
            signal();
        }
    }

    int count() {
        return count;
    }

    boolean isBlocked() {
        return !pushes.isEmpty();
    }

    /* ---- Reading ---- */

    /** Without room for any element, one is handed over from who waits to who waits. */
    @Override
    @Nullable
    Object produce() {
        checkReader();
        Object offered = onOffer();
        if (offered != null) {
            // Its push is fulfilled when it is taken, which follows at once.
            count++;
            handingOver = true;
        }
        return offered;
    }

    @Override
    void checkReader() {
        pushes.checkCurrent("reading a stream");
    }

    @Override
    @Nullable
    Object onOffer() {
        return size == 0 && count == 0 && !pushes.isEmpty() ? pushes.firstOffer() : null;
    }

    @Override
    void taken() {
        if (handingOver) {
            handingOver = false;
            count--;
            admitted();
        } else if (pushes.isEmpty()) {
            count--;
        } else {
            // In the place of the one that was taken, also if that has become one too many.
            admit();
        }
    }

    @Override
    void abandoned() {
        refusePush();
    }

    private void refusePush() {
        Resolver<@Nullable Void> push = pushes.takeFirst();
        if (push != null) {
            push.reject(new StreamClosedException());
        }
    }

    /** Moves the element of the push that waits into the queue, where its room is counted. */
    private void admit() {
        append(pushes.firstOffer());
        admitted();
    }

    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    private void admitted() {
        pushes.resolveFirst(null);
    }
}
