package io.lwt4j.stream;

import java.util.List;

/** Lines as {@code hexdump -C} writes them. */
final class Hexdump extends Source {

    private static final int WIDTH = 16;

    private final PullStream<Byte> bytes;
    private int offset;

    Hexdump(PullStream<Byte> bytes) {
        this.bytes = bytes;
    }

    @Override
    Object produce() throws Exception {
        return Later.of(bytes.nget(WIDTH), this::line);
    }

    @Override
    void abandoned() {
        bytes.leave();
    }

    private Object line(List<Byte> read) {
        if (read.isEmpty()) {
            return End.NORMAL;
        }
        StringBuilder line = new StringBuilder(String.format("%08x|  ", offset));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < WIDTH; i++) {
            if (i == WIDTH / 2) {
                line.append(' ');
            }
            if (i < read.size()) {
                int b = read.get(i);
                line.append(String.format("%02x ", b & 0xff));
                text.append(b >= ' ' && b <= '~' ? (char) b : '.');
            } else {
                line.append("   ");
            }
        }
        offset += WIDTH;
        return line + " |" + text + "|";
    }
}
