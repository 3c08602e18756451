package io.lwt4j.react.field;

import java.nio.charset.StandardCharsets;

/** The pseudo random numbers of the set: sfc32, seeded from a text by xmur3a. */
final class Generator {

    private int a;
    private int b;
    private int c;
    private int counter;

    Generator(String seed) {
        int hash = hash(seed);
        int[] state = new int[4];
        for (int i = 0; i < 4; i++) {
            hash = mix(hash);
            state[i] = hash;
        }
        a = state[0];
        b = state[1];
        c = state[2];
        counter = state[3];
    }

    private static int hash(String text) {
        int hash = 0x811C9DC5;
        for (byte character : text.getBytes(StandardCharsets.US_ASCII)) {
            int k = character * 0xCC9E2D51;
            k = Integer.rotateLeft(k, 15);
            hash ^= k * 0x1B873593;
            hash = Integer.rotateLeft(hash, 13);
            hash = hash * 5 + 0xE6546B64;
        }
        return hash ^ text.length();
    }

    private static int mix(int hash) {
        int mixed = hash;
        mixed = (mixed ^ (mixed >>> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >>> 13)) * 0xC2B2AE35;
        return mixed ^ (mixed >>> 16);
    }

    /** The next one of [0, 1). */
    double next() {
        int t = a + b;
        a = b ^ (b >>> 9);
        b = c + (c << 3);
        c = Integer.rotateLeft(c, 21);
        counter++;
        t += counter;
        c += t;
        return Integer.toUnsignedLong(t) / 4294967296.0;
    }
}
