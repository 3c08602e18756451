package io.lwt4j.oracle;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What programs do with streams. Elements are never null. An operation may throw what escapes from
 * it.
 */
interface OracleStream {

    /** What programs make streams of, in one of the ways to run them. */
    interface Factory {
        Pushed create();

        Bounded bounded(int size);

        OracleStream of(List<Object> elements);

        OracleStream ofPromise(Promise<Object> promise);

        /** The function gets the number of its calls so far, and makes null of the end. */
        OracleStream from(CheckedFunction<Long, Promise<@Nullable Object>> function);

        /** The function gets the number of its calls so far, and makes null of the end. */
        OracleStream fromDirect(CheckedFunction<Long, @Nullable Object> function);

        OracleStream concat(List<OracleStream> streams) throws Exception;

        OracleStream choose(List<OracleStream> streams) throws Exception;
    }

    /** A stream that is pushed to. */
    interface Pushed extends OracleStream {
        void push(Object element) throws Exception;

        void end() throws Exception;
    }

    /** A bounded stream that is pushed to. */
    interface Bounded extends OracleStream {
        Promise<?> boundedPush(Object element);

        void close();

        void resize(int size);

        /** What traces show of it. */
        String info();
    }

    /* ---- Streams made of others ---- */

    OracleStream map(CheckedFunction<Object, Object> function);

    OracleStream mapS(CheckedFunction<Object, Promise<Object>> function);

    OracleStream filter(CheckedFunction<Object, Boolean> predicate);

    OracleStream filterS(CheckedFunction<Object, Promise<Boolean>> predicate);

    /** The function makes null of what is left out. */
    OracleStream filterMap(CheckedFunction<Object, @Nullable Object> function);

    /** The function makes null of what is left out. */
    OracleStream filterMapS(CheckedFunction<Object, Promise<@Nullable Object>> function);

    OracleStream mapList(CheckedFunction<Object, List<Object>> function);

    OracleStream mapListS(CheckedFunction<Object, Promise<List<Object>>> function);

    OracleStream append(OracleStream other);

    OracleStream combine(OracleStream other);

    OracleStream copy();

    OracleStream wrapExn();

    /* ---- Reads ---- */

    Promise<?> get() throws Exception;

    Promise<?> next() throws Exception;

    Promise<?> peek() throws Exception;

    Promise<?> npeek(int count) throws Exception;

    Promise<?> nget(int count) throws Exception;

    Promise<?> getWhile(CheckedFunction<Object, Boolean> predicate) throws Exception;

    Promise<?> getWhileS(CheckedFunction<Object, Promise<Boolean>> predicate) throws Exception;

    Promise<?> junk() throws Exception;

    Promise<?> njunk(int count) throws Exception;

    Promise<?> junkWhile(CheckedFunction<Object, Boolean> predicate) throws Exception;

    Promise<?> junkOld() throws Exception;

    Promise<?> lastNew() throws Exception;

    Promise<?> toList() throws Exception;

    Promise<?> isEmpty() throws Exception;

    List<?> getAvailable() throws Exception;

    List<?> getAvailableUpTo(int count) throws Exception;

    /* ---- Reads to the end ---- */

    Promise<?> iter(CheckedFunction<Object, ?> function) throws Exception;

    Promise<?> iterS(CheckedFunction<Object, ? extends Promise<?>> function) throws Exception;

    Promise<?> iterP(CheckedFunction<Object, ? extends Promise<?>> function) throws Exception;

    Promise<?> iterN(int limit, CheckedFunction<Object, ? extends Promise<?>> function)
            throws Exception;

    /** The function gets a pair of the element and of what came of those before it. */
    Promise<?> fold(
            @Nullable Object initial, CheckedFunction<@Nullable Object, @Nullable Object> function)
            throws Exception;

    /** The function gets a pair of the element and of what came of those before it. */
    Promise<?> foldS(
            @Nullable Object initial,
            CheckedFunction<@Nullable Object, Promise<@Nullable Object>> function)
            throws Exception;

    Promise<?> find(CheckedFunction<Object, Boolean> predicate) throws Exception;

    Promise<?> findS(CheckedFunction<Object, Promise<Boolean>> predicate) throws Exception;

    /* ---- The end ---- */

    Promise<?> closed();

    boolean isClosed();
}
