package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;
import io.lwt4j.detach.WorkerPool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

class AsyncFileTest {

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void makeFile() throws IOException {
        path = folder.resolve("file");
        Files.writeString(path, "0123456789");
    }

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        assertThat(FileLoop.openBelow(folder)).isEmpty();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String text(ByteBuffer filled) {
        return UTF_8.decode(filled.flip()).toString();
    }

    /* ---- Reading and writing ---- */

    @Test
    @Rule("U-8")
    void readsAndWritesAtThePositionRunInTheOrderOfTheCalls() throws Exception {
        ByteBuffer first = ByteBuffer.allocate(3);
        ByteBuffer second = ByteBuffer.allocate(4);
        FileLoop.run(() -> AsyncFile.with(
                path,
                file -> {
                    Promise<Integer> one = file.read(first);
                    Promise<Integer> two = file.read(second);
                    Promise<Integer> three = file.write(bytes("X"));
                    return FileLoop.check(Promise.all(List.of(one, two, three)), counts -> {
                                assertThat(counts).containsExactly(3, 4, 1);
                                assertThat(text(first)).isEqualTo("012");
                                assertThat(text(second)).isEqualTo("3456");
                            })
                            .flatMap(done -> FileLoop.check(
                                    file.position(), place -> assertThat(place).isEqualTo(8)))
                            .flatMap(done -> file.position(100))
                            .flatMap(done -> FileLoop.check(
                                    file.read(ByteBuffer.allocate(1)),
                                    count -> assertThat(count).isEqualTo(-1)));
                },
                READ,
                WRITE));
        assertThat(path).hasContent("0123456X89");
    }

    @Test
    void placesAreReadAndWrittenWithoutMovingThePosition() throws Exception {
        ByteBuffer into = ByteBuffer.allocate(3);
        FileLoop.run(() -> AsyncFile.with(
                path,
                file -> file.writeAt(bytes("abc"), 2)
                        .flatMap(count -> file.readAt(into, 4))
                        .flatMap(count -> file.position())
                        .map(place -> {
                            assertThat(place).isZero();
                            assertThat(text(into)).isEqualTo("c56");
                            return true;
                        }),
                READ,
                WRITE));
        assertThat(path).hasContent("01abc56789");
    }

    @Test
    @Rule("U-17")
    void severalBuffersAreReadAndWrittenHoweverManyTheyAre() throws Exception {
        ByteBuffer[] many = new ByteBuffer[3000];
        for (int i = 0; i < many.length; i++) {
            many[i] = bytes("x" + i % 10);
        }
        ByteBuffer[] into = {ByteBuffer.allocate(2), ByteBuffer.allocate(3)};
        FileLoop.run(() -> AsyncFile.with(
                path,
                file -> FileLoop.check(file.write(many), n -> assertThat(n).isEqualTo(6000))
                        .flatMap(done -> file.position(0))
                        .flatMap(done -> FileLoop.check(file.read(into), count -> {
                            assertThat(count).isEqualTo(5);
                            assertThat(text(into[0])).isEqualTo("x0");
                            assertThat(text(into[1])).isEqualTo("x1x");
                        })),
                READ,
                WRITE));
        assertThat(path).hasSize(6000);
    }

    @Test
    void aFileIsShortenedForcedAndMapped() throws Exception {
        FileLoop.run(() -> AsyncFile.with(
                path,
                file -> file.truncate(4)
                        .flatMap(done -> file.force(true))
                        .flatMap(done -> FileLoop.check(
                                file.size(), size -> assertThat(size).isEqualTo(4)))
                        .flatMap(done -> FileLoop.check(
                                file.map(FileChannel.MapMode.READ_WRITE, 1, 2), memory -> {
                                    assertThat(memory.get(0)).isEqualTo((byte) '1');
                                    memory.put(1, (byte) '!');
                                })),
                READ,
                WRITE));
        assertThat(path).hasContent("01!3");
    }

    /* ---- Opening and closing ---- */

    @Test
    void aFileThatIsNotThereIsAnError() throws Exception {
        FileLoop.run(() -> FileLoop.check(
                FileLoop.failure(AsyncFile.open(folder.resolve("none"))),
                error -> assertThat(error).isInstanceOf(NoSuchFileException.class)));
    }

    @Test
    @Rule({"U-4", "U-6"})
    void aClosedFileRefusesEverythingAndClosingAgainIsTheSame() throws Exception {
        FileLoop.run(() -> AsyncFile.open(path).flatMap(file -> {
            Promise<Void> closed = file.close();
            assertThat(file.close()).isSameAs(closed);
            assertThat(file.isClosed()).isTrue();
            assertThat(file).hasToString("AsyncFile(" + path + ", closed)");
            return FileLoop.check(
                            FileLoop.failure(file.read(ByteBuffer.allocate(1))),
                            error -> assertThat(error).isInstanceOf(ClosedChannelException.class))
                    .flatMap(done -> closed);
        }));
    }

