package io.lwt4j.stream;

import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

/** Elements that others push, however many. */
final class PushSource extends Source {

    private final EventLoop loop;

    PushSource(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    @Nullable
    Object produce() {
        checkReader();
        return null;
    }

    @Override
    void checkReader() {
        loop.checkCurrent("reading a stream");
    }

    /** Adds an item; from any thread. */
    void push(Object item) {
        if (!loop.isCurrent()) {
            loop.execute(() -> push(item));
            return;
        }
        if (isComplete()) {
            unheard(item);
            throw new StreamClosedException();
        }
        append(item);
        signal();
        if (item instanceof End) {
            if (isComplete()) {
                throw new IllegalStateException(
                        "the stream was ended by somebody who was told of this end");
            }
            over();
        }
    }
}
