package io.lwt4j.examples.chat;

import static io.lwt4j.direct.Direct.await;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.direct.Direct;
import io.lwt4j.examples.ProgramRun;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.Pipe;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

class ChatClientTest {

    /** The two ends of a connection, and a terminal. */
    private static final class Wiring {
        final Pipe toServer = Pipe.open();
        final Pipe toClient = Pipe.open();
        final Pipe typed = Pipe.open();
        final Pipe shown = Pipe.open();
        final Resolver<String> interrupt = Resolver.cancellable();
        final Promise<Integer> status = ChatClient.talk(
                new ChannelPair(toClient.input(), toServer.output()),
                typed.input(),
                shown.output(),
                interrupt.promise());
    }

    private interface Script {
        void play(Wiring wiring) throws Exception;
    }

    private static void talk(Script script) throws Exception {
        EventLoop.run(() -> Direct.spawn(() -> {
            script.play(new Wiring());
            return true;
        }));
    }

    @Test
    void linesGoBothWaysUntilTheServerHasEnough() throws Exception {
        talk(wiring -> {
            await(wiring.typed.output().writeLine("hello"));
            assertThat(await(wiring.toServer.input().readLine())).contains("hello");
            await(wiring.toClient.output().writeLine("hello yourself"));
            assertThat(await(wiring.shown.input().readLine())).contains("hello yourself");
            await(wiring.toClient.output().close());
            assertThat(await(wiring.status)).isZero();
        });
    }

    @Test
    void theEndOfTheInputIsToldAndTheRestIsRead() throws Exception {
        talk(wiring -> {
            await(wiring.typed.output().writeLine("/quit"));
            await(wiring.typed.output().close());
            assertThat(await(wiring.toServer.input().readLine())).contains("/quit");
            assertThat(await(wiring.toServer.input().readLine())).isEmpty();
            assertThat(wiring.status.isPending()).isTrue();
            await(wiring.toClient.output().writeLine("goodbye"));
            assertThat(await(wiring.shown.input().readLine())).contains("goodbye");
            await(wiring.toClient.output().close());
            assertThat(await(wiring.status)).isZero();
        });
    }

    @Test
    void anInterruptIsTheEndAndLosesNoInput() throws Exception {
        talk(wiring -> {
            wiring.interrupt.resolve("^C");
            assertThat(await(wiring.status)).isEqualTo(130);
            await(wiring.typed.output().writeLine("after"));
            assertThat(await(wiring.typed.input().readLine())).isEqualTo(Optional.of("after"));
        });
    }

    @Test
    void theProgramsTalkToEachOtherAndTheServerStopsWhenAskedTo() throws Exception {
        Process server = ProgramRun.start(ChatServer.class);
        try {
            BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
            String listening = said.readLine();
            String port = listening.substring(listening.lastIndexOf(':') + 1);

            Process client = ProgramRun.start(ChatClient.class, "localhost", port);
            client.outputWriter().append("ann\nhello\n/quit\n").close();
            assertThat(ProgramRun.end(client)).isEqualTo(new ProgramRun(0, """
                    * what is your name?
                    * ann has joined
                    ann: hello
                    * goodbye: quit
                    """, ""));

            server.toHandle().destroy();
            assertThat(said.readLine()).isEqualTo("stopped, 0 clients dropped");
            assertThat(server.waitFor()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void ctrlCIsTheEndOfTheClientAndOfNobodyElse() throws Exception {
        Process server = ProgramRun.start(ChatServer.class);
        Process client = null;
        try {
            String listening = server.inputReader(StandardCharsets.UTF_8).readLine();
            String port = listening.substring(listening.lastIndexOf(':') + 1);
            client = ProgramRun.start(ChatClient.class, "localhost", port);
            BufferedReader shown = client.inputReader(StandardCharsets.UTF_8);
            assertThat(shown.readLine()).isEqualTo("* what is your name?");
            ProgramRun.interrupt(client);
            assertThat(client.waitFor()).isEqualTo(130);
            assertThat(shown.readLine()).isNull();
            assertThat(server.isAlive()).isTrue();
        } finally {
            server.destroyForcibly();
            if (client != null) {
                client.destroyForcibly();
            }
        }
    }

    @Test
    void wrongArgumentsGetTheUsage() throws Exception {
        assertThat(ProgramRun.of(ChatClient.class, "localhost"))
                .isEqualTo(new ProgramRun(2, "", "usage: ChatClient HOST PORT\n"));
        assertThat(ProgramRun.of(ChatServer.class, "soon"))
                .isEqualTo(new ProgramRun(2, "", "usage: ChatServer [PORT]\n"));
    }
}
