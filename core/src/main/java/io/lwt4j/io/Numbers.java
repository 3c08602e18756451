package io.lwt4j.io;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in arrays of bytes. */
final class Numbers {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, BIG_ENDIAN);

    private Numbers() {}

    static short getShort(byte[] bytes, int index, ByteOrder order) {
        short number = (short) SHORT.get(bytes, index);
        return order == BIG_ENDIAN ? number : Short.reverseBytes(number);
    }

    static int getInt(byte[] bytes, int index, ByteOrder order) {
        int number = (int) INT.get(bytes, index);
        return order == BIG_ENDIAN ? number : Integer.reverseBytes(number);
    }

    static long getLong(byte[] bytes, int index, ByteOrder order) {
        long number = (long) LONG.get(bytes, index);
        return order == BIG_ENDIAN ? number : Long.reverseBytes(number);
    }

    static byte[] bytes(short number, ByteOrder order) {
        byte[] bytes = new byte[Short.BYTES];
        SHORT.set(bytes, 0, order == BIG_ENDIAN ? number : Short.reverseBytes(number));
        return bytes;
    }

    static byte[] bytes(int number, ByteOrder order) {
        byte[] bytes = new byte[Integer.BYTES];
        INT.set(bytes, 0, order == BIG_ENDIAN ? number : Integer.reverseBytes(number));
        return bytes;
    }

    static byte[] bytes(long number, ByteOrder order) {
        byte[] bytes = new byte[Long.BYTES];
        LONG.set(bytes, 0, order == BIG_ENDIAN ? number : Long.reverseBytes(number));
        return bytes;
    }
}