    @Test
    @Rule("I-23")
    void withClosesTheFileWhateverHappens() throws Exception {
        AsyncFile[] files = new AsyncFile[1];
        FileLoop.run(() -> FileLoop.check(
                FileLoop.failure(AsyncFile.with(path, file -> {
                    files[0] = file;
                    throw new IOException("thrown");
                })),
                error -> {
                    assertThat(error).hasMessage("thrown");
                    assertThat(files[0].isClosed()).isTrue();
                    assertThat(FileLoop.openBelow(folder)).isEmpty();
                }));
    }

    @Test
    void aFileWhoseOpeningWasCancelledIsClosed() throws Exception {
        FileLoop.run(() -> {
            for (int i = 0; i < 200; i++) {
                Promise<AsyncFile> opening = AsyncFile.open(path);
                if (i % 2 == 0) {
                    opening.cancel();
                } else {
                    EventLoop.pause().onSuccess(over -> opening.cancel());
                }
                // A file that was open before that is the test's own to close.
                opening.onSuccess(AsyncFile::close);
            }
            return FileLoop.until(() -> assertThat(FileLoop.openBelow(folder)).isEmpty());
        });
    }

    @Test
    void aLoopThatEndsClosesItsFiles() throws Exception {
        FileLoop.run(() -> AsyncFile.open(path).map(file -> true));
        assertThat(FileLoop.openBelow(folder)).isEmpty();
        // Also those that are being opened.
        FileLoop.run(() -> {
            for (int i = 0; i < 20; i++) {
                AsyncFile.open(path);
            }
            return Promise.unit();
        });
        FileLoop.run(() -> FileLoop.until(() -> {
            assertThat(WorkerPool.io().stats().queued()).isZero();
            assertThat(WorkerPool.io().stats().busy()).isZero();
            assertThat(FileLoop.openBelow(folder)).isEmpty();
        }));
    }

