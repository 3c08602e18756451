package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** Writes to a file at its position. */
final class FileSink implements ByteSink {

    private final AsyncFile file;
    private final OpenFiles files;

    FileSink(AsyncFile file, OpenFiles files) {
        this.file = file;
        this.files = files;
    }

    /**
     * The bytes are copied: a write that is under way cannot be stopped, and must not read what
     * belongs to somebody else when its promise has been cancelled.
     */
    @Override
    public Promise<Integer> write(ByteBuffer from) {
        ByteBuffer copy = files.take();
        int count = Math.min(copy.remaining(), from.remaining());
        copy.put(from.slice().limit(count)).flip();
        return file.write(copy).onTermination(() -> files.give(copy));
    }

    @Override
    public Promise<@Nullable Void> seek(long position) {
        return file.isRegular() ? file.position(position) : ByteSink.super.seek(position);
    }

    @Override
    public Promise<Long> length() {
        return file.size();
    }

    @Override
    public Promise<@Nullable Void> close() {
        return file.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
