package io.lwt4j.examples.chat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.io.StandardChannels;
import io.lwt4j.net.TcpClient;
import io.lwt4j.process.OsSignal;

import java.io.IOException;

/**
 * A client for anything that speaks in lines: sends those of its standard input, and prints those
 * of the server. It ends when the server does, or with status 130 on Ctrl-C.
 */
public final class ChatClient {

    private ChatClient() {}

    /** Talks until one side has had enough, and returns the exit status. */
    static Promise<Integer> talk(
            ChannelPair server, InputChannel in, OutputChannel out, Promise<?> interrupt) {
        Promise<Integer> receiving = copyLines(server.input(), out).map(end -> 0);
        // At the end of our input there may still be something to read.
        Promise<Integer> sending = copyLines(in, server.output())
                .flatMap(end -> server.output().shutdown())
                .flatMap(done -> receiving);
        return Promise.pick(receiving, sending, interrupt.map(signal -> 130));
    }

    private static Promise<?> copyLines(InputChannel from, OutputChannel to) {
        return from.forEachLine(line -> to.writeLine(line).flatMap(written -> to.flush()));
    }

    private static Promise<Integer> connect(String host, int port) {
        return TcpClient.withConnection(
                host,
                port,
                server -> talk(
                        server,
                        StandardChannels.stdin(),
                        StandardChannels.stdout(),
                        OsSignal.next(OsSignal.INT)));
    }

    /**
     * Runs the client.
     *
     * @param args the host and the port
     * @throws Exception if the program is wrong
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 2 || !args[1].matches("[0-9]{1,5}")) {
            System.err.println("usage: ChatClient HOST PORT");
            System.exit(2);
        }
        try {
            System.exit(EventLoop.run(() -> connect(args[0], Integer.parseInt(args[1]))));
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
