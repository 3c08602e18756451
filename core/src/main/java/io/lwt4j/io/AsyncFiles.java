package io.lwt4j.io;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * What {@link Files} does, without blocking the loop: the files of {@code Lwt_unix} and
 * {@code Lwt_io}. For parts of a file see {@link AsyncFile}.
 *
 * <p><b>Errors.</b> Promises are rejected with what the methods of {@link Files} throw, such as
 * {@link java.nio.file.NoSuchFileException}.
 *
 * <p><b>Cancellation.</b> An operation that has not begun is not begun. Of one that has, the
 * promise is rejected at once, and the operation stops as soon as it can: where it reads, writes or
 * copies, or goes through a directory. One that is a single call of the system comes to its end
 * unseen. Files and directories that an operation opens are closed in every case.
 *
 * <p>Null rule: nothing may be null. Thread rule: threads that run a loop, to which the result
 * comes; the work is done on threads of {@link WorkerPool#io}.
 */
public final class AsyncFiles {

    private static final OpenOption[] NEW_OR_EMPTIED = {WRITE, CREATE, TRUNCATE_EXISTING};

    private AsyncFiles() {}

    private static <T extends @Nullable Object> Promise<T> detached(Callable<? extends T> body) {
        return WorkerPool.io().detachInterruptibly(body);
    }

    /** Something that only has an effect. */
    @FunctionalInterface
    private interface Effect {
        void run() throws IOException;
    }

    private static Promise<@Nullable Void> done(Effect effect) {
        return WorkerPool.io().<@Nullable Void>detachInterruptibly(() -> {
            effect.run();
            return null;
        });
    }

    /* ---- Channels ---- */

    /**
     * Opens a file to read: {@code Lwt_io.open_file ~mode:Input}. If the promise is cancelled the
     * file is closed.
     *
     * @param path which file
     * @return the promise of a channel, which reads ahead
     */
    public static Promise<InputChannel> openInput(Path path) {
        return openInput(path, AsyncFile.OPTIONS);
    }

    /**
     * Opens a file to read: {@code Lwt_io.open_file ~mode:Input}.
     *
     * @param path which file
     * @param options how the channel is to behave
     * @return the promise of a channel
     */
    public static Promise<InputChannel> openInput(Path path, ChannelOptions options) {
        requireNonNull(options, "options");
        return AsyncFile.open(path, READ).map(file -> file.input(options));
    }

    /**
     * Opens a file to write: {@code Lwt_io.open_file ~mode:Output}. If the promise is cancelled the
     * file is closed.
     *
     * @param path which file
     * @param options as of {@link Files#newOutputStream}: if there are none, the file is made, or
     *     emptied if there is one
     * @return the promise of a channel
     */
    public static Promise<OutputChannel> openOutput(Path path, OpenOption... options) {
        return openOutput(path, AsyncFile.OPTIONS, options);
    }

    /**
     * Opens a file to write: {@code Lwt_io.open_file ~mode:Output}.
     *
     * @param path which file
     * @param options how the channel is to behave
     * @param open what for, see {@link #openOutput(Path, OpenOption...)}
     * @return the promise of a channel
     */
    public static Promise<OutputChannel> openOutput(
            Path path, ChannelOptions options, OpenOption... open) {
        requireNonNull(options, "options");
        OpenOption[] wanted = open.length > 0 ? open.clone() : NEW_OR_EMPTIED.clone();
        List<OpenOption> given = List.of(wanted);
        if (!given.contains(WRITE) && !given.contains(APPEND)) {
            wanted = Arrays.copyOf(wanted, wanted.length + 1);
            wanted[wanted.length - 1] = WRITE;
        }
        return AsyncFile.open(path, wanted).map(file -> file.output(options));
    }

    /**
     * Reads a file, which is closed whatever happens: {@code Lwt_io.with_file ~mode:Input}.
     *
     * @param path which file
     * @param use what to do with it; cancelling the result cancels what this returns
     * @param <T> the type of the value
     * @return the promise of what comes of it, when the file is closed
     */
    public static <T extends @Nullable Object> Promise<T> withInput(
            Path path, CheckedFunction<? super InputChannel, ? extends Promise<T>> use) {
        requireNonNull(use, "use");
        return Promise.using(() -> openInput(path), use, InputChannel::close);
    }

    /**
     * Writes a file, which is flushed and closed whatever happens: {@code Lwt_io.with_file
     * ~mode:Output}.
     *
     * @param path which file
     * @param use what to do with it; cancelling the result cancels what this returns
     * @param options what for, see {@link #openOutput(Path, OpenOption...)}
     * @param <T> the type of the value
     * @return the promise of what comes of it, when the file is closed; rejected if that fails
     */
    public static <T extends @Nullable Object> Promise<T> withOutput(
            Path path,
            CheckedFunction<? super OutputChannel, ? extends Promise<T>> use,
            OpenOption... options) {
        requireNonNull(use, "use");
        return Promise.using(() -> openOutput(path, options), use, OutputChannel::close);
    }

    /* ---- Contents ---- */

    /**
     * The lines of a file in UTF-8: {@code Lwt_io.lines_of_file}. The file is opened when the
     * stream is first read. It is closed at its end, after an error, which is the end of the
     * stream, too, and when the stream is closed; one that is dropped in the middle, with its loop
     * or as garbage.
     *
     * @param path which file
     * @return a stream of its lines
     */
    public static PullStream<String> lines(Path path) {
        return lines(path, AsyncFile.OPTIONS);
    }

    /**
     * The lines of a file: {@code Lwt_io.lines_of_file}. See {@link #lines(Path)}.
     *
     * @param path which file
     * @param options the charset, and how long a line may be
     * @return a stream of its lines
     */
    public static PullStream<String> lines(Path path, ChannelOptions options) {
        return LineFile.lines(requireNonNull(path, "path"), requireNonNull(options, "options"));
    }

    /**
     * Writes lines to a file: {@code Lwt_io.lines_to_file}. Cancelling the promise stops it between
     * two lines.
     *
     * @param path which file
     * @param lines the lines
     * @param options what for, see {@link #openOutput(Path, OpenOption...)}
     * @return the promise of the end, when the file is closed
     */
    public static Promise<@Nullable Void> writeLines(
            Path path, PullStream<String> lines, OpenOption... options) {
        requireNonNull(lines, "lines");
        return AsyncFiles.<@Nullable Void>withOutput(path, out -> out.writeLines(lines), options);
    }

    /**
     * Reads a whole file as text. What is no text of the charset rejects the promise.
     *
     * @param path which file
     * @param charset how text is made of its bytes
     * @return the promise of the text
     */
    public static Promise<String> readString(Path path, Charset charset) {
        return detached(() -> Files.readString(path, charset));
    }

    /**
     * Reads a whole file.
     *
     * @param path which file
     * @return the promise of its bytes
     */
    public static Promise<byte[]> readAllBytes(Path path) {
        return detached(() -> Files.readAllBytes(path));
    }

    /**
     * Writes a text to a file.
     *
     * @param path which file
     * @param text the text
     * @param charset how bytes are made of it; characters it does not have reject the promise
     * @param options what for, see {@link #openOutput(Path, OpenOption...)}
     * @return the promise of that
     */
    public static Promise<@Nullable Void> writeString(
            Path path, String text, Charset charset, OpenOption... options) {
        return done(() -> Files.writeString(path, text, charset, options));
    }

    /**
     * Writes bytes to a file.
     *
     * @param path which file
     * @param bytes the bytes, not to be changed
     * @param options what for, see {@link #openOutput(Path, OpenOption...)}
     * @return the promise of that
     */
    public static Promise<@Nullable Void> write(Path path, byte[] bytes, OpenOption... options) {
        return done(() -> Files.write(path, bytes, options));
    }

    /**
     * Shortens a file: {@code Lwt_unix.truncate}. One that is not longer is left alone.
     *
     * @param path which file
     * @param size the greatest number of bytes
     * @return the promise of that
     */
    public static Promise<@Nullable Void> truncate(Path path, long size) {
        return done(() -> {
            try (FileChannel file = FileChannel.open(path, WRITE)) {
                file.truncate(size);
            }
        });
    }

    /* ---- Files as a whole ---- */

    /**
     * Copies a file. If it fails or is cancelled there is no half of a copy.
     *
     * @param from which file
     * @param to the copy
     * @param options as of {@link Files#copy(Path, Path, CopyOption...)}; with any but
     *     {@code REPLACE_EXISTING} it cannot be stopped
     * @return the promise of that
     */
    public static Promise<@Nullable Void> copy(Path from, Path to, CopyOption... options) {
        return done(() -> FileCopy.copy(from, to, options));
    }

    /**
     * Moves a file: {@code Lwt_unix.rename}, which replaces another one without being asked.
     *
     * @param from which file
     * @param to where to
     * @param options as of {@link Files#move}
     * @return the promise of that
     */
    public static Promise<@Nullable Void> move(Path from, Path to, CopyOption... options) {
        return done(() -> Files.move(from, to, options));
    }

    /**
     * Deletes a file or an empty directory: {@code Lwt_unix.unlink}, {@code Lwt_unix.rmdir}.
     *
     * @param path which file
     * @return the promise of that
     */
    public static Promise<@Nullable Void> delete(Path path) {
        return done(() -> Files.delete(path));
    }

    /**
     * Deletes a file or an empty directory if there is one.
     *
     * @param path which file
     * @return the promise of whether there was one
     */
    public static Promise<Boolean> deleteIfExists(Path path) {
        return detached(() -> Files.deleteIfExists(path));
    }

    /**
     * Deletes a file, or a directory with all that is in it: {@code Lwt_io.delete_recursively}.
     * Links are deleted, not followed. Cancelling the promise stops it somewhere in the middle.
     *
     * @param path which file
     * @return the promise of that
     */
    public static Promise<@Nullable Void> deleteRecursively(Path path) {
        return done(() -> FileTree.delete(path));
    }

    /**
     * Makes another name of a file: {@code Lwt_unix.link}.
     *
     * @param link the new name
     * @param existing which file
     * @return the promise of that
     */
    public static Promise<@Nullable Void> createLink(Path link, Path existing) {
        return done(() -> Files.createLink(link, existing));
    }

    /**
     * Makes a symbolic link: {@code Lwt_unix.symlink}.
     *
     * @param link the link
     * @param target what it says
     * @return the promise of that
     */
    public static Promise<@Nullable Void> createSymbolicLink(Path link, Path target) {
        return done(() -> Files.createSymbolicLink(link, target));
    }

    /**
     * What a symbolic link says: {@code Lwt_unix.readlink}.
     *
     * @param link the link
     * @return the promise of the path, as it is written there
     */
    public static Promise<Path> readSymbolicLink(Path link) {
        return detached(() -> Files.readSymbolicLink(link));
    }

    /* ---- What is known of a file ---- */

    /**
     * Whether there is a file: {@code Lwt_unix.file_exists}.
     *
     * @param path which file
     * @param options whether to follow links
     * @return the promise of that; false also where one may not look
     */
    public static Promise<Boolean> exists(Path path, LinkOption... options) {
        return detached(() -> Files.exists(path, options));
    }

    /**
     * How long a file is: {@code Lwt_io.file_length}.
     *
     * @param path which file
     * @return the promise of the number of bytes
     */
    public static Promise<Long> size(Path path) {
        return detached(() -> Files.size(path));
    }

    /**
     * Type, size and times of a file: {@code Lwt_unix.stat}, and without following links,
     * {@code Lwt_unix.lstat}.
     *
     * @param path which file
     * @param options whether to follow links
     * @return the promise of what is known
     */
    public static Promise<BasicFileAttributes> attributes(Path path, LinkOption... options) {
        return attributes(path, BasicFileAttributes.class, options);
    }

    /**
     * What is known of a file.
     *
     * @param path which file
     * @param type what to ask for, for instance {@link java.nio.file.attribute.PosixFileAttributes}
     * @param options whether to follow links
     * @param <A> the type of that
     * @return the promise of it
     */
    public static <A extends BasicFileAttributes> Promise<A> attributes(
            Path path, Class<A> type, LinkOption... options) {
        return detached(() -> Files.readAttributes(path, type, options));
    }

    /**
     * Changes the times of a file: {@code Lwt_unix.utimes}.
     *
     * @param path which file
     * @param modified when it was changed
     * @param accessed when it was read
     * @return the promise of that
     */
    public static Promise<@Nullable Void> setTimes(
            Path path, FileTime modified, FileTime accessed) {
        return done(() -> Files.getFileAttributeView(path, BasicFileAttributeView.class)
                .setTimes(modified, accessed, null));
    }

    /**
     * Changes who may do what: {@code Lwt_unix.chmod}.
     *
     * @param path which file
     * @param permissions what is allowed
     * @return the promise of that
     */
    public static Promise<@Nullable Void> setPermissions(
            Path path, Set<PosixFilePermission> permissions) {
        return done(() -> Files.setPosixFilePermissions(path, permissions));
    }

    /**
     * Changes the owner: {@code Lwt_unix.chown}.
     *
     * @param path which file
     * @param owner the new one
     * @return the promise of that
     */
    public static Promise<@Nullable Void> setOwner(Path path, UserPrincipal owner) {
        return done(() -> Files.setOwner(path, owner));
    }

    /**
     * Whether this process may read a file: {@code Lwt_unix.access} with {@code R_OK}.
     *
     * @param path which file
     * @return the promise of that
     */
    public static Promise<Boolean> isReadable(Path path) {
        return detached(() -> Files.isReadable(path));
    }

    /**
     * Whether this process may write to a file: {@code Lwt_unix.access} with {@code W_OK}.
     *
     * @param path which file
     * @return the promise of that
     */
    public static Promise<Boolean> isWritable(Path path) {
        return detached(() -> Files.isWritable(path));
    }

    /**
     * Whether this process may execute a file: {@code Lwt_unix.access} with {@code X_OK}.
     *
     * @param path which file
     * @return the promise of that
     */
    public static Promise<Boolean> isExecutable(Path path) {
        return detached(() -> Files.isExecutable(path));
    }

    /* ---- Directories ---- */

    /**
     * Makes a directory: {@code Lwt_unix.mkdir}.
     *
     * @param directory which one
     * @param attributes what to make it with, for instance permissions
     * @return the promise of that
     */
    public static Promise<@Nullable Void> createDirectory(
            Path directory, FileAttribute<?>... attributes) {
        return done(() -> Files.createDirectory(directory, attributes));
    }

    /**
     * Makes a directory and those above it, as far as there are none.
     *
     * @param directory which one
     * @param attributes what to make them with
     * @return the promise of that
     */
    public static Promise<@Nullable Void> createDirectories(
            Path directory, FileAttribute<?>... attributes) {
        return done(() -> Files.createDirectories(directory, attributes));
    }

    /**
     * What is in a directory: {@code Lwt_unix.files_of_directory}, but without the directory itself
     * and the one above it. It is read as a whole when the stream is first read, so that no
     * directory is open in between.
     *
     * @param directory which one
     * @return a stream of paths that begin with the one of the directory, in any order
     */
    public static PullStream<Path> list(Path directory) {
        requireNonNull(directory, "directory");
        boolean[] read = new boolean[1];
        return PullStream.flatten(PullStream.<List<Path>>from(() -> {
            if (read[0]) {
                return Promise.emptyOptional();
            }
            return AsyncFiles.<List<Path>>detached(() -> FileTree.entries(directory))
                    .map(entries -> {
                        read[0] = true;
                        return Optional.of(entries);
                    });
        }));
    }

    /**
     * A file, or a directory with all that is in it. Links are not followed. Each directory is read
     * when the stream comes to it; one that cannot be read rejects a read of the stream, which goes
     * on behind it.
     *
     * @param start where to begin
     * @param maxDepth how deep to go; 0 for the start only
     * @return a stream of paths that begin with the start, each before those below it
     * @throws IllegalArgumentException if the depth is negative
     */
    public static PullStream<Path> walk(Path start, int maxDepth) {
        requireNonNull(start, "start");
        if (maxDepth < 0) {
            throw new IllegalArgumentException("maxDepth: " + maxDepth + " is negative");
        }
        FileTree tree = new FileTree(start, maxDepth);
        // One part is under way at a time, also where the stream has been closed meanwhile.
        return PullStream.flatten(PullStream.from(() -> WorkerPool.io().detach(tree::next)));
    }

    /* ---- Temporary files ---- */

    /** Makes a file or directory that nobody would know of if the promise is cancelled. */
    private static Promise<Path> temporary(Callable<Path> making) {
        return Handover.of(WorkerPool.io().detach(making), AsyncFiles::deleteRecursively);
    }

    /**
     * Makes a file of a new name, for this user alone: {@code Lwt_io.open_temp_file}. It is to be
     * deleted by the caller. If the promise is cancelled there is no file.
     *
     * @param directory where; see {@link #withTempFile} for the usual place
     * @param prefix the beginning of its name
     * @param suffix the end of its name
     * @return the promise of its path
     */
    public static Promise<Path> createTempFile(Path directory, String prefix, String suffix) {
        return temporary(() -> Files.createTempFile(directory, prefix, suffix));
    }

    /**
     * Makes a directory of a new name, for this user alone: {@code Lwt_io.create_temp_dir}. It is
     * to be deleted by the caller. If the promise is cancelled there is no directory.
     *
     * @param parent where; see {@link #withTempDirectory} for the usual place
     * @param prefix the beginning of its name
     * @return the promise of its path
     */
    public static Promise<Path> createTempDirectory(Path parent, String prefix) {
        return temporary(() -> Files.createTempDirectory(parent, prefix));
    }

    /**
     * Makes a file where the system has its temporary ones, and deletes it whatever happens:
     * {@code Lwt_io.with_temp_file}.
     *
     * @param use what to do with it; cancelling the result cancels what this returns
     * @param <T> the type of the value
     * @return the promise of what comes of it, when the file is deleted
     */
    public static <T extends @Nullable Object> Promise<T> withTempFile(
            CheckedFunction<? super Path, ? extends Promise<T>> use) {
        requireNonNull(use, "use");
        return Promise.using(
                () -> temporary(() -> Files.createTempFile("lwt4j", null)),
                use,
                AsyncFiles::deleteIfExists);
    }

    /**
     * Makes a directory where the system has its temporary ones, and deletes it with all that is in
     * it whatever happens: {@code Lwt_io.with_temp_dir}.
     *
     * @param use what to do with it; cancelling the result cancels what this returns
     * @param <T> the type of the value
     * @return the promise of what comes of it, when the directory is deleted
     */
    public static <T extends @Nullable Object> Promise<T> withTempDirectory(
            CheckedFunction<? super Path, ? extends Promise<T>> use) {
        requireNonNull(use, "use");
        return Promise.using(
                () -> temporary(() -> Files.createTempDirectory("lwt4j")),
                use,
                AsyncFiles::deleteRecursively);
    }
}
