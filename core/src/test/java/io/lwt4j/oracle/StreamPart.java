package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Streams. Their elements are never null, so the value unit is {@link Values#UNIT} in them. */
final class StreamPart implements Part {

    private final OracleStream.Factory factory;
    private final Namespace<OracleStream> streams = new Namespace<>();

    StreamPart(OracleStream.Factory factory) {
        this.factory = factory;
    }

    @Override
    public void addTo(Map<String, Kind> kinds) {
        addWriters(kinds);
        addSources(kinds);
        addViews(kinds);
        addCombinations(kinds);
        addReads(kinds);
        addReadsWithCallback(kinds);
        addReadsToTheEnd(kinds);
        addQueries(kinds);
    }

    private void addWriters(Map<String, Kind> kinds) {
        kinds.put("s.create", e -> define(e, factory.create()));
        kinds.put("s.push", e -> pushed(e).push(Values.nonNull(e.value(2))));
        kinds.put("s.end", e -> pushed(e).end());
        kinds.put("s.bounded", e -> define(e, factory.bounded(number(e, 2))));
        kinds.put("s.bpush", e -> define(e, bounded(e, 2).boundedPush(element(e, 3))));
        kinds.put("s.bclose", e -> bounded(e, 1).close());
        kinds.put("s.bresize", e -> bounded(e, 1).resize(number(e, 2)));
        kinds.put(
                "s.binfo",
                e -> e.emit("binfo " + e.name(1) + " = " + bounded(e, 1).info()));
    }

    private OracleStream.Pushed pushed(Execution e) {
        if (streams.get(e.name(1)) instanceof OracleStream.Pushed pushed) {
            return pushed;
        }
        throw new UndefinedNameException(e.name(1));
    }

    private OracleStream.Bounded bounded(Execution e, int operand) {
        if (streams.get(e.name(operand)) instanceof OracleStream.Bounded bounded) {
            return bounded;
        }
        throw new UndefinedNameException(e.name(operand));
    }

    private void addSources(Map<String, Kind> kinds) {
        kinds.put("s.of_list", e -> define(e, factory.of(list(e.value(2)))));
        kinds.put("s.return", e -> define(e, factory.of(List.of(element(e, 2)))));
        kinds.put(
                "s.return_lwt",
                e -> define(e, factory.ofPromise(e.promise(2).map(Values::nonNull))));
        kinds.put("s.from", e -> define(e, factory.from(e.callback(2)::promise)));
        kinds.put("s.from_direct", e -> define(e, factory.fromDirect(e.callback(2)::value)));
    }

    private void addViews(Map<String, Kind> kinds) {
        kinds.put("s.map", e -> define(e, stream(e).map(element(e.callback(3)))));
        kinds.put("s.map_s", e -> define(e, stream(e).mapS(elementLater(e.callback(3)))));
        kinds.put("s.filter", e -> define(e, stream(e).filter(truth(e))));
        kinds.put("s.filter_s", e -> define(e, stream(e).filterS(truthLater(e))));
        kinds.put("s.filter_map", e -> define(e, stream(e).filterMap(e.callback(3)::value)));
        kinds.put("s.filter_map_s", e -> define(e, stream(e).filterMapS(e.callback(3)::promise)));
        kinds.put("s.map_list", e -> define(e, stream(e).mapList(list(e.callback(3)))));
        kinds.put("s.map_list_s", e -> define(e, stream(e).mapListS(listLater(e.callback(3)))));
        kinds.put("s.flatten", e -> define(e, stream(e).mapList(StreamPart::list)));
        kinds.put("s.clone", e -> define(e, stream(e).copy()));
        kinds.put("s.wrap_exn", e -> define(e, stream(e).wrapExn()));
    }

    private void addCombinations(Map<String, Kind> kinds) {
        kinds.put("s.append", e -> define(e, stream(e).append(stream(e, 3))));
        kinds.put("s.combine", e -> define(e, stream(e).combine(stream(e, 3))));
        kinds.put("s.concat", e -> define(e, factory.concat(streams(e))));
        kinds.put("s.choose", e -> define(e, factory.choose(streams(e))));
    }

    private void addReads(Map<String, Kind> kinds) {
        kinds.put("s.get", e -> define(e, stream(e).get()));
        kinds.put("s.peek", e -> define(e, stream(e).peek()));
        kinds.put("s.next", e -> define(e, stream(e).next()));
        kinds.put("s.npeek", e -> define(e, stream(e).npeek(number(e, 3))));
        kinds.put("s.nget", e -> define(e, stream(e).nget(number(e, 3))));
        kinds.put("s.junk", e -> define(e, stream(e).junk()));
        kinds.put("s.njunk", e -> define(e, stream(e).njunk(number(e, 3))));
        kinds.put("s.junk_old", e -> define(e, stream(e).junkOld()));
        kinds.put("s.last_new", e -> define(e, stream(e).lastNew()));
        kinds.put("s.to_list", e -> define(e, stream(e).toList()));
        kinds.put("s.is_empty", e -> define(e, stream(e).isEmpty()));
    }

    private void addReadsWithCallback(Map<String, Kind> kinds) {
        kinds.put("s.get_while", e -> define(e, stream(e).getWhile(truth(e))));
        kinds.put("s.get_while_s", e -> define(e, stream(e).getWhileS(truthLater(e))));
        kinds.put("s.junk_while", e -> define(e, stream(e).junkWhile(truth(e))));
        kinds.put("s.find", e -> define(e, stream(e).find(truth(e))));
        kinds.put("s.find_s", e -> define(e, stream(e).findS(truthLater(e))));
    }

    private void addReadsToTheEnd(Map<String, Kind> kinds) {
        kinds.put("s.iter", e -> define(e, stream(e).iter(e.callback(3)::value)));
        kinds.put("s.iter_s", e -> define(e, stream(e).iterS(e.callback(3)::promise)));
        kinds.put("s.iter_p", e -> define(e, stream(e).iterP(e.callback(3)::promise)));
        kinds.put(
                "s.iter_n", e -> define(e, stream(e).iterN(number(e, 3), e.callback(4)::promise)));
        kinds.put("s.fold", e -> define(e, stream(e).fold(e.value(3), e.callback(4)::value)));
        kinds.put("s.fold_s", e -> define(e, stream(e).foldS(e.value(3), e.callback(4)::promise)));
    }

    private void addQueries(Map<String, Kind> kinds) {
        kinds.put("s.get_available", e -> available(e, stream(e, 1).getAvailable()));
        kinds.put(
                "s.get_available_up_to",
                e -> available(e, stream(e, 1).getAvailableUpTo(number(e, 2))));
        kinds.put("s.closed", e -> define(e, stream(e).closed()));
        kinds.put(
                "s.is_closed",
                e -> e.emit("is_closed " + e.name(1) + " = " + stream(e, 1).isClosed()));
    }

    private static void available(Execution e, List<?> elements) {
        e.emit("available " + e.name(1) + " = " + Values.print(elements));
    }

    /* ---- Operands ---- */

    private OracleStream stream(Execution e) {
        return stream(e, 2);
    }

    private OracleStream stream(Execution e, int operand) {
        return streams.get(e.name(operand));
    }

    private List<OracleStream> streams(Execution e) {
        List<OracleStream> list = new ArrayList<>();
        e.json(2).forEach(name -> list.add(streams.get(name.textValue())));
        return list;
    }

    private static int number(Execution e, int operand) {
        return e.json(operand).intValue();
    }

    private static Object element(Execution e, int operand) {
        return Values.nonNull(e.value(operand));
    }

    private static CheckedFunction<Object, Object> element(Callback callback) {
        return x -> Values.nonNull(callback.value(x));
    }

    private static CheckedFunction<Object, Promise<Object>> elementLater(Callback callback) {
        return x -> callback.promise(x).map(Values::nonNull);
    }

    private static CheckedFunction<Object, Boolean> truth(Execution e) {
        Callback callback = e.callback(3);
        return x -> Boolean.TRUE.equals(callback.value(x));
    }

    private static CheckedFunction<Object, Promise<Boolean>> truthLater(Execution e) {
        Callback callback = e.callback(3);
        return x -> callback.promise(x).map(Boolean.TRUE::equals);
    }

    private static CheckedFunction<Object, List<Object>> list(Callback callback) {
        return x -> list(callback.value(x));
    }

    private static CheckedFunction<Object, Promise<List<Object>>> listLater(Callback callback) {
        return x -> callback.promise(x).map(StreamPart::list);
    }

    /** A value that is no list counts as a list of one. */
    private static List<Object> list(@Nullable Object value) {
        List<Object> list = new ArrayList<>();
        if (value instanceof List<?> elements) {
            elements.forEach(element -> list.add(Values.nonNull(element)));
        } else {
            list.add(Values.nonNull(value));
        }
        return list;
    }

    /* ---- Definitions ---- */

    private void define(Execution e, OracleStream stream) {
        streams.define(e.name(1), stream);
    }

    private static void define(Execution e, Promise<?> promise) {
        e.define(untyped(promise));
    }
}
