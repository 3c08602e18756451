package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;

import io.lwt4j.Promise;
import io.lwt4j.Promise.Split;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Waiting for several promises. */
record ConcurrentPart() implements Part {

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("both", e -> e.define(untyped(Promise.both(e.promise(2), e.promise(3)))));
        kinds.put("all", e -> e.define(untyped(Promise.all(e.promises(2)))));
        kinds.put("join", e -> e.define(untyped(Promise.join(e.promises(2)))));
        kinds.put("choose", e -> e.define(Promise.choose(e.promises(2))));
        kinds.put("pick", e -> e.define(Promise.pick(e.promises(2))));
        kinds.put("nchoose", e -> e.define(untyped(Promise.nchoose(e.promises(2)))));
        kinds.put("npick", e -> e.define(untyped(Promise.npick(e.promises(2)))));
        kinds.put("nchoose_split", ConcurrentPart::nchooseSplit);
    }

    private static void nchooseSplit(Execution e) {
        List<Promise<@Nullable Object>> list = e.promises(2);
        e.define(untyped(Promise.nchooseSplit(list).map(split -> SplitValue.of(split, list))));
    }

    /** A split as traces show it: a pending promise is known by its first place in the list. */
    private record SplitValue(List<@Nullable Object> done, List<Integer> pending) {

        static SplitValue of(Split<@Nullable Object> split, List<?> list) {
            List<Integer> pending = new ArrayList<>();
            split.pending().forEach(promise -> pending.add(indexByIdentity(list, promise)));
            return new SplitValue(split.done(), pending);
        }

        private static int indexByIdentity(List<?> list, Object element) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) == element) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public String toString() {
            String indices = pending.stream().map(i -> "#" + i).collect(Collectors.joining(","));
            return "split(" + Values.print(done) + ",[" + indices + "])";
        }
    }
}
