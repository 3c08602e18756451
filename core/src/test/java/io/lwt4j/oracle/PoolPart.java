package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.sync.Pool;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Pools. */
record PoolPart(Way way) implements Part {

    private static final Namespace.Kind<Members> POOL = new Namespace.Kind<>();

    /** What the statements need of a pool. */
    interface Members {

        Promise<@Nullable Object> use(CheckedFunction<Object, Promise<@Nullable Object>> body);

        Promise<?> clear();

        int waiting();
    }

    /** The library's own pool. */
    private record Ours(Pool<Object> pool) implements Members {

        @Override
        public Promise<@Nullable Object> use(
                CheckedFunction<Object, Promise<@Nullable Object>> body) {
            return pool.use(body);
        }

        @Override
        public Promise<?> clear() {
            return pool.clear();
        }

        @Override
        public int waiting() {
            return pool.waiting();
        }
    }

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("pool", this::create);
        kinds.put("use", e -> e.define(e.thing(POOL, 2).use(e.callback(3)::promise)));
        kinds.put("pool_clear", e -> e.define(untyped(e.thing(POOL, 2).clear())));
        kinds.put("pool_waiting", PoolPart::waiting);
    }

    private static void waiting(Execution e) {
        e.emit("pool_waiting " + e.name(1) + " = " + e.thing(POOL, 1).waiting());
    }

    private void create(Execution e) {
        int max = e.json(2).intValue();
        Callbacks callbacks = new Callbacks(e, e.json(3));
        e.define(
                POOL,
                way.undo(Deviation.D7)
                        ? new OriginalPool(max, callbacks)
                        : new Ours(callbacks.pool(max)));
    }

    /** The callbacks of one pool; where the program leaves one out, it is the default. */
    static final class Callbacks {

        private final Callback create;
        private final @Nullable Callback validate;
        private final @Nullable Callback check;
        private final @Nullable Callback dispose;
        private long created;

        Callbacks(Execution e, JsonNode json) {
            this.create = e.callback(json.get("create"));
            this.validate = json.has("validate") ? e.callback(json.get("validate")) : null;
            this.check = json.has("check") ? e.callback(json.get("check")) : null;
            this.dispose = json.has("dispose") ? e.callback(json.get("dispose")) : null;
        }

        Pool<Object> pool(int max) {
            Pool.Builder<Object> builder = Pool.builder(this::create).max(max);
            if (validate != null) {
                builder.validate(this::validate);
            }
            if (check != null) {
                builder.check((member, error) -> check(member));
            }
            if (dispose != null) {
                builder.dispose(this::dispose);
            }
            return builder.build();
        }

        Promise<Object> create() throws Exception {
            return create.promise(created++).map(Values::nonNull);
        }

        Promise<Boolean> validate(Object member) throws Exception {
            return validate == null
                    ? Promise.ofTrue()
                    : validate.promise(member).map(Values::isTrue);
        }

        boolean check(Object member) throws Exception {
            return check == null || Values.isTrue(check.value(member));
        }

        Promise<?> dispose(Object member) throws Exception {
            return dispose == null ? Promise.unit() : dispose.promise(member);
        }
    }
}
