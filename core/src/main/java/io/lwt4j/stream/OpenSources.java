package io.lwt4j.stream;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/** The streams of publishers that are open on a loop, which tells them that it is closed. */
final class OpenSources implements AutoCloseable {

    /** Weak, for those who drop a stream without closing it. */
    private final Set<PublisherSource<?>> sources = Collections.newSetFromMap(new WeakHashMap<>());

    void add(PublisherSource<?> source) {
        sources.add(source);
    }

    void remove(PublisherSource<?> source) {
        sources.remove(source);
    }

    @Override
    public void close() {
        List.copyOf(sources).forEach(PublisherSource::loopClosed);
    }
}
