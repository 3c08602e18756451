package io.lwt4j.oracle;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/** The two ways to run the statement {@code finalize}, see {@link Deviation#D4}. */
enum Finalize {

    /** By this library's own operation. Its cleanup cannot be cancelled. */
    EVENTUALLY {
        @Override
        Promise<@Nullable Object> run(
                Callable<Promise<@Nullable Object>> body, Callable<? extends Promise<?>> cleanup) {
            return Promise.<@Nullable Object>apply(body).eventually(cleanup);
        }
    },

    /** By the definition of the original's operation. Its cleanup can be cancelled. */
    AS_DEFINED {
        @Override
        Promise<@Nullable Object> run(
                Callable<Promise<@Nullable Object>> body, Callable<? extends Promise<?>> cleanup) {
            return Promise.<@Nullable Object>apply(body)
                    .<@Nullable Object>fold(
                            value -> cleanup.call().flatMap(unused -> Promise.of(value)),
                            cause -> cleanup.call().flatMap(unused -> Promise.failed(cause)));
        }
    };

    abstract Promise<@Nullable Object> run(
            Callable<Promise<@Nullable Object>> body, Callable<? extends Promise<?>> cleanup);
}
