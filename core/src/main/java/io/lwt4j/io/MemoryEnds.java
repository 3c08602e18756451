package io.lwt4j.io;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/** Sources and sinks that are always ready. */
final class MemoryEnds {

    private static final byte[] ZEROS = new byte[4 << 10];

    private MemoryEnds() {}

    /** What a buffer has. */
    static final class Bytes implements ByteSource {

        private final ByteBuffer bytes;

        Bytes(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public Promise<Integer> read(ByteBuffer into) {
            int count = Math.min(bytes.remaining(), into.remaining());
            if (count == 0) {
                return Promise.of(-1);
            }
            into.put(bytes.slice().limit(count));
            bytes.position(bytes.position() + count);
            return Promise.of(count);
        }

        @Override
        public Promise<@Nullable Void> seek(long position) {
            // As of a file: behind the end there is the end.
            bytes.position((int) Math.min(position, bytes.limit()));
            return Promise.unit();
        }

        @Override
        public Promise<Long> length() {
            return Promise.of((long) bytes.limit());
        }

        @Override
        public Promise<@Nullable Void> close() {
            return Promise.unit();
        }

        @Override
        public String toString() {
            return "an array";
        }
    }

    /** Room in a buffer. */
    static final class Room implements ByteSink {

        private final ByteBuffer into;
        private final int first;

        Room(ByteBuffer into) {
            this.into = into;
            this.first = into.position();
        }

        @Override
        public Promise<Integer> write(ByteBuffer from) {
            int count = Math.min(from.remaining(), into.remaining());
            if (count == 0) {
                return Promise.failed(new BufferOverflowException());
            }
            into.put(from.slice().limit(count));
            return Promise.of(count);
        }

        @Override
        public Promise<@Nullable Void> seek(long position) {
            return Promise.wrap(() -> {
                into.position(Math.toIntExact(first + position));
                return null;
            });
        }

        @Override
        public Promise<Long> length() {
            return Promise.of((long) into.limit() - first);
        }

        @Override
        public Promise<@Nullable Void> close() {
            return Promise.unit();
        }
    }

    /** Zeros without end. */
    static final class Zeros implements ByteSource {

        @Override
        public Promise<Integer> read(ByteBuffer into) {
            int count = Math.min(ZEROS.length, into.remaining());
            into.put(ZEROS, 0, count);
            return Promise.of(count);
        }

        @Override
        public Promise<@Nullable Void> close() {
            return Promise.unit();
        }
    }

    /** Takes everything, and keeps nothing. */
    static final class Nowhere implements ByteSink {

        @Override
        public Promise<Integer> write(ByteBuffer from) {
            return Promise.of(from.remaining());
        }

        @Override
        public Promise<@Nullable Void> close() {
            return Promise.unit();
        }
    }
}
