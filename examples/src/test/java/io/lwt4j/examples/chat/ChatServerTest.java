package io.lwt4j.examples.chat;

import static io.lwt4j.direct.Direct.await;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.direct.Direct;
import io.lwt4j.examples.ExamplePage;
import io.lwt4j.examples.chat.ChatServer.Limits;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class ChatServerTest {

    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofMinutes(1);

    /** What happens in a room, as straight-line code. */
    private interface Script {
        void play(Room room) throws Exception;
    }

    private static void chat(Limits limits, Script script) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        EventLoop.run(() -> {
            EventLoop.current().uncaughtHandler(errors::add);
            ChatServer chat = new ChatServer(limits);
            return Promise.using(
                    () -> chat.listen(0),
                    server -> Direct.spawn(() -> {
                        Room room = new Room(chat, server, new ArrayList<>());
                        script.play(room);
                        for (Guest guest : room.guests()) {
                            await(guest.connection().close());
                        }
                        return true;
                    }),
                    chat::stop);
        });
        assertThat(errors).isEmpty();
    }

    private record Room(ChatServer chat, TcpServer server, List<Guest> guests) {

        Guest connect() throws Exception {
            return connect(TcpClient.builder());
        }

        Guest connect(TcpClient.Builder client) throws Exception {
            Guest guest = new Guest(await(client.connect(server.localAddress())));
            guests.add(guest);
            return guest;
        }

        Guest join(String name) throws Exception {
            return connect().enters(name);
        }
    }

    private record Guest(ChannelPair connection) {

        Guest enters(String name) throws Exception {
            sees("* what is your name?");
            says(name);
            sees("* " + name + " has joined");
            return this;
        }

        void says(String line) throws Exception {
            await(connection.output().writeLine(line));
        }

        Optional<String> next() throws Exception {
            return await(connection.input().readLine());
        }

        void sees(String line) throws Exception {
            assertThat(next()).contains(line);
        }

        void seesTheEnd() throws Exception {
            assertThat(next()).isEmpty();
        }
    }

    @Test
    void theProgramPrintsWhatThePageShows() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Chat.run(new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"))
                .isEqualTo(ExamplePage.output("chat"));
    }

    @Test
    void whatIsSaidGoesToEverybody() throws Exception {
        chat(Limits.USUAL, room -> {
            Guest ann = room.join("ann");
            Guest bob = room.join("bob");
            ann.sees("* bob has joined");
            bob.says("hello");
            bob.says("");
            bob.says("/who");
            ann.sees("bob: hello");
            bob.sees("bob: hello");
            bob.sees("* here: ann, bob");
            bob.says("/quit");
            bob.sees("* goodbye: quit");
            bob.seesTheEnd();
            ann.sees("* bob has left: quit");
        });
    }

    @Test
    void aNameHasToBeOneAndFree() throws Exception {
        chat(Limits.USUAL, room -> {
            room.join("ann");
            Guest bob = room.connect();
            for (String name : List.of("", "a b", "a23456789012345678", "ann")) {
                bob.sees("* what is your name?");
                bob.says(name);
                bob.sees("* \"" + name + "\" is no name, or taken");
            }
            bob.enters("bob");
        });
    }

    @Test
    void aNameIsFreeAgainWhenItsOwnerHasLeft() throws Exception {
        chat(Limits.USUAL, room -> {
            Guest first = room.join("ann");
            first.says("/quit");
            first.sees("* goodbye: quit");
            room.join("ann");
        });
    }

    @Test
    void manyLinesInOneGoReachEverybodyWhoReads() throws Exception {
        chat(Limits.USUAL, room -> {
            Guest ann = room.join("ann");
            Guest bob = room.join("bob");
            ann.sees("* bob has joined");
            await(bob.connection().output().write("x\n".repeat(5000)));
            for (int i = 0; i < 5000; i++) {
                ann.sees("bob: x");
                bob.sees("bob: x");
            }
        });
    }

    private static Guest slowGuest(Room room) throws Exception {
        return room.connect(TcpClient.builder().option(StandardSocketOptions.SO_RCVBUF, 32 << 10))
                .enters("slow");
    }

    /** Talks until the one that does not read is dropped, and returns how many lines that took. */
    private static int talkUntilSlowIsDropped(Guest ann) throws Exception {
        ann.sees("* slow has joined");
        String words = "word ".repeat(150);
        int lines = 0;
        while (true) {
            ann.says(words);
            lines++;
            ann.sees("ann: " + words);
            ann.says("/who");
            if (ann.next().equals(Optional.of("* slow has left: reads too slowly"))) {
                ann.sees("* here: ann");
                return lines;
            }
        }
    }

    @Test
    void whoReadsTooSlowlyIsDroppedAndToldSo() throws Exception {
        chat(new Limits(8, 1000, LONG), room -> {
            Guest ann = room.join("ann");
            Guest slow = slowGuest(room);
            int lines = talkUntilSlowIsDropped(ann);
            String last = "";
            int got = 0;
            for (Optional<String> line = slow.next(); line.isPresent(); line = slow.next()) {
                last = line.get();
                got++;
            }
            assertThat(last).isEqualTo("* goodbye: reads too slowly");
            assertThat(got).isBetween(2, lines);
        });
    }

    @Test
    void whoNeverReadsIsNotWaitedForLongerThanTheGrace() throws Exception {
        chat(new Limits(8, 1000, AT_ONCE), room -> {
            Guest ann = room.join("ann");
            slowGuest(room);
            talkUntilSlowIsDropped(ann);
            while (room.server().openConnections() > 1) {
                await(EventLoop.sleep(AT_ONCE));
            }
            ann.says("/who");
            ann.sees("* here: ann");
        });
    }

    @Test
    void whoHangsUpInTheMiddleOfALineHasLeft() throws Exception {
        chat(Limits.USUAL, room -> {
            Guest ann = room.join("ann");
            Guest bob = room.join("bob");
            ann.sees("* bob has joined");
            await(bob.connection().output().write("hal"));
            await(bob.connection().close());
            ann.sees("bob: hal");
            ann.sees("* bob has left: hung up");
        });
    }

    @Test
    void aConnectionThatBreaksIsThatOfOneMember() throws Exception {
        chat(Limits.USUAL, room -> {
            Guest ann = room.join("ann");
            Guest bob = room.connect(TcpClient.builder().option(StandardSocketOptions.SO_LINGER, 0))
                    .enters("bob");
            ann.sees("* bob has joined");
            await(bob.connection().abort());
            assertThat(ann.next().orElseThrow()).startsWith("* bob has left: ");
            ann.says("still here");
            ann.sees("ann: still here");
        });
    }

    @Test
    void whoGoesWithoutANameWasNeverThere() throws Exception {
        chat(Limits.USUAL, room -> {
            Guest ann = room.join("ann");
            await(room.connect().connection().close());
            while (room.server().openConnections() > 1) {
                await(EventLoop.sleep(AT_ONCE));
            }
            ann.says("/who");
            ann.sees("* here: ann");
        });
    }

    @Test
    void aLineThatIsTooLongIsTheEnd() throws Exception {
        chat(new Limits(8, 10, LONG), room -> {
            Guest ann = room.join("ann");
            Guest bob = room.join("bob");
            ann.sees("* bob has joined");
            bob.says("0123456789");
            ann.sees("bob: 0123456789");
            bob.sees("bob: 0123456789");
            bob.says("0123456789a");
            bob.sees("* goodbye: a line of more than 10 bytes");
            bob.seesTheEnd();
            ann.sees("* bob has left: a line of more than 10 bytes");
        });
    }

    @Test
    void aServerThatStopsSendsWhatItHas() throws Exception {
        chat(new Limits(64, 1000, LONG), room -> {
            Guest ann = room.join("ann");
            Guest nameless = room.connect();
            nameless.sees("* what is your name?");
            for (int i = 0; i < 50; i++) {
                ann.says("line " + i);
            }
            ann.says("/who");
            // The server has got all of it, and nobody has read any of it.
            await(ann.connection().output().flush());
            Guest bob = room.join("bob");
            bob.says("/who");
            bob.sees("* here: ann, bob");

            Promise<Integer> stopped = room.chat().stop(room.server());
            nameless.seesTheEnd();
            for (int i = 0; i < 50; i++) {
                ann.sees("ann: line " + i);
            }
            ann.sees("* here: ann");
            List<String> rest = new ArrayList<>();
            for (Optional<String> line = ann.next(); line.isPresent(); line = ann.next()) {
                rest.add(line.get());
            }
            assertThat(rest).startsWith("* bob has joined").endsWith("* goodbye: the server stops");
            assertThat(await(stopped)).isZero();
            assertThat(room.server().openConnections()).isZero();
        });
    }
}
