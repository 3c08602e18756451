package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Options that sockets are to get when there are any, in the order they were set. */
final class SocketOptions {

    private final Map<SocketOption<?>, Object> values;

    SocketOptions() {
        this(Map.of());
    }

    private SocketOptions(Map<SocketOption<?>, Object> values) {
        this.values = new LinkedHashMap<>(values);
    }

    SocketOptions copy() {
        return new SocketOptions(values);
    }

    <T> void set(SocketOption<T> option, T value) {
        requireNonNull(option, "option");
        values.put(option, requireNonNull(value, "value"));
    }

    @SuppressWarnings("unchecked") // Each value was put there together with its option.
    void applyTo(NetworkChannel channel) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> option : values.entrySet()) {
            channel.setOption((SocketOption<Object>) option.getKey(), option.getValue());
        }
    }
}
