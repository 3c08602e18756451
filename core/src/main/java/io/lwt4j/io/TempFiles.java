package io.lwt4j.io;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.detach.WorkerPool;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Makes files that do not stay behind when nobody waits for them any more. */
final class TempFiles {

    private TempFiles() {}

    static Promise<Path> create(Callable<Path> body) {
        Resolver<Path> result = Resolver.cancellable();
        Promise<Path> making = WorkerPool.io().detach(body);
        result.promise().onCancel(making::cancel);
        making.onAny(
                path -> {
                    if (!result.tryResolve(path)) {
                        AsyncFiles.deleteRecursively(path);
                    }
                },
                result::tryReject);
        return result.promise();
    }
}
