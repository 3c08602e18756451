package consumer;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** With core only: an answer over a socket wins the race against a timer. */
final class Main {

    private static final List<String> JARS = List.of("lwt4j-core");

    private Main() {}

    public static void main(String[] args) throws Exception {
        List<String> jars = jarsOfClassPath();
        expect(JARS, jars);
        expect("pong", EventLoop.run(Main::ask));
        System.out.println("consumer of core: " + jars);
    }

    private static Promise<String> ask() {
        return TcpServer.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (client, peer) -> client.output().write("pong"))
                .flatMap(server -> {
                    Promise<String> answer = TcpClient.withConnection(
                            server.localAddress(), connection -> connection.input().readAll());
                    Promise<String> tooLate =
                            EventLoop.sleep(Duration.ofMinutes(1)).map(x -> "too late");
                    return Promise.pick(answer, tooLate).eventually(server::close);
                });
    }

    private static List<String> jarsOfClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> new File(entry).getName())
                .filter(name -> name.endsWith(".jar"))
                .map(name -> name.replaceFirst("-\\d.*", ""))
                .sorted()
                .toList();
    }

    private static void expect(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("not " + expected + " but " + actual);
        }
    }
}
