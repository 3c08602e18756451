package io.lwt4j.examples;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.PullStream;
import io.lwt4j.sync.Mutex;
import io.lwt4j.sync.Pool;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The program that grows on the page <i>Getting started</i>, step by step. */
public final class GettingStarted {

    private static int balance = 100;
    private static int opened;

    private GettingStarted() {}

    /**
     * Runs every step.
     *
     * @param args none
     * @throws Exception if the program is wrong
     */
    public static void main(String[] args) throws Exception {
        String greeting = EventLoop.run(
                () -> EventLoop.sleep(Duration.ofMillis(10)).map(done -> "hello from the loop"));
        System.out.println(greeting);

        EventLoop.run(() -> chain().flatMap(done -> race())
                .flatMap(done -> cancellation())
                .flatMap(done -> stream())
                .flatMap(done -> mutex())
                .flatMap(done -> pool())
                .flatMap(done -> socket()));

        signal();
    }

    static String say(String line) {
        System.out.println(line);
        return line;
    }

    static Promise<String> chain() {
        return price("tea")
                .map(cents -> "tea costs " + cents)
                .map(GettingStarted::say)
                .flatMap(line -> price("gold"))
                .map(cents -> "gold costs " + cents)
                .recover(error -> Promise.of("no price: " + error.getMessage()))
                .map(GettingStarted::say);
    }

    /** A price that takes a while to find out. */
    static Promise<Integer> price(String article) {
        return EventLoop.sleep(Duration.ofMillis(5)).flatMap(done -> {
            if (!article.equals("tea")) {
                throw new IllegalArgumentException("we sell no " + article);
            }
            return Promise.of(250);
        });
    }

    static Promise<String> race() {
        Promise<String> answer = EventLoop.sleep(Duration.ofHours(1))
                .map(done -> "the answer")
                .onCancel(() -> System.out.println("nobody waits for the answer any more"));
        Promise<String> tooLate =
                EventLoop.sleep(Duration.ofMillis(20)).map(done -> "it took too long");

        return Promise.pick(answer, tooLate).map(GettingStarted::say);
    }

    static Promise<String> cancellation() {
        Promise<String> work = EventLoop.sleep(Duration.ofHours(1))
                .map(done -> "worked")
                .eventually(() -> {
                    System.out.println("tidied up");
                    return Promise.unit();
                });
        work.cancel();
        return work.recover(CanceledException.class, canceled -> Promise.of("was cancelled"))
                .map(GettingStarted::say);
    }

    static Promise<String> stream() {
        PullStream<Integer> numbers = PullStream.of(1, 2, 3, 4, 5, 6);
        return numbers.filter(n -> n % 2 == 0)
                .mapConcurrent(2, n -> EventLoop.sleep(Duration.ofMillis(n)).map(done -> n * n))
                .toList()
                .map(squares -> say("squares " + squares));
    }

    static Promise<String> mutex() {
        Mutex mutex = Mutex.create();
        return Promises.forEachConcurrently(
                        List.of(60, 60), amount -> mutex.withLock(() -> withdraw(amount)))
                .map(done -> say("left " + balance));
    }

    /** Looks, waits, and takes: without a lock somebody else might take in between. */
    private static Promise<Integer> withdraw(int amount) {
        if (balance < amount) {
            return Promise.of(balance);
        }
        return EventLoop.pause().map(done -> balance -= amount);
    }

    static Promise<String> pool() {
        Pool<Integer> connections =
                Pool.builder(() -> Promise.of(++opened)).max(2).build();
        return Promises.mapConcurrently(
                        List.of("a", "b", "c", "d"),
                        query -> connections.use(
                                number -> EventLoop.pause().map(done -> query + number)))
                .map(answers -> say(answers + ", connections: " + opened));
    }

    static Promise<String> socket() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return TcpServer.listen(
                        anyPort,
                        (client, address) -> client.input()
                                .forEachLine(line ->
                                        client.output().writeLine(line.toUpperCase(Locale.ROOT))))
                .flatMap(server -> shout(server, "hello").eventually(server::close));
    }

    private static Promise<String> shout(TcpServer server, String line) {
        return TcpClient.withConnection(
                        server.localAddress(),
                        connection -> connection
                                .output()
                                .writeLine(line)
                                .flatMap(sent -> connection.input().readLineExactly()))
                .map(answer -> say("the server says " + answer));
    }

    static void signal() {
        Var<Integer> net = Var.of(100);
        Var<Integer> rate = Var.of(20);
        Signal<Integer> tax = Signal.lift(net.signal(), rate.signal(), (n, r) -> n * r / 100);
        Signal<Integer> gross = Signal.lift(net.signal(), tax, Integer::sum);

        gross.observe(g -> System.out.println("gross " + g));
        net.set(200);
    }
}
