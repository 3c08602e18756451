package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lwt4j.Promise;
import io.lwt4j.Rule;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

class AsyncFilesTest {

    @TempDir
    Path folder;

    @AfterEach
    void noDescriptorIsLeft() throws IOException {
        assertThat(FileLoop.openBelow(folder)).isEmpty();
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return file;
    }

    /* ---- Contents ---- */

    @Test
    @Rule("I-30")
    void theLinesOfAFileAreAStreamThatClosesTheFileAtItsEnd() throws Exception {
        Path file = file("lines", "one\r\ntwo\n\nlast");
        FileLoop.run(() -> {
            PullStream<String> lines = AsyncFiles.lines(file);
            assertThat(FileLoop.openBelow(folder)).isEmpty();
            return FileLoop.check(lines.toList(), all -> {
                assertThat(all).containsExactly("one", "two", "", "last");
                assertThat(FileLoop.openBelow(folder)).isEmpty();
            });
        });
    }

    @Test
    void aCancelledReadOfAStreamOfLinesLosesNothing() throws Exception {
        Path file = file("lines", "one\ntwo\n");
        FileLoop.run(() -> {
            PullStream<String> lines = AsyncFiles.lines(file);
            Promise<?> first = lines.next();
            first.cancel();
            assertThat(first.isCancelled()).isTrue();
            return FileLoop.check(
                    lines.toList(), all -> assertThat(all).containsExactly("one", "two"));
        });
    }

