package io.lwt4j.io;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A source that yields what a test feeds it with. */
final class MemorySource implements ByteSource {

    private final boolean cancellable;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private boolean ended;
    private Throwable error;
    private ByteBuffer waiting;
    private Resolver<Integer> reader;
    private int closeCount;

    MemorySource(boolean cancellable) {
        this.cancellable = cancellable;
    }

    static MemorySource of(String... chunks) {
        MemorySource source = new MemorySource(true);
        for (String chunk : chunks) {
            source.feed(chunk);
        }
        return source;
    }

    void feed(String text) {
        feed(text.getBytes(StandardCharsets.UTF_8));
    }

    void feed(byte[] bytes) {
        ByteBuffer longer = ByteBuffer.allocate(chunk.remaining() + bytes.length);
        chunk = longer.put(chunk).put(bytes).flip();
        serve();
    }

    void end() {
        ended = true;
        serve();
    }

    /** Lets the next read fail. */
    void fail(Throwable cause) {
        error = cause;
        serve();
    }

    boolean hasReader() {
        return reader != null;
    }

    int closeCount() {
        return closeCount;
    }

    private void serve() {
        if (reader == null) {
            return;
        }
        Promise<Integer> answer = answer(waiting);
        if (answer != null) {
            Resolver<Integer> served = reader;
            reader = null;
            served.complete(answer.state());
        }
    }

    private Promise<Integer> answer(ByteBuffer into) {
        if (error != null) {
            Throwable cause = error;
            error = null;
            return Promise.failed(cause);
        }
        if (chunk.hasRemaining()) {
            int count = Math.min(chunk.remaining(), into.remaining());
            into.put(chunk.slice().limit(count));
            chunk.position(chunk.position() + count);
            return Promise.of(count);
        }
        return ended ? Promise.of(-1) : null;
    }

    @Override
    public Promise<Integer> read(ByteBuffer into) {
        if (reader != null) {
            return Promise.failed("two reads at once");
        }
        Promise<Integer> answer = answer(into);
        if (answer != null) {
            return answer;
        }
        waiting = into;
        reader = cancellable ? Resolver.cancellable() : Resolver.uncancellable();
        return reader.promise().onCancel(() -> reader = null);
    }

    @Override
    public Promise<Void> close() {
        closeCount++;
        return Promise.unit();
    }
}
