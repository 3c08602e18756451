package io.lwt4j.examples.chat;

import static io.lwt4j.direct.Direct.await;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.direct.Direct;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;

import java.io.PrintStream;
import java.util.Optional;

/** Three clients in a conversation, with a {@link ChatServer} of their own. */
public final class Chat {

    private final TcpServer server;
    private final PrintStream out;

    private Chat(TcpServer server, PrintStream out) {
        this.server = server;
        this.out = out;
    }

    /**
     * Runs the program.
     *
     * @param args are ignored
     * @throws Exception if the conversation fails
     */
    public static void main(String[] args) throws Exception {
        run(System.out);
    }

    static void run(PrintStream out) throws Exception {
        EventLoop.run(() -> {
            ChatServer chat = new ChatServer(ChatServer.Limits.USUAL);
            return Promise.using(
                    () -> chat.listen(0),
                    server -> new Chat(server, out).converse(chat),
                    TcpServer::close);
        });
    }

    /** The script, as a task: to {@code await} lets the loop run, and no thread waits there. */
    private Promise<Integer> converse(ChatServer chat) {
        return Direct.spawn(() -> {
            Guest ann = join("ann");
            Guest bob = join("bob");
            ann.sees();
            Guest cat = join("cat");
            ann.sees();
            bob.sees();

            ann.says("hello, who is there?");
            ann.sees();
            bob.sees();
            cat.sees();

            cat.says("/who");
            cat.sees();

            bob.says("/quit");
            bob.sees();
            bob.sees();
            ann.sees();
            cat.sees();

            Promise<Integer> stopped = chat.stop(server);
            ann.sees();
            ann.sees();
            ann.sees();
            cat.sees();
            cat.sees();
            int dropped = await(stopped);
            out.println("the server has stopped, " + dropped + " clients dropped");
            return dropped;
        });
    }

    private Guest join(String name) throws Exception {
        Guest guest = new Guest(name, await(TcpClient.connect(server.localAddress())));
        guest.sees();
        guest.says(name);
        guest.sees();
        return guest;
    }

    /** One of the clients. */
    private final class Guest {

        private final String name;
        private final ChannelPair connection;

        Guest(String name, ChannelPair connection) {
            this.name = name;
            this.connection = connection;
        }

        void says(String line) throws Exception {
            out.println(name + " says " + line);
            await(connection.output().writeLine(line));
        }

        void sees() throws Exception {
            Optional<String> line = await(connection.input().readLine());
            out.println("  " + name + " sees " + line.orElse("the end"));
            if (line.isEmpty()) {
                await(connection.close());
            }
        }
    }
}
