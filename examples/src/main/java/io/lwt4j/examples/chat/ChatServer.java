package io.lwt4j.examples.chat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.net.TcpServer;
import io.lwt4j.process.OsSignal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A chat server: one room, lines of text over TCP.
 *
 * <p>A client first sends its name; after that, what it sends goes to everybody in the room, but
 * for {@code /who} and {@code /quit}. A client that does not read is dropped, and never stops the
 * others. All of it runs on one loop.
 */
public final class ChatServer {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,16}");
    private static final int SEND_BUFFER = 64 << 10;
    private static final String PROMPT = "* what is your name?";

    /**
     * What a client can expect.
     *
     * @param outboxSize how many lines may wait to be sent to it
     * @param lineLength how many bytes a line of it may have
     * @param grace how long it may take to read its last lines
     */
    record Limits(int outboxSize, int lineLength, Duration grace) {

        static final Limits USUAL = new Limits(64, 1000, Duration.ofSeconds(5));
    }

    private final Limits limits;
    private final Room room = new Room();
    private final Resolver<String> stopping = Resolver.uncancellable();

    ChatServer(Limits limits) {
        this.limits = limits;
    }

    /** Listens on loopback; with port 0 the system chooses one. */
    Promise<TcpServer> listen(int port) {
        return TcpServer.builder()
                // What waits in the system for a client is bounded, too.
                .clientOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER)
                .channels(ChannelOptions.defaults().withLineLimit(limits.lineLength()))
                .listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        (client, peer) -> serve(client));
    }

    /** Says goodbye to everybody, and waits until they have read it, but not for ever. */
    Promise<Integer> stop(TcpServer server) {
        stopping.tryResolve("the server stops");
        return server.shutdown(limits.grace().plusSeconds(1));
    }

    private Promise<@Nullable Void> serve(ChannelPair client) {
        Promise<Optional<Member>> tooLate = stopping.promise().map(why -> Optional.empty());
        return Promise.pick(enter(client), tooLate)
                .<@Nullable Void>flatMap(member ->
                        member.isPresent() ? converse(client, member.get()) : Promise.unit())
                // A client that goes without a word is no error of the server.
                .recover(IOException.class, gone -> client.abort());
    }

    private Promise<Optional<Member>> enter(ChannelPair client) {
        return client.output()
                .writeLine(PROMPT)
                .flatMap(asked -> client.input().readLine())
                .flatMap(line -> {
                    if (line.isEmpty()) {
                        return Promise.emptyOptional();
                    }
                    String name = line.get().strip();
                    if (!NAME.matcher(name).matches() || room.isTaken(name)) {
                        return client.output()
                                .writeLine("* \"" + name + "\" is no name, or taken")
                                .flatMap(told -> enter(client));
                    }
                    Member member = new Member(name, limits.outboxSize());
                    room.enter(member);
                    return Promise.of(Optional.of(member));
                });
    }

    private Promise<@Nullable Void> converse(ChannelPair client, Member member) {
        Promise<@Nullable Void> sending =
                member.lines().forEachSequential(client.output()::writeLine);
        return Promise.pick(listen(client.input(), member), member.dismissed(), stopping.promise())
                .<@Nullable Void>flatMap(why -> {
                    room.leave(member, why);
                    member.leave("* goodbye: " + why);
                    return EventLoop.withTimeout(
                            limits.grace(),
                            () -> sending.flatMap(sent -> client.output().flush()));
                })
                .recover(TimeoutException.class, slow -> client.abort());
    }

    /** Takes what a member has to say, until its end, and says why that is. */
    private Promise<String> listen(InputChannel input, Member member) {
        return input.lines()
                .findSequential(line -> EventLoop.pause().map(turn -> isLast(member, line)))
                .map(last -> last.isPresent() ? "quit" : "hung up")
                .recover(IOException.class, e -> Promise.of(String.valueOf(e.getMessage())));
    }

    private boolean isLast(Member member, String line) {
        switch (line.strip()) {
            case "" -> {}
            case "/who" -> member.tell(room.who());
            case "/quit" -> {
                return true;
            }
            default -> room.tellAll(member.name() + ": " + line);
        }
        return false;
    }

    /**
     * Runs the server until it gets SIGINT or SIGTERM.
     *
     * @param args the port, or nothing for any one that is free
     * @throws Exception if nobody can listen there
     */
    public static void main(String[] args) throws Exception {
        if (args.length > 1 || (args.length == 1 && !args[0].matches("[0-9]{1,5}"))) {
            System.err.println("usage: ChatServer [PORT]");
            System.exit(2);
        }
        int port = args.length == 0 ? 0 : Integer.parseInt(args[0]);
        EventLoop.run(() -> {
            ChatServer chat = new ChatServer(Limits.USUAL);
            return chat.listen(port).flatMap(server -> {
                System.out.println("listening on " + server.localAddress());
                return Promise.pick(OsSignal.next(OsSignal.INT), OsSignal.next(OsSignal.TERM))
                        .flatMap(signal -> chat.stop(server))
                        .map(dropped -> {
                            System.out.println("stopped, " + dropped + " clients dropped");
                            return dropped;
                        });
            });
        });
    }
}
