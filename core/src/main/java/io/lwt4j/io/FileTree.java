package io.lwt4j.io;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Walks through directories, part by part; on a worker, and with none open between two parts. */
final class FileTree {

    /** So many paths are worth a hand-off. */
    private static final int PART = 256;

    private final int maxDepth;
    private final ArrayDeque<Place> left = new ArrayDeque<>();

    /** What comes behind the paths that were found before it. */
    private @Nullable IOException error;

    private record Place(Path path, int depth) {}

    FileTree(Path start, int maxDepth) {
        this.maxDepth = maxDepth;
        left.push(new Place(start, 0));
    }

    /** The next paths, each before those below it. */
    Optional<List<Path>> next() throws IOException {
        List<Path> part = new ArrayList<>();
        try {
            while (error == null && part.size() < PART && !left.isEmpty()) {
                find(left.pop(), part);
            }
        } catch (IOException e) {
            error = e;
        }
        IOException thrown = error;
        if (thrown != null && part.isEmpty()) {
            error = null;
            throw thrown;
        }
        return part.isEmpty() ? Optional.empty() : Optional.of(part);
    }

    private void find(Place place, List<Path> part) throws IOException {
        if (place.depth == 0 && !Files.exists(place.path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(place.path.toString());
        }
        part.add(place.path);
        if (place.depth < maxDepth && Files.isDirectory(place.path, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> entries = entries(place.path);
            Collections.reverse(entries);
            for (Path entry : entries) {
                left.push(new Place(entry, place.depth + 1));
            }
        }
    }

    /** What is in a directory, without the directory itself and the one above it. */
    static List<Path> entries(Path directory) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            List<Path> entries = new ArrayList<>();
            for (Path entry : stream) {
                checkInterrupt();
                entries.add(entry);
            }
            return entries;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Deletes a file, or a directory with all that is in it; links are not followed. */
    static void delete(Path start) throws IOException {
        Files.walkFileTree(start, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                    throws IOException {
                checkInterrupt();
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error)
                    throws IOException {
                if (error != null) {
                    throw error;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void checkInterrupt() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("cancelled");
        }
    }
}