    @Test
    @Rule("I-30")
    void aStreamOfLinesThatIsClosedEarlyClosesTheFile() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append(i).append('\n');
        }
        Path file = file("lines", text.toString());
        FileLoop.run(() -> {
            PullStream<String> lines = AsyncFiles.lines(file);
            return lines.nget(3).flatMap(some -> {
                assertThat(some).containsExactly("0", "1", "2");
                assertThat(FileLoop.openBelow(folder)).hasSizeLessThanOrEqualTo(1);
                lines.close();
                return FileLoop.until(
                        () -> assertThat(FileLoop.openBelow(folder)).isEmpty());
            });
        });
        FileLoop.run(() -> {
            PullStream<String> lines = AsyncFiles.lines(file);
            Promise<String> first = lines.next();
            lines.close();
            return first.outcome()
                    .flatMap(state -> FileLoop.until(
                            () -> assertThat(FileLoop.openBelow(folder)).isEmpty()));
        });
    }

    @Test
    void manyLinesComeInTheirOrder() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300_000; i++) {
            text.append(i).append('\n');
        }
        Path file = file("lines", text.toString());
        int[] expected = new int[1];
        FileLoop.run(() -> AsyncFiles.lines(file).forEach(line -> {
            if (Integer.parseInt(line) != expected[0]++) {
                throw new AssertionError(line);
            }
        }));
        assertThat(expected[0]).isEqualTo(300_000);
    }

    @Test
    void anErrorInTheMiddleOfLinesClosesTheFileAndIsTheEnd() throws Exception {
        Path file = file("lines", "short\n" + "x".repeat(100) + "\nshort\n");
        FileLoop.run(() -> {
            PullStream<String> lines =
                    AsyncFiles.lines(file, ChannelOptions.defaults().withLineLimit(10));
            return FileLoop.check(lines.next(), line -> assertThat(line).isEqualTo("short"))
                    .flatMap(done -> FileLoop.check(FileLoop.failure(lines.next()), error -> {
                        assertThat(error).hasMessage("a line of more than 10 bytes");
                        assertThat(FileLoop.openBelow(folder)).isEmpty();
                    }))
                    .flatMap(done -> FileLoop.check(
                            lines.get(), end -> assertThat(end).isEqualTo(Optional.empty())));
        });
        FileLoop.run(() -> FileLoop.check(
                FileLoop.failure(AsyncFiles.lines(folder.resolve("none")).next()),
                error -> assertThat(error).isInstanceOf(NoSuchFileException.class)));
    }

    @Test
    void linesAreWrittenToAFile() throws Exception {
        Path file = folder.resolve("lines");
        FileLoop.run(() -> AsyncFiles.writeLines(file, PullStream.of("a", "b")).map(x -> 1));
        FileLoop.run(
                () -> AsyncFiles.writeLines(file, PullStream.of("c"), StandardOpenOption.APPEND)
                        .map(x -> 1));
        assertThat(Files.readString(file)).isEqualTo("a\nb\nc\n");
    }

    @Test
    void wholeFilesAreReadAndWritten() throws Exception {
        Path file = folder.resolve("whole");
        FileLoop.run(() -> AsyncFiles.writeString(file, "text ä", UTF_8)
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.readString(file, UTF_8),
                        text -> assertThat(text).isEqualTo("text ä")))
                .flatMap(done -> AsyncFiles.write(file, new byte[] {1, 2, (byte) 0xFF}))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.readAllBytes(file),
                        bytes -> assertThat(bytes).containsExactly(1, 2, 0xFF)))
                .flatMap(done -> FileLoop.check(
                        FileLoop.failure(AsyncFiles.readString(file, UTF_8)),
                        error -> assertThat(error).isInstanceOf(MalformedInputException.class)))
                .flatMap(done -> AsyncFiles.truncate(file, 1))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.size(file), size -> assertThat(size).isEqualTo(1))));
    }

    @Test
    void aChannelHasTheOptionsItIsOpenedWith() throws Exception {
        Path file = folder.resolve("options");
        Files.write(file, new byte[] {(byte) 0xFF, '\n'});
        ChannelOptions strict = ChannelOptions.defaults().withMalformed(CodingErrorAction.REPORT);
        FileLoop.run(() -> AsyncFiles.openInput(file, strict)
                .flatMap(input -> FileLoop.check(
                                FileLoop.failure(input.readLine()),
                                error -> assertThat(error)
                                        .isInstanceOf(MalformedInputException.class))
                        .eventually(input::close)));
        FileLoop.run(() -> FileLoop.check(
                FileLoop.failure(
                        AsyncFiles.openOutput(file, strict, StandardOpenOption.CREATE_NEW)),
                error -> assertThat(error).isInstanceOf(FileAlreadyExistsException.class)));
    }

    /* ---- Files as a whole ---- */

    @Test
    @Rule("U-18")
    void filesAreCopiedMovedAndDeleted() throws Exception {
        byte[] data = new byte[20 << 20];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 5 + (i >> 10));
        }
        Path from = folder.resolve("from");
        Files.write(from, data);
        Path to = folder.resolve("to");
        FileLoop.run(() -> AsyncFiles.copy(from, to)
                .flatMap(done -> FileLoop.check(
                        FileLoop.failure(AsyncFiles.copy(from, to)),
                        error -> assertThat(error).isInstanceOf(FileAlreadyExistsException.class)))
                .flatMap(done -> AsyncFiles.copy(from, to, StandardCopyOption.REPLACE_EXISTING))
                .flatMap(done -> AsyncFiles.copy(
                        from, folder.resolve("third"), StandardCopyOption.COPY_ATTRIBUTES))
                .flatMap(done -> AsyncFiles.copy(from, from, StandardCopyOption.REPLACE_EXISTING))
                .flatMap(done -> AsyncFiles.delete(folder.resolve("third")))
                .flatMap(done -> AsyncFiles.move(to, folder.resolve("moved")))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.deleteIfExists(to),
                        there -> assertThat(there).isFalse()))
                .flatMap(done -> FileLoop.check(
                        FileLoop.failure(AsyncFiles.delete(to)),
                        error -> assertThat(error).isInstanceOf(NoSuchFileException.class))));
        assertThat(folder.resolve("moved")).hasBinaryContent(data);
        assertThat(from).hasBinaryContent(data);
    }

    @Test
    void aCancelledCopyLeavesNothingBehind() throws Exception {
        Path from = folder.resolve("from");
        Files.write(from, new byte[50 << 20]);
        Path to = folder.resolve("to");
        boolean copied = FileLoop.run(() -> {
            Promise<Void> copying = AsyncFiles.copy(from, to);
            return FileLoop.until(() -> assertThat(to).exists()).flatMap(begun -> {
                copying.cancel();
                return copying.fold(
                        done -> Promise.ofTrue(),
                        cancelled -> FileLoop.until(() ->
                                        assertThat(FileLoop.openBelow(folder)).isEmpty())
                                .map(over -> false));
            });
        });
        if (!copied) {
            FileLoop.run(() -> FileLoop.until(() -> assertThat(to).doesNotExist()));
        }
    }

    @Test
    void linksAreMadeAndRead() throws Exception {
        Path file = file("file", "x");
        Path link = folder.resolve("link");
        FileLoop.run(() -> AsyncFiles.createSymbolicLink(link, Path.of("file"))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.readSymbolicLink(link),
                        target -> assertThat(target).hasToString("file")))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.attributes(link, LinkOption.NOFOLLOW_LINKS),
                        attributes -> assertThat(attributes.isSymbolicLink()).isTrue()))
                .flatMap(done -> AsyncFiles.createLink(folder.resolve("hard"), file)));
        assertThat(folder.resolve("hard")).hasContent("x");
    }

    @Test
    void whatIsKnownOfAFileIsToldAndChanged() throws Exception {
        Path file = file("file", "12345");
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        FileLoop.run(() -> FileLoop.check(
                        AsyncFiles.exists(file), there -> assertThat(there).isTrue())
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.exists(folder.resolve("none")),
                        there -> assertThat(there).isFalse()))
                .flatMap(done -> AsyncFiles.setTimes(file, time, time))
                .flatMap(done -> FileLoop.check(AsyncFiles.attributes(file), known -> {
                    assertThat(known.size()).isEqualTo(5);
                    assertThat(known.lastModifiedTime()).isEqualTo(time);
                }))
                .flatMap(done -> AsyncFiles.setPermissions(
                        file, PosixFilePermissions.fromString("rwx------")))
                .flatMap(done -> FileLoop.check(
                        Promise.all(List.of(
                                AsyncFiles.isReadable(file),
                                AsyncFiles.isWritable(file),
                                AsyncFiles.isExecutable(file))),
                        may -> assertThat(may).containsOnly(true)))
                .flatMap(done -> AsyncFiles.setOwner(file, Files.getOwner(file))));
    }

    /* ---- Directories ---- */

    @Test
    @Rule("U-16")
    void directoriesAreMadeAndListedWithoutThemselves() throws Exception {
        FileLoop.run(() -> AsyncFiles.createDirectories(folder.resolve("a/b"))
                .flatMap(done -> AsyncFiles.createDirectory(folder.resolve("a/c")))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.list(folder.resolve("a")).toList(),
                        entries -> assertThat(entries)
                                .containsExactlyInAnyOrder(
                                        folder.resolve("a/b"), folder.resolve("a/c"))))
                .flatMap(done -> FileLoop.check(
                        AsyncFiles.list(folder.resolve("a/b")).toList(),
                        entries -> assertThat(entries).isEmpty()))
                .flatMap(done -> FileLoop.check(
                        FileLoop.failure(AsyncFiles.list(folder.resolve("none")).next()),
                        error -> assertThat(error).isInstanceOf(NoSuchFileException.class)))
                .flatMap(done -> FileLoop.check(
                        FileLoop.failure(AsyncFiles.delete(folder.resolve("a"))),
                        error ->
                                assertThat(error).isInstanceOf(DirectoryNotEmptyException.class))));
    }

    @Test
    void aWalkComesToEveryFileBelowAndHoldsNoDirectoryOpen() throws Exception {
        for (int i = 0; i < 40; i++) {
            Path below = Files.createDirectories(folder.resolve("tree/" + i));
            for (int j = 0; j < 20; j++) {
                Files.writeString(below.resolve("f" + j), "");
            }
        }
        Files.createSymbolicLink(folder.resolve("tree/loop"), folder);
        Path tree = folder.resolve("tree");
        FileLoop.run(() -> {
            PullStream<Path> walk = AsyncFiles.walk(tree, Integer.MAX_VALUE);
            return walk.next()
                    .flatMap(first -> {
                        assertThat(first).isEqualTo(tree);
                        assertThat(FileLoop.openBelow(folder)).isEmpty();
                        return FileLoop.check(
                                walk.toList(), rest -> assertThat(rest).hasSize(841));
                    })
                    .flatMap(done -> FileLoop.check(
                            AsyncFiles.walk(tree, 1).toList(),
                            some -> assertThat(some).hasSize(42)))
                    .flatMap(done -> FileLoop.check(
                            AsyncFiles.walk(tree, 0).toList(),
                            some -> assertThat(some).containsExactly(tree)))
                    .flatMap(done -> FileLoop.check(
                            FileLoop.failure(
                                    AsyncFiles.walk(folder.resolve("none"), 1).next()),
                            error -> assertThat(error).isInstanceOf(NoSuchFileException.class)));
        });
        assertThatThrownBy(() -> AsyncFiles.walk(tree, -1)).hasMessageContaining("negative");
    }

    @Test
    void anErrorInTheMiddleOfAWalkComesBehindThePathsBeforeIt() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("walk"));
        Files.createFile(directory.resolve("file"));
        FileTree tree = new FileTree(directory, 3);
        Thread.currentThread().interrupt();
        assertThat(tree.next()).contains(List.of(directory));
        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(tree::next).isInstanceOf(IOException.class);
        assertThat(tree.next()).isEmpty();
    }

    @Test
    void aTreeIsDeletedWithoutFollowingLinks() throws Exception {
        Path kept = file("kept", "x");
        Path below = Files.createDirectories(folder.resolve("tree/a/b"));
        Files.writeString(below.resolve("file"), "");
        Files.createSymbolicLink(below.resolve("link"), folder);
        FileLoop.run(() -> AsyncFiles.deleteRecursively(folder.resolve("tree"))
                .flatMap(done -> AsyncFiles.deleteRecursively(file("single", "")))
                .flatMap(done -> FileLoop.check(
                        FileLoop.failure(AsyncFiles.deleteRecursively(folder.resolve("tree"))),
                        error -> assertThat(error).isInstanceOf(NoSuchFileException.class))));
        assertThat(folder.resolve("tree")).doesNotExist();
        assertThat(kept).exists();
    }

    /* ---- Temporary files ---- */

    @Test
    @Rule("I-31")
    void temporaryFilesAndDirectoriesAreDeletedWhateverHappens() throws Exception {
        Path[] made = new Path[2];
        FileLoop.run(() -> FileLoop.failure(AsyncFiles.withTempFile(path -> {
                    made[0] = path;
                    assertThat(path).exists();
                    throw new IOException("thrown");
                }))
                .flatMap(error -> AsyncFiles.withTempDirectory(path -> {
                    made[1] = path;
                    Files.createDirectories(path.resolve("a/b"));
                    return AsyncFiles.writeString(path.resolve("a/b/c"), "x", UTF_8);
                })));
        assertThat(made[0]).doesNotExist();
        assertThat(made[1]).doesNotExist();
    }

    @Test
    @Rule("I-31")
    void aTemporaryFileWhoseMakingWasCancelledIsGone() throws Exception {
        FileLoop.run(() -> {
            for (int i = 0; i < 50; i++) {
                AsyncFiles.createTempFile(folder, "t", ".tmp").cancel();
                AsyncFiles.createTempDirectory(folder, "d").cancel();
            }
            return AsyncFiles.createTempFile(folder, "kept", null)
                    .flatMap(kept -> AsyncFiles.createTempDirectory(folder, "kept"))
                    .flatMap(kept -> FileLoop.until(
                            () -> assertThat(folder.toFile().list()).hasSize(2)));
        });
    }
}
