package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Values that set something on the thread while they are in force, and snapshots of values. */
class PromiseLocalBindingTest {

    private final ThreadLocal<String> bound = ThreadLocal.withInitial(() -> "none");
    private final PromiseLocal<String> key = PromiseLocal.create((String value) -> {
        String before = bound.get();
        bound.set(value);
        return () -> bound.set(before);
    });
    private final PromiseLocal<String> plain = PromiseLocal.create();

    @Test
    void aBoundValueIsInForceInTheBodyAndInItsCallbacksAndNowhereElse() throws Exception {
        List<String> seen = new ArrayList<>();
        VirtualLoop.run(loop -> {
            Promise<Void> other = EventLoop.sleep(Duration.ofSeconds(1))
                    .onSuccess(done -> seen.add("other " + bound.get()));
            key.with(
                    "v",
                    () -> EventLoop.sleep(Duration.ofSeconds(1))
                            .onSuccess(done -> seen.add("callback " + bound.get())));
            seen.add("after " + bound.get());
            EventLoop.current().execute(() -> seen.add("task " + bound.get()));
            assertThat(other.isPending()).isTrue();
        });
        VirtualLoop.runAsync(loop -> key.with(
                "outer",
                () -> EventLoop.pause().flatMap(done -> {
                    seen.add(bound.get());
                    key.with("inner", () -> seen.add(bound.get()));
                    seen.add(bound.get());
                    return EventLoop.pause().onSuccess(later -> seen.add(bound.get()));
                })));
        assertThat(seen)
                .contains("after none")
                .containsSubsequence("outer", "inner", "outer", "outer");
        assertThat(bound.get()).isEqualTo("none");
    }

    @Test
    void aSnapshotCarriesTheValuesToAnotherThreadAndLoop() throws Exception {
        PromiseLocal.Snapshot here = plain.with("here", PromiseLocal::capture);
        assertThat(plain.get()).isNull();
        assertThat(here.get(plain)).isEqualTo("here");
        assertThat(here.run(plain::get)).isEqualTo("here");
        try (EventLoop loop = EventLoop.builder().start()) {
            String there = loop.submit(() -> here.run(
                            () -> EventLoop.pause().map(done -> String.valueOf(plain.get()))))
                    .get();
            assertThat(there).isEqualTo("here");
            assertThat(loop.submit(() -> Promise.of(String.valueOf(plain.get())))
                            .get())
                    .isEqualTo("null");
        }
    }

    @Test
    void aSnapshotWithAnotherValueLeavesTheFirstOneAlone() {
        PromiseLocal.Snapshot none = PromiseLocal.capture();
        PromiseLocal.Snapshot one = none.with(plain, "one");
        assertThat(none.isEmpty()).isTrue();
        assertThat(one.get(plain)).isEqualTo("one");
        assertThat(one.with(plain, null).isEmpty()).isTrue();
    }

    @Test
    void anInstalledSnapshotStaysUntilAnotherOneIsAndIsNotToldOf() {
        PromiseLocal.Snapshot none = PromiseLocal.capture();
        none.with(key, "installed").install();
        assertThat(bound.get()).isEqualTo("none");
        assertThat(key.get()).isEqualTo("installed");
        none.install();
        assertThat(bound.get()).isEqualTo("none");
        assertThat(key.get()).isNull();
    }
}
