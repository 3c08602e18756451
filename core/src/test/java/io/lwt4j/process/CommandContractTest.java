package io.lwt4j.process;

import static io.lwt4j.process.Processes.command;
import static io.lwt4j.process.Processes.failure;
import static io.lwt4j.process.Processes.run;
import static io.lwt4j.process.Processes.shell;
import static io.lwt4j.process.Processes.unheard;
import static io.lwt4j.process.Processes.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LogCapture;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.Channels;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.io.Pipe;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

/** What commands and processes do, whichever way their pipes are watched. */
@DisabledOnOs(OS.WINDOWS)
abstract class CommandContractTest {

    private static final Duration LONG = Duration.ofDays(1);

    /** Ignores the request to end, and says so once it does. */
    private static final String STUBBORN = "trap '' TERM; echo ready; while :; do sleep 0.01; done";

    @TempDir
    Path folder;

    /* ---- Running for a result ---- */

    @Test
    @Rule("W-1")
    void execAnswersHowAProcessEndedWhateverThatIs() throws Exception {
        run(() -> Promise.all(
                        shell("exit 0").exec(),
                        shell("exit 3").exec(),
                        shell("kill -KILL $$").exec())
                .map(all -> assertThat(all)
                        .containsExactly(
                                new ExitStatus.Exited(0),
                                new ExitStatus.Exited(3),
                                new ExitStatus.Signaled(OsSignal.KILL))));
    }

    @Test
    @Rule("W-1")
    void aMissingProgramOrDirectoryIsAnException() throws Exception {
        Command missing = command("/no/such/program");
        Command nowhere = command("true").withDirectory(folder.resolve("missing"));
        run(() -> failure(missing.exec())
                .onSuccess(error -> assertThat(error)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(ExitException.class)
                        .hasMessageContaining("/no/such/program"))
                .flatMap(x -> failure(nowhere.readAll()))
                .onSuccess(error -> assertThat(error)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("missing")));
    }

    @Test
    void theOutputIsReadAsTextAsBytesOrByLines() throws Exception {
        Command command = command("printf", "one\\ntwo\\n\\303\\244");
        byte[] bytes = "one\ntwo\nä".getBytes(StandardCharsets.UTF_8);
        run(() -> command.readAll()
                .onSuccess(text -> assertThat(text).isEqualTo("one\ntwo\nä"))
                .flatMap(x -> command.readAllBytes())
                .onSuccess(all -> assertThat(all).isEqualTo(bytes))
                .flatMap(x -> command.readLine())
                .onSuccess(line -> assertThat(line).contains("one"))
                .flatMap(x -> command.lines().toList())
                .onSuccess(lines -> assertThat(lines).containsExactly("one", "two", "ä"))
                .flatMap(x -> command.chunks().toList())
                .onSuccess(chunks -> assertThat(
                                chunks.stream().mapToInt(c -> c.length).sum())
                        .isEqualTo(bytes.length)));
    }

    @Test
    @Rule("W-6")
    void aBadEndIsAnErrorThatKnowsTheLastOfTheErrorOutput() throws Exception {
        Command failing = shell("echo some; echo gone wrong >&2; exit 3");
        run(() -> Promise.<Throwable>all(
                        failure(failing.readAll()),
                        failure(failing.withStdout(Stdio.none()).run()),
                        failure(failing.readAllBytes()),
                        failure(failing.readLine()))
                .map(errors -> {
                    for (Throwable error : errors) {
                        assertThat(error).isInstanceOfSatisfying(ExitException.class, exit -> {
                            assertThat(exit.status()).isEqualTo(new ExitStatus.Exited(3));
                            assertThat(exit.errors()).isEqualTo("gone wrong\n");
                            assertThat(exit.isTimeout()).isFalse();
                            assertThat(exit.command()).contains("/bin/sh");
                            assertThat(exit).hasMessageContaining("exit code 3: gone wrong");
                        });
                    }
                    return true;
                }));
    }

    @Test
    @Rule("W-6")
    void everyFormHasASisterThatAnswersTheStatus() throws Exception {
        Command failing = shell("cat; echo why >&2; exit 3");
        run(() -> failing.readAllWithStatus()
                .onSuccess(result -> assertThat(result)
                        .isEqualTo(new Command.Result<>("", new ExitStatus.Exited(3), "why\n")))
                .flatMap(x -> failing.readAllBytesWithStatus())
                .onSuccess(result -> assertThat(result.status().code()).isEqualTo(3))
                .flatMap(x -> failing.readLineWithStatus())
                .onSuccess(result -> assertThat(result.value()).isEmpty())
                .flatMap(x -> Command.shell("cat >&2; exit 3").writeWithStatus("x"))
                .onSuccess(result -> assertThat(result.status().code()).isEqualTo(3))
                .flatMap(x -> Command.shell("cat; exit 3").pipeWithStatus("abc"))
                .onSuccess(result ->
                        assertThat(result.value() + result.status()).isEqualTo("abcexit code 3")));
    }

