package io.lwt4j.io;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** Copies a file so that an interrupt stops it; on a worker. */
final class FileCopy {

    /** The system copies so much without asking whether it is to go on. */
    private static final long SLICE = 8 << 20;

    private FileCopy() {}

    static Path copy(Path from, Path to, CopyOption... options) throws IOException {
        Set<CopyOption> wanted = Set.copyOf(Arrays.asList(options));
        boolean plain = Files.isRegularFile(from, NOFOLLOW_LINKS)
                && (wanted.isEmpty() || wanted.equals(Set.of(REPLACE_EXISTING)))
                && !(Files.exists(to) && Files.isSameFile(from, to));
        // What is quick, or not only a matter of bytes, is the JDK's.
        return plain ? copyBytes(from, to, !wanted.isEmpty()) : Files.copy(from, to, options);
    }

    private static Path copyBytes(Path from, Path to, boolean replace) throws IOException {
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ)) {
            if (replace) {
                Files.deleteIfExists(to);
            }
            try (FileChannel target = FileChannel.open(
                    to,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    permissions(from))) {
                transfer(source, target);
                return to;
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (IOException e) {
                Files.deleteIfExists(to);
                throw e;
            }
        }
    }

    private static void transfer(FileChannel source, FileChannel target) throws IOException {
        long place = 0;
        long count;
        do {
            count = source.transferTo(place, SLICE, target);
            place += count;
        } while (count > 0);
    }

    private static FileAttribute<?>[] permissions(Path from) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(from, PosixFileAttributeView.class);
        return view == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(view.readAttributes().permissions())
                };
    }
}