    @Test
    @Rule({"U-8", "U-10"})
    void anOperationThatWaitsForAThreadCanBeCancelledAndOneThatRunsCannot() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        FileLoop.run(() -> AsyncFile.with(path, file -> {
            List<Promise<?>> busy = new ArrayList<>();
            for (int i = 0; i < WorkerPool.io().bounds().max(); i++) {
                busy.add(WorkerPool.io().detach(() -> {
                    blocked.await();
                    return true;
                }));
            }
            ByteBuffer into = ByteBuffer.allocate(1);
            Promise<Integer> waits = file.readAt(into, 0);
            waits.cancel();
            assertThat(waits.isCancelled()).isTrue();
            Promise<?> runs = busy.get(0);
            runs.cancel();
            assertThat(runs.isPending()).isTrue();
            blocked.countDown();
            return Promise.join(busy).map(done -> {
                assertThat(into.position()).isZero();
                return true;
            });
        }));
    }

    /* ---- Locks ---- */

    @Test
    void aLockKeepsOthersOutUntilItIsReleased() throws Exception {
        FileLoop.run(() -> AsyncFile.with(
                path,
                file -> AsyncFile.with(
                        path,
                        other -> file.lock().flatMap(lock -> {
                            assertThat(lock.isValid()).isTrue();
                            assertThat(lock.isShared()).isFalse();
                            Promise<AsyncFileLock> waits = other.lock(2, 3, false);
                            Promise<AsyncFileLock> gone = other.lock();
                            gone.cancel();
                            return other.tryLock(0, 1, false)
                                    .flatMap(none -> {
                                        assertThat(none).isEmpty();
                                        assertThat(waits.isPending()).isTrue();
                                        assertThat(gone.isCancelled()).isTrue();
                                        return lock.release();
                                    })
                                    .flatMap(done -> waits)
                                    .flatMap(second -> {
                                        assertThat(lock.isValid()).isFalse();
                                        return second.release();
                                    })
                                    .flatMap(done -> FileLoop.check(
                                            file.tryLock(0, 1, false),
                                            free -> assertThat(free).isPresent()));
                        }),
                        READ,
                        WRITE),
                READ,
                WRITE));
    }

    /* ---- Channels ---- */

    @Test
    void aFileIsReadThroughAChannelThatMovesAbout() throws Exception {
        StringBuilder long1 = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            long1.append(String.format("%07d\n", i));
        }
        Files.writeString(path, long1);
        FileLoop.run(() -> AsyncFiles.withInput(
                path,
                input -> FileLoop.check(
                                input.length(), length -> assertThat(length).isEqualTo(1_600_000))
                        .flatMap(done -> FileLoop.check(
                                input.readLine(), line -> assertThat(line).contains("0000000")))
                        .flatMap(done -> input.position(8 * 150_000))
                        .flatMap(done -> FileLoop.check(
                                input.readLine(), line -> assertThat(line).contains("0150000")))
                        .flatMap(done -> input.position(8 * 149_999))
                        .flatMap(done -> FileLoop.check(
                                input.readLine(), line -> assertThat(line).contains("0149999")))
                        .flatMap(done -> FileLoop.check(
                                input.readAllBytes(),
                                rest -> assertThat(rest).hasSize(1_600_000 - 8 * 150_000)))
                        .flatMap(done -> FileLoop.check(
                                input.readLine(), line -> assertThat(line).isEmpty()))
                        .flatMap(done -> input.position(0))
                        .flatMap(done -> FileLoop.check(
                                input.readAll(),
                                all -> assertThat(all).isEqualTo(long1.toString())))));
    }

    @Test
    void aFileThatGrowsCanBeReadOn() throws Exception {
        FileLoop.run(() -> AsyncFiles.withInput(
                path,
                input -> FileLoop.check(
                                input.readAll(), all -> assertThat(all).isEqualTo("0123456789"))
                        .flatMap(done -> AsyncFiles.writeString(path, "more\n", UTF_8, APPEND))
                        .flatMap(done -> FileLoop.check(
                                input.readLine(), line -> assertThat(line).contains("more")))));
    }

    @Test
    void aFileIsWrittenThroughAChannelThatMovesAbout() throws Exception {
        FileLoop.run(() -> AsyncFile.open(path, WRITE)
                .map(AsyncFile::output)
                .flatMap(output -> output.write("abc")
                        .flatMap(done -> output.position(7))
                        .flatMap(done -> output.write("xyz!"))
                        .flatMap(done -> FileLoop.check(
                                output.length(), length -> assertThat(length).isEqualTo(11)))
                        .eventually(output::close)));
        assertThat(path).hasContent("abc3456xyz!");
    }

    @Test
    void anOutputAppendsIfTheFileWasOpenedForThat() throws Exception {
        FileLoop.run(() -> AsyncFiles.withOutput(path, out -> out.write("+"), CREATE, APPEND));
        FileLoop.run(() -> AsyncFiles.withOutput(path, out -> out.write("!"), APPEND));
        assertThat(path).hasContent("0123456789+!");
        FileLoop.run(() -> AsyncFiles.withOutput(path, out -> out.write("new")));
        assertThat(path).hasContent("new");
    }

    @Test
    @Rule("I-6")
    void closingAnOutputTellsOfAFileThatCannotBeWritten() throws Exception {
        FileLoop.run(() -> AsyncFile.open(path, READ).map(AsyncFile::output).flatMap(output -> {
            output.write("x");
            return FileLoop.check(
                    FileLoop.failure(output.close()),
                    error -> assertThat(error)
                            .isInstanceOf(java.nio.channels.NonWritableChannelException.class));
        }));
    }

    @Test
    @Rule("I-12")
    void aCancelledReadOfAFileLosesNothing() throws Exception {
        byte[] data = new byte[1_000_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 7 + (i >> 9));
        }
        Files.write(path, data);
        byte[] read = FileLoop.run(() -> AsyncFiles.withInput(path, input -> {
            for (int i = 0; i < 100; i++) {
                input.read().cancel();
                input.readFully(500_000).cancel();
            }
            Promise<byte[]> first = input.readFully(400_000);
            EventLoop.pause().onSuccess(over -> first.cancel());
            return first.fold(
                    some -> input.readAllBytes().map(rest -> {
                        byte[] all = java.util.Arrays.copyOf(some, data.length);
                        System.arraycopy(rest, 0, all, some.length, rest.length);
                        return all;
                    }),
                    cancelled -> input.readAllBytes());
        }));
        assertThat(read).isEqualTo(data);
    }

    @Test
    void aDeviceIsReadAsItComes() throws Exception {
        Path zero = Path.of("/dev/zero");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isReadable(zero));
        FileLoop.run(() -> AsyncFiles.withInput(
                zero,
                input -> FileLoop.check(
                        input.readFully(1_000_000), some -> assertThat(some).containsOnly(0))));
        FileLoop.run(() -> AsyncFiles.withInput(
                Path.of("/dev/null"),
                input -> FileLoop.check(
                        input.readLine(), none -> assertThat(none).isEqualTo(Optional.empty()))));
    }
}
