package io.lwt4j.io;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A sink that takes as many bytes as a test allows, and remembers them. */
final class MemorySink implements ByteSink {

    private final boolean cancellable;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private int room;
    private Throwable error;
    private ByteBuffer waiting;
    private Resolver<Integer> writer;

    MemorySink(boolean cancellable, int room) {
        this.cancellable = cancellable;
        this.room = room;
    }

    static MemorySink withRoom(int room) {
        return new MemorySink(true, room);
    }

    static MemorySink endless() {
        return withRoom(Integer.MAX_VALUE);
    }

    /** Takes so many bytes more. */
    void allow(int count) {
        room = (int) Math.min(Integer.MAX_VALUE, (long) room + count);
        serve();
    }

    /** Lets every write fail from now on. */
    void fail(Throwable cause) {
        error = cause;
        serve();
    }

    String text() {
        return taken.toString(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return taken.toByteArray();
    }

    /** The sizes of the writes, and what else happened. */
    List<String> events() {
        return events;
    }

    boolean hasWriter() {
        return writer != null;
    }

    private void serve() {
        if (writer == null) {
            return;
        }
        Promise<Integer> answer = answer(waiting);
        if (answer != null) {
            Resolver<Integer> served = writer;
            writer = null;
            served.complete(answer.state());
        }
    }

    private Promise<Integer> answer(ByteBuffer from) {
        if (error != null) {
            return Promise.failed(error);
        }
        int count = Math.min(room, from.remaining());
        if (count == 0) {
            return null;
        }
        room -= count;
        byte[] some = new byte[count];
        from.get(some);
        taken.writeBytes(some);
        events.add("write " + count);
        return Promise.of(count);
    }

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        if (writer != null) {
            return Promise.failed("two writes at once");
        }
        Promise<Integer> answer = answer(from);
        if (answer != null) {
            return answer;
        }
        waiting = from;
        writer = cancellable ? Resolver.cancellable() : Resolver.uncancellable();
        return writer.promise().onCancel(() -> writer = null);
    }

    @Override
    public Promise<Void> shutdown() {
        events.add("shutdown");
        return Promise.unit();
    }

    @Override
    public Promise<Void> close() {
        events.add("close");
        return Promise.unit();
    }
}
