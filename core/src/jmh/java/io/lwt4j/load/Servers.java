package io.lwt4j.load;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The servers by name; as a program it runs one of them until its standard input ends. */
public final class Servers {

    static final Map<String, Supplier<Server>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("raw-nio", RawNio::new);
        ALL.put("lwt4j", OverChannels::new);
        ALL.put("netty-nio", () -> new OverNetty(false));
        ALL.put("netty-epoll", () -> new OverNetty(true));
        ALL.put("vertx", OverVertx::new);
        ALL.put("reactor-nio", () -> new OverReactorNetty(false));
        ALL.put("reactor-epoll", () -> new OverReactorNetty(true));
        if (Runtime.version().feature() >= 21) {
            ALL.put("vthreads", OverVirtualThreads::new);
        }
    }

    private Servers() {}

    /**
     * Runs a server.
     *
     * @param args its name, and the file of its certificate
     */
    public static void main(String[] args) throws Exception {
        Map<Service, Integer> ports = ALL.get(args[0]).get().start(Path.of(args[1]));
        System.out.println("ready "
                + ports.entrySet().stream()
                        .map(port -> port.getKey() + "=" + port.getValue())
                        .collect(Collectors.joining(" ")));
        while (System.in.read() >= 0) {
            // The program that started us keeps it open for as long as it wants us.
        }
        System.exit(0);
    }
}