    @Test
    @Rule("W-6")
    void whatIsAGoodEndCanBeSaid() throws Exception {
        run(() -> shell("echo none; exit 1")
                .withAccepted(status -> status.code() <= 1)
                .readAll()
                .map(text -> assertThat(text).isEqualTo("none\n")));
    }

    @Test
    @Rule("W-6")
    void aStreamOfLinesEndsWithAnErrorIfTheProcessEndsBadly() throws Exception {
        run(() -> {
            PullStream<String> lines = shell("echo a; echo b; exit 3").lines();
            return lines.next()
                    .onSuccess(line -> assertThat(line).isEqualTo("a"))
                    .flatMap(x -> lines.next())
                    .onSuccess(line -> assertThat(line).isEqualTo("b"))
                    .flatMap(x -> failure(lines.get()))
                    .onSuccess(error -> assertThat(error).isInstanceOf(ExitException.class))
                    .flatMap(x -> lines.get())
                    .onSuccess(end -> assertThat(end).isEmpty());
        });
    }

    @Test
    void onlyTheLastOfALongErrorOutputIsKept() throws Exception {
        run(() -> failure(shell("seq 1 100000 >&2; exit 1").run())
                .map(error -> assertThat(((ExitException) error).errors())
                        .hasSize(8 << 10)
                        .endsWith("\n99999\n100000\n")));
    }

    @Test
    void aFirstLineIsEnoughOfAnOutputWithoutEnd() throws Exception {
        run(() -> command("yes").readLine().map(line -> assertThat(line).contains("y")));
    }

    /* ---- Input ---- */

