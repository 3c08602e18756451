package io.lwt4j.oracle;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/** The two ways to run the statement {@code finalize}, see {@link Deviation#D4}. */
enum Finalize {

    /** By this library's own operation. Its cleanup cannot be cancelled. */
    EVENTUALLY {
        @Override
        Promise<@Nullable Object> run(Callback body, Callback cleanup) {
            return Promise.<@Nullable Object>apply(body::promise).eventually(cleanup::promise);
        }
    },

    /** By the definition of the original's operation. Its cleanup can be cancelled. */
    AS_DEFINED {
        @Override
        Promise<@Nullable Object> run(Callback body, Callback cleanup) {
            return Promise.<@Nullable Object>apply(body::promise)
                    .<@Nullable Object>fold(
                            value -> cleanup.promise().flatMap(unused -> Promise.of(value)),
                            cause -> cleanup.promise().flatMap(unused -> Promise.failed(cause)));
        }
    };

    abstract Promise<@Nullable Object> run(Callback body, Callback cleanup);
}