    @Test
    @Rule("W-7")
    void aFilterIsWrittenToAndReadFromAtTheSameTime() throws Exception {
        byte[] input = new byte[5_000_000];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) (i * 31 + i / 1000);
        }
        run(() -> Command.of("cat")
                .pipe(input)
                .map(output -> assertThat(Arrays.equals(output, input)).isTrue()));
    }

    @Test
    @Rule("W-7")
    void aFilterTakesTextOrALineOrAStream() throws Exception {
        Command upper = Command.of("tr", "a-z", "A-Z");
        run(() -> upper.pipe("abc")
                .onSuccess(text -> assertThat(text).isEqualTo("ABC"))
                .flatMap(x -> upper.pipeLine("one"))
                .onSuccess(line -> assertThat(line).contains("ONE"))
                .flatMap(x -> upper.pipeLines(PullStream.of("p", "q")).toList())
                .onSuccess(lines -> assertThat(lines).containsExactly("P", "Q"))
                .flatMap(x -> upper.pipeChunks(PullStream.of(new byte[] {'x'})).toList())
                .onSuccess(chunks -> assertThat(chunks).containsExactly(new byte[] {'X'})));
    }

    @Test
    void lotsOfLinesPassThroughAFilterUnharmed() throws Exception {
        List<String> input =
                IntStream.range(0, 20_000).mapToObj(i -> "line " + i).toList();
        run(() -> Command.of("cat")
                .pipeLines(PullStream.fromCollection(input))
                .toList()
                .map(lines -> assertThat(lines).isEqualTo(input)));
    }

    @Test
    void theInputIsWrittenAndThenEnds() throws Exception {
        Path file = folder.resolve("out");
        Command toFile = Command.of("cat").withStdout(Stdio.file(file));
        run(() -> toFile.write("text")
                .map(x -> assertThat(file).hasContent("text"))
                .flatMap(x -> toFile.writeLine("line"))
                .map(x -> assertThat(file).hasContent("line\n"))
                .flatMap(x -> toFile.writeLines(PullStream.of("a", "b")))
                .map(x -> assertThat(file).hasContent("a\nb\n")));
    }

    @Test
    @Rule("W-7")
    void aProcessThatDoesNotReadIsABrokenPipe() throws Exception {
        byte[] input = new byte[1_000_000];
        run(() -> failure(Command.of("true").write(input))
                .onSuccess(error -> assertThat(error)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(ExitException.class))
                .flatMap(x -> failure(Command.of("true").pipe(input)))
                .onSuccess(error -> assertThat(error)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(ExitException.class)));
    }

    @Test
    @Rule("W-7")
    void aBadEndExplainsABrokenPipe() throws Exception {
        run(() -> failure(Command.shell("echo no >&2; exit 4").pipe(new byte[1_000_000]))
                .map(error -> assertThat(error)
                        .isInstanceOfSatisfying(ExitException.class, exit -> {
                            assertThat(exit.status().code()).isEqualTo(4);
                            assertThat(exit.getSuppressed()).hasSize(1);
                        })));
    }

    @Test
    void anErrorIsToldAlsoIfTheProcessGoesOn() throws Exception {
        Command endless = shell("head -c 3000000 /dev/zero; exec sleep 3600")
                .withKillGrace(Duration.ofMillis(100));
        run(() -> failure(endless.readLine())
                .onSuccess(error -> assertThat(error)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(ExitException.class)));
        // The check of leaks sees to it that the process has been stopped.
    }

    /* ---- Redirections, environment, directory ---- */

    @Test
    @Rule("W-8")
    void streamsGoToFilesOrNowhere() throws Exception {
        Path in = Files.writeString(folder.resolve("in"), "from a file\n");
        Path out = Files.writeString(folder.resolve("out"), "before\n");
        run(() -> Command.of("cat")
                .withStdin(Stdio.file(in))
                .withStdout(Stdio.append(out))
                .run()
                .map(x -> assertThat(out).hasContent("before\nfrom a file\n"))
                .flatMap(x -> Command.of("cat")
                        .withStdin(Stdio.none())
                        .withStdout(Stdio.file(out))
                        .run())
                .map(x -> assertThat(out).isEmptyFile())
                .flatMap(x ->
                        shell("echo a; echo b >&2").withStdout(Stdio.none()).run()));
    }

    @Test
    @Rule("W-8")
    void theErrorOutputCanGoWhereTheOutputGoes() throws Exception {
        run(() -> shell("echo a; echo b >&2; echo c")
                .withStderr(Stdio.merged())
                .readAll()
                .map(text -> assertThat(text).isEqualTo("a\nb\nc\n")));
    }

    @Test
    @Rule("W-8")
    void streamsGoFromAndToChannelsOfOthers() throws Exception {
        run(() -> Command.of("cat").piped().with(target -> {
            Promise<String> result = target.stdout().readAll();
            return Command.shell("seq 1 50000")
                    .withStdout(Stdio.pipe())
                    .with(source -> Command.of("cat")
                            .withStdin(Stdio.from(source.stdout()))
                            .withStdout(Stdio.to(target.stdin()))
                            .exec())
                    .onSuccess(status -> assertThat(status.isSuccess()).isTrue())
                    .flatMap(x -> target.stdin().close())
                    .flatMap(x -> result)
                    .map(text -> assertThat(text.lines().count()).isEqualTo(50_000));
        }));
    }

    @Test
    void redirectionsThatMakeNoSenseAreRefused() {
        Command command = Command.of("cat");
        assertThatThrownBy(() -> command.withStdin(Stdio.append(folder.resolve("x"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> command.withStdout(Stdio.merged()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> command.withStdout(Stdio.none()).readAll())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> command.piped().run()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Command.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEnvironmentCanBeChangedOrReplaced() throws Exception {
        Command show = command("/bin/sh", "-c", "echo $FIRST-$SECOND-$HOME");
        run(() -> show.withVariable("FIRST", "1")
                .withVariable("SECOND", "2")
                .withoutVariable("SECOND")
                .withoutVariable("HOME")
                .readAll()
                .onSuccess(text -> assertThat(text).isEqualTo("1--\n"))
                .flatMap(x -> show.withVariable("FIRST", "1")
                        .withEnvironment(Map.of("SECOND", "2"))
                        .readAll())
                .onSuccess(text -> assertThat(text).isEqualTo("-2-\n")));
    }

    @Test
    void theDirectoryCanBeChanged() throws Exception {
        Path real = folder.toRealPath();
        run(() -> command("pwd")
                .withDirectory(real)
                .readLine()
                .map(line -> assertThat(line).contains(real.toString())));
    }

    @Test
    void theChannelsHaveTheOptionsOfTheCommand() throws Exception {
        run(() -> command("printf", "\\344")
                .withOptions(ChannelOptions.defaults().withCharset(StandardCharsets.ISO_8859_1))
                .readAll()
                .map(text -> assertThat(text).isEqualTo("ä")));
    }

    /* ---- Conversations ---- */

    @Test
    void aConversationGoesBothWays() throws Exception {
        run(() -> Command.of("cat").piped().with(cat -> {
            assertThat(cat.isAlive()).isTrue();
            assertThat(cat.pid()).isPositive();
            assertThat(cat).hasToString("process " + cat.pid() + " (cat)");
            return cat.stdin()
                    .write("one\n")
                    .flatMap(x -> cat.stdout().readLine())
                    .onSuccess(line -> assertThat(line).contains("one"))
                    .flatMap(x -> cat.stdin().write("two\n"))
                    .flatMap(x -> cat.stdout().readLine())
                    .onSuccess(line -> assertThat(line).contains("two"));
        }));
    }

    @Test
    @Rule("W-5")
    void closeClosesTheChannelsAndWaitsForTheEndAlwaysTheSame() throws Exception {
        run(() -> Command.of("cat").piped().spawn().flatMap(cat -> {
            Promise<ExitStatus> closed = cat.close();
            assertThat(cat.close()).isSameAs(closed);
            closed.cancel();
            return closed.map(status -> {
                assertThat(status.isSuccess()).isTrue();
                assertThat(cat.isAlive()).isFalse();
                assertThat(cat.stdin().isClosed()).isTrue();
                assertThat(cat.stdout().isClosed()).isTrue();
                return true;
            });
        }));
    }

    @Test
    @Rule("W-5")
    void closeFlushesTheInputAndSaysIfItCouldNotBeTaken() throws Exception {
        Path file = folder.resolve("out");
        run(() -> Command.of("cat")
                .withStdin(Stdio.pipe())
                .withStdout(Stdio.file(file))
                .with(cat -> cat.stdin().write("not flushed"))
                .map(x -> assertThat(file).hasContent("not flushed"))
                .flatMap(x -> Command.shell("exec 0<&-; echo closed")
                        .withStdin(Stdio.pipe())
                        .withStdout(Stdio.pipe())
                        .spawn())
                .flatMap(deaf -> deaf.stdout()
                        .readLine()
                        .flatMap(line -> deaf.status())
                        .flatMap(status -> deaf.stdin().write("lost"))
                        .flatMap(x -> failure(deaf.close())))
                .onSuccess(error -> assertThat(error).isInstanceOf(IOException.class)));
    }

    @Test
    @Rule({"W-3", "U-13"})
    void cancellingAStatusNeitherKillsTheProcessNorLosesIt() throws Exception {
        run(() -> Command.of("cat").piped().with(cat -> {
            Promise<ExitStatus> first = cat.status();
            Promise<ExitStatus> second = cat.status();
            first.cancel();
            assertThat(first.isCancelled()).isTrue();
            assertThat(second.isPending()).isTrue();
            return cat.stdin()
                    .close()
                    .flatMap(x -> second)
                    .map(status -> assertThat(status.isSuccess()).isTrue());
        }));
    }

    @Test
    @Rule("W-4")
    void signalsBehindTheEndDoNothing() throws Exception {
        run(() -> command("true")
                .spawn()
                .flatMap(ended -> ended.close().flatMap(status -> {
                    assertThat(ended.terminate()).isFalse();
                    assertThat(ended.kill()).isFalse();
                    assertThat(ended.cpuDuration()).isEmpty();
                    return ended.signal(OsSignal.of("USR1"))
                            .flatMap(x -> ended.signal(OsSignal.TERM))
                            .flatMap(x -> ended.stop())
                            .map(again -> assertThat(again).isSameAs(status));
                })));
    }

    @Test
    void aProcessCanBeSentAnySignal() throws Exception {
        Command trap = shell(
                        "trap 'echo got it; exit 7' USR1; echo ready; while :; do sleep 0.01; done")
                .withStdout(Stdio.pipe());
        run(() -> trap.with(process -> process.stdout()
                .readLine()
                .flatMap(ready -> process.signal(OsSignal.of("SIGUSR1")))
                .flatMap(x -> process.stdout().readLine())
                .onSuccess(line -> assertThat(line).contains("got it"))
                .flatMap(x -> process.status())
                .map(status -> assertThat(status.code()).isEqualTo(7))));
    }

    @Test
    void aProcessIsAskedToEndOrKilled() throws Exception {
        Command sleep = command("sleep", "1000");
        run(() -> sleep.with(process -> {
                    assertThat(process.terminate()).isTrue();
                    return process.status();
                })
                .onSuccess(status ->
                        assertThat(status).isEqualTo(new ExitStatus.Signaled(OsSignal.TERM)))
                .flatMap(x -> sleep.with(process -> {
                    assertThat(process.kill()).isTrue();
                    return process.status();
                }))
                .onSuccess(status ->
                        assertThat(status).isEqualTo(new ExitStatus.Signaled(OsSignal.KILL))));
    }

    @Test
    void aUseThatFailsStopsTheProcess() throws Exception {
        long[] pid = new long[1];
        run(() -> failure(command("sleep", "1000").with(process -> {
                    pid[0] = process.pid();
                    return Promise.failed("of the use");
                }))
                .onSuccess(error -> assertThat(error).hasMessage("of the use"))
                .map(x -> assertThat(ProcessHandle.of(pid[0])).isEmpty()));
    }

    @Test
    void aStreamThatIsNoPipeHasNoChannel() throws Exception {
        run(() -> command("true").with(process -> {
            assertThatThrownBy(process::stdin)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("withStdin(Stdio.pipe())");
            assertThatThrownBy(process::stderr).isInstanceOf(IllegalStateException.class);
            return Promise.unit();
        }));
    }

    /* ---- Time ---- */

    @Test
    @Rule("W-2")
    void whenItsTimeIsOverAProcessIsAskedToEnd() throws Exception {
        Command sleep = command("sleep", "1000").withTimeout(Duration.ofMillis(20));
        run(() -> sleep.withKillGrace(LONG)
                .exec()
                .map(status ->
                        assertThat(status).isEqualTo(new ExitStatus.Signaled(OsSignal.TERM))));
    }

    @Test
    @Rule("W-2")
    void aProcessThatDoesNotEndWhenItIsAskedToIsKilled() throws Exception {
        Command stubborn = shell(STUBBORN)
                .withTimeout(Duration.ofMillis(100))
                .withKillGrace(Duration.ofMillis(50));
        run(() -> stubborn.withStdout(Stdio.none())
                .exec()
                .onSuccess(status ->
                        assertThat(status).isEqualTo(new ExitStatus.Signaled(OsSignal.KILL)))
                .flatMap(x -> failure(stubborn.readAll()))
                .onSuccess(error -> assertThat(error)
                        .isInstanceOfSatisfying(ExitException.class, exit -> {
                            assertThat(exit.isTimeout()).isTrue();
                            assertThat(exit).hasMessageContaining("time was over");
                        })));
    }

    @Test
    @Rule("W-2")
    void withoutGraceAProcessIsKilledAtOnce() throws Exception {
        run(() -> command("sleep", "1000")
                .withTimeout(Duration.ofMillis(5))
                .withKillGrace(Duration.ZERO)
                .exec()
                .map(status ->
                        assertThat(status).isEqualTo(new ExitStatus.Signaled(OsSignal.KILL))));
    }

    @Test
    @Rule("W-2")
    void whenTheTimeIsOverWhoWaitsForAChannelIsTold() throws Exception {
        // The grandchild keeps the output open, so that there is no other end of it.
        Command silent = Command.shell("sleep 1000 & echo $!; exec sleep 1000")
                .piped()
                .withTimeout(Duration.ofMillis(200))
                .withKillGrace(Duration.ZERO);
        run(() -> silent.spawn()
                .flatMap(process -> process.stdout()
                        .readLine()
                        .flatMap(pid -> failure(process.stdout().read())
                                .map(error -> assertThat(error)
                                        .isInstanceOf(ClosedChannelException.class))
                                .flatMap(x -> failure(process.stdin().write("x")))
                                .map(error -> assertThat(error).isInstanceOf(IOException.class))
                                .flatMap(x -> process.close().outcome())
                                .flatMap(x -> command("kill", pid.orElseThrow()).run()))));
    }

    @Test
    @Rule("W-2")
    void theTimeOfAProcessIsThatOfTheLoop() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build()) {
            loop.runUntilComplete(() -> shell(STUBBORN)
                    .withTimeout(LONG)
                    .withKillGrace(LONG)
                    .withStdout(Stdio.none())
                    .exec()
                    .map(status -> {
                        assertThat(loop.engine().nanoTime()).isGreaterThanOrEqualTo(LONG.toNanos());
                        // Whichever came first, the shell's trap or the end of a day.
                        return assertThat(status).isInstanceOf(ExitStatus.Signaled.class);
                    }));
        }
        assertThat(errors).isEmpty();
    }

    @Test
    @Rule("W-2")
    void aProcessThatEndsInTimeLeavesNoTimer() throws Exception {
        Command echo = command("echo", "done").withTimeout(LONG);
        run(() -> {
            EventLoop loop = EventLoop.current();
            return echo.readAll()
                    .map(text -> assertThat(text).isEqualTo("done\n"))
                    .map(x -> assertThat(loop.statistics().timers()).isZero())
                    .flatMap(x -> echo.lines().toList())
                    .map(lines -> assertThat(loop.statistics().timers()).isZero())
                    .flatMap(x -> echo.withStdout(Stdio.none()).exec())
                    .map(status -> assertThat(loop.statistics().timers()).isZero())
                    .flatMap(x -> echo.withStdout(Stdio.pipe()).spawn())
                    .flatMap(Subprocess::close)
                    .map(status -> assertThat(loop.statistics().timers()).isZero());
        });
    }

    @Test
    void aGrandchildThatHasThePipeDoesNotOutlastTheTime() throws Exception {
        Command command = shell("sleep 1000 & echo $!; exec sleep 1000")
                .withTimeout(Duration.ofMillis(200))
                .withKillGrace(Duration.ZERO);
        List<String> lines = new ArrayList<>();
        run(() -> failure(command.lines().forEach(lines::add))
                .onSuccess(
                        error -> assertThat(((ExitException) error).isTimeout()).isTrue())
                .flatMap(x -> command("kill", lines.get(0)).run()));
    }

    @Test
    @Rule("W-2")
    void aGrandchildThatOutlivesTheProcessDoesNotOutlastTheTime() throws Exception {
        Command command = shell("sleep 1000 & echo $! >> pids; echo done")
                .withDirectory(folder)
                .withTimeout(Duration.ofSeconds(1));
        // Where threads block Java itself may end the output with the process.
        run(() -> Promise.join(inTime(command.readAll()), inTime(command.lines().toList()))
                .flatMap(x -> shell("kill $(cat pids)").withDirectory(folder).run()));
    }

    /** Whether it knows what came, or that the time was over. */
    private static Promise<?> inTime(Promise<?> run) {
        return run.<Object>map(output -> assertThat(output.toString()).contains("done"))
                .recover(ExitException.class, late -> {
                    assertThat(late.isTimeout()).isTrue();
                    return Promise.of(late.status());
                });
    }

    @Test
    @Rule("W-2")
    void anOutputThatIsNotTakenDoesNotOutlastTheTime() throws Exception {
        // Less than a pipe of the system takes, and more than one of ours.
        Command ends = command("seq", "10000").withTimeout(Duration.ofMillis(300));
        run(() -> {
            Command stuck = ends.withStdout(Stdio.to(Pipe.open().output()));
            return stuck.exec()
                    .flatMap(status -> failure(stuck.run()))
                    .map(error ->
                            assertThat(((ExitException) error).isTimeout()).isTrue());
        });
    }

    @Test
    void aGrandchildThatHasThePipeHoldsUpNeitherCloseNorTheErrorOutput() throws Exception {
        String[] grandchild = new String[1];
        run(() -> shell("sleep 1000 >&2 & echo $!")
                .withStdout(Stdio.pipe())
                .withStderr(Stdio.pipe())
                .with(process -> process.stdout().readLine())
                .map(pid -> grandchild[0] = pid.orElseThrow())
                .flatMap(x -> command("kill", grandchild[0]).run())
                .flatMap(x ->
                        failure(shell("sleep 1000 >&2 & echo $! >&2; exit 3").run()))
                .map(error -> grandchild[0] = ((ExitException) error).errors().strip())
                .flatMap(x -> command("kill", grandchild[0]).run()));
    }

    /* ---- Cancellation ---- */

    @Test
    void aCancelledRunStopsItsProcessBeforeItIsOver() throws Exception {
        run(() -> {
            long before = ProcessHandle.current().children().count();
            Promise<String> reading = command("sleep", "1000").readAll();
            return until(() -> ProcessHandle.current().children().count() > before)
                    .flatMap(x -> {
                        reading.cancel();
                        return failure(reading);
                    })
                    .onSuccess(error -> assertThat(reading.isCancelled()).isTrue())
                    .flatMap(
                            x -> until(() -> ProcessHandle.current().children().count() == before));
        });
    }

    @Test
    void whatWaitsForAnEndThatDoesNotComeCanBeCancelled() throws Exception {
        run(() -> {
            boolean[] used = new boolean[1];
            Promise<?> with = command("sleep", "1000").with(process -> {
                used[0] = true;
                return Promise.unit();
            });
            return until(() -> used[0]).flatMap(x -> {
                with.cancel();
                return failure(with);
            });
        });
    }

    @Test
    void aRunThatIsCancelledWhileTheProcessDoesNotReadTheEndOfItsInputEnds() throws Exception {
        // More than a pipe takes, so little more that the rest waits in the buffer of the channel.
        byte[] input = new byte[68 << 10];
        run(() -> {
            Pipe ready = Pipe.open();
            Promise<?> deaf = Command.shell("echo ready >&2; exec sleep 1000")
                    .withStderr(Stdio.to(ready.output()))
                    .pipe(input);
            return ready.input().readLine().flatMap(line -> {
                deaf.cancel();
                return failure(deaf);
            });
        });
    }

    @Test
    void whatARunThatIsGivenUpWouldHaveFailedWithIsNobodysError() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        Throwable unheard = new AssertionError("that nobody hears of");
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> {
                boolean[] refused = new boolean[1];
                PullStream<byte[]> endless =
                        PullStream.from(() -> Promise.of(Optional.of(new byte[10_000])));
                endless.onTermination(() -> refused[0] = true);
                Promise<?> write = Command.shell("exec sleep 1000 0<&-").writeChunks(endless);
                return until(() -> refused[0])
                        .flatMap(x -> {
                            write.cancel();
                            return failure(write);
                        })
                        .flatMap(x -> unheard(unheard, errors));
            });
        }
        assertThat(errors).containsExactly(unheard);
    }

    @Test
    void aRunWhoseOutputCannotBeReadDoesNotWaitForTheRestOfItsInput() throws Exception {
        Command echo = Command.of("cat").withOptions(ChannelOptions.defaults().withLineLimit(100));
        run(() -> failure(echo.pipeLine("x".repeat(1 << 20)))
                .map(error -> assertThat(error).hasMessageContaining("100")));
    }

    @Test
    void aStubbornProcessOfACancelledRunIsKilled() throws Exception {
        run(() -> {
            PullStream<String> lines =
                    shell(STUBBORN).withKillGrace(Duration.ofMillis(20)).lines();
            Promise<?> exec = shell("trap '' TERM; while :; do sleep 0.01; done")
                    .withKillGrace(Duration.ofMillis(20))
                    .exec();
            return lines.next().flatMap(ready -> {
                lines.close();
                exec.cancel();
                return exec.outcome();
            });
        });
        // The check of leaks sees to it that none of them is left.
    }

    @Test
    void aStartThatIsCancelledLeavesNothing() throws Exception {
        run(() -> {
            for (int i = 0; i < 50; i++) {
                Promise<Subprocess> start = Command.of("cat").piped().spawn();
                start.cancel();
                assertThat(start.isCancelled()).isTrue();
            }
            return Promise.unit();
        });
    }

    @Test
    void aChannelOfAnotherLoopIsRefusedAndTheProcessEnded() throws Exception {
        InputChannel strange = EventLoop.run(() -> Promise.of(Channels.inputOf(new byte[] {1})));
        run(() -> failure(Command.of("cat").withStdin(Stdio.from(strange)).exec())
                .onSuccess(error -> assertThat(error).isInstanceOf(LoopThreadException.class)));
    }

    @Test
    void aLoopThatEndsDuringAStartLeavesNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            run(() -> {
                Promise<Subprocess> unused = Command.of("cat").piped().spawn();
                return Promise.unit();
            });
        }
    }

    @Test
    void aLoopThatEndsClosesTheChannelsOfItsProcesses() throws Exception {
        run(() -> Command.of("cat").piped().spawn().map(cat -> Promise.unit()));
        run(() -> Command.of("cat").piped().spawn().flatMap(cat -> {
            cat.stdout().readAll().onFailure(error -> {});
            return cat.stdin().write("not flushed");
        }));
        // The check of leaks sees to it that none of them is left.
    }

    @Test
    void aLoopThatEndsEndsTheProcessesOfItsRuns() throws Exception {
        run(() -> {
            sleeping("exec").exec();
            sleeping("run").run();
            sleeping("lines").lines().next().onFailure(error -> {});
            sleeping("with").with(process -> Resolver.cancellable().promise());
            return begun("exec", "run", "lines", "with");
        });
        // The check of leaks sees to it that none of them is left.
    }

    /** Does nothing, and makes a file before. */
    private Command sleeping(String sign) {
        return shell("touch " + sign + "; exec sleep 1000").withDirectory(folder);
    }

    private Promise<?> begun(String... signs) {
        return until(() -> Arrays.stream(signs).map(folder::resolve).allMatch(Files::exists));
    }

    @Test
    void aLoopThatEndsDoesNotWaitForAProcessThatWasAskedToEnd() throws Exception {
        Command stubborn = shell(STUBBORN).withStdout(Stdio.pipe()).withKillGrace(LONG);
        run(() -> stubborn.spawn()
                .flatMap(
                        process -> process.stdout().readLine().onSuccess(ready -> process.stop())));
        // The check of leaks sees to it that it is not left.
    }

    @Test
    void aRunThatItsLoopGivesUpIsNobodysError() throws Exception {
        LogCapture.run(
                () -> {
                    run(() -> {
                        sleeping("read").withTimeout(LONG).readAll();
                        return begun("read");
                    });
                    Throwable unheard = new AssertionError("that nobody hears of");
                    List<Throwable> errors = new ArrayList<>();
                    try (EventLoop next =
                            EventLoop.builder().uncaughtHandler(errors::add).build()) {
                        next.runUntilComplete(() -> unheard(unheard, errors));
                    }
                },
                // What other tests have left behind may come to light, too.
                errors -> assertThat(errors)
                        .doesNotHaveAnyElementsOfTypes(RejectedExecutionException.class));
    }

    @Test
    void aStreamThatIsClosedStopsItsProcess() throws Exception {
        run(() -> {
            PullStream<String> lines = command("yes").lines();
            return lines.next().flatMap(line -> {
                lines.close();
                return lines.get().onSuccess(end -> assertThat(end).isEmpty());
            });
        });
    }

    @Test
    void aStreamThatIsNotReadStartsNothing() throws Exception {
        run(() -> {
            PullStream<String> lines = command("/no/such/program").lines();
            lines.close();
            return Promise.unit();
        });
    }

    @Test
    @Rule("W-9")
    void theChannelIsClosedAtTheEndOfAStreamAndByTheCollectorIfItIsLeftBehind() throws Exception {
        run(() -> command("yes")
                .lines()
                .next()
                .flatMap(line -> until(() -> {
                    System.gc();
                    return ProcessHandle.current()
                            .children()
                            .noneMatch(child -> child.info()
                                    .command()
                                    .filter(name -> name.endsWith("/yes"))
                                    .isPresent());
                })));
    }

    /* ---- Many ---- */

    @Test
    @Rule("U-13")
    void fiveHundredProcessesInARowLeaveNothingBehind() throws Exception {
        run(() -> runAgain(500));
    }

    private static Promise<?> runAgain(int count) {
        return count == 0
                ? Promise.unit()
                : command("true").exec().<Object>flatMap(status -> {
                    assertThat(status.isSuccess()).isTrue();
                    return runAgain(count - 1);
                });
    }

    @Test
    void processesRunSideBySide() throws Exception {
        List<Promise<String>> all = new ArrayList<>();
        run(() -> {
            for (int i = 0; i < 40; i++) {
                all.add(Command.of("cat").pipe("number " + i));
            }
            return Promise.all(all).map(texts -> {
                for (int i = 0; i < 40; i++) {
                    assertThat(texts.get(i)).isEqualTo("number " + i);
                }
                return true;
            });
        });
    }

    @Test
    void aProcessThatWritesWithoutEndKeepsNoTimerFromItsTurn() throws Exception {
        run(() -> shell("yes >&2")
                .withTimeout(Duration.ofMillis(50))
                .withKillGrace(Duration.ZERO)
                .withStderr(Stdio.to(OutputChannel.of(new Swallow())))
                .exec()
                .map(status -> assertThat(status.isSuccess()).isFalse()));
    }

    @Test
    void anInputThatIsNotReadIsLeftToItsChannel() throws Exception {
        run(() -> Command.of("cat").piped().with(source -> {
            InputChannel channel = source.stdout();
            return Command.of("true")
                    .withStdin(Stdio.from(channel))
                    .exec()
                    .onSuccess(status -> assertThat(status.isSuccess()).isTrue())
                    .flatMap(x -> source.stdin().write("still here\n"))
                    .flatMap(x -> channel.readLine())
                    .map(line -> assertThat(line).isEqualTo(Optional.of("still here")));
        }));
    }

    /** Takes everything at once. */
    private static final class Swallow implements io.lwt4j.io.ByteSink {
        @Override
        public Promise<Integer> write(java.nio.ByteBuffer from) {
            return Promise.of(from.remaining());
        }

        @Override
        public Promise<Void> close() {
            return Promise.unit();
        }
    }
}
