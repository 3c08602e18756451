package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Rules S: values that follow the flow of promises. */
class StorageRulesTest {

    private final PromiseLocal<String> key = PromiseLocal.create();

    @Test
    @Rule("S-1")
    void withSetsTheValueForItsBodyAndRestoresItAfterwards() throws Exception {
        VirtualLoop.run(loop -> {
            String inner = key.with("outer", () -> {
                String seen = key.with("inner", key::get);
                assertThat(key.get()).isEqualTo("outer");
                assertThat(key.<String, RuntimeException>with(null, key::get)).isNull();
                assertThat(key.get()).isEqualTo("outer");
                return seen;
            });

            assertThat(inner).isEqualTo("inner");
            assertThat(key.get()).isNull();
        });
    }

    @Test
    @Rule("S-1")
    void withRestoresTheValueAlsoWhenItsBodyThrows() throws Exception {
        VirtualLoop.run(loop -> {
            Exception error = new Exception("error");

            assertThatThrownBy(() -> key.with("value", () -> {
                        throw error;
                    }))
                    .isSameAs(error);

            assertThat(key.get()).isNull();
        });
    }

    /** Ways to attach a callback, which is to run when the promise is rejected as cancelled. */
    private static Map<String, BiConsumer<Promise<Integer>, CheckedRunnable>> waysToAttach() {
        Map<String, BiConsumer<Promise<Integer>, CheckedRunnable>> all = new LinkedHashMap<>();
        all.put("recover", (p, f) -> p.recover(e -> one(f)));
        all.put("fold, error", (p, f) -> p.fold(Promise::of, e -> one(f)));
        all.put("eventually", (p, f) -> p.eventually(() -> one(f)));
        all.put("onFailure", (p, f) -> p.onFailure(e -> f.run()));
        all.put("onTermination", Promise::onTermination);
        all.put("onAny, error", (p, f) -> p.onAny(v -> {}, e -> f.run()));
        all.put("onCancel", Promise::onCancel);
        // The same where there is a value, by way of a promise that turns the error into one.
        all.put("flatMap", (p, f) -> valueOf(p).flatMap(v -> one(f)));
        all.put("map", (p, f) -> valueOf(p).map(v -> one(f)));
        all.put("fold, value", (p, f) -> valueOf(p).fold(v -> one(f), Promise::failed));
        all.put("onSuccess", (p, f) -> valueOf(p).onSuccess(v -> f.run()));
        all.put("onAny, value", (p, f) -> valueOf(p).onAny(v -> f.run(), e -> {}));
        return all;
    }

    private static Promise<Integer> one(CheckedRunnable action) throws Exception {
        action.run();
        return Promise.of(1);
    }

    private static Promise<Integer> valueOf(Promise<Integer> p) {
        return p.recover(e -> Promise.of(0));
    }

    @Test
    @Rule("S-2")
    void everyCallbackSeesTheValuesOfTheTimeItWasAttached() throws Exception {
        VirtualLoop.run(loop -> waysToAttach().forEach((name, attach) -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            for (String value : List.of("first", "second")) {
                key.with(value, () -> {
                    attach.accept(source, () -> loop.log(key.get()));
                    return true;
                });
            }
            attach.accept(source, () -> loop.log(key.get()));

            key.with("resolving", () -> {
                source.cancel();
                return true;
            });

            assertThat(loop.takeTrace()).as(name).containsExactly("null", "second", "first");
        }));
    }

    @Test
    @Rule("S-2")
    void aCallbackOfAResolvedPromiseSeesTheValuesInForce() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> gone = Resolver.<Integer>cancellable().promise();
            gone.cancel();

            waysToAttach().forEach((name, attach) -> {
                key.with("now", () -> {
                    attach.accept(gone, () -> loop.log(key.get()));
                    return true;
                });

                assertThat(loop.takeTrace()).as(name).containsExactly("now");
            });
        });
    }

    @Test
    @Rule("S-2")
    void whatACallbackAttachesInheritsTheValuesOfTheCallback() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Integer> result = key.with(
                    "value",
                    () -> EventLoop.pause()
                            .flatMap(v -> EventLoop.pause())
                            .flatMap(v -> EventLoop.pause())
                            .map(v -> {
                                loop.log(key.get());
                                return 1;
                            }));

            return result.map(v -> {
                assertThat(loop.takeTrace()).containsExactly("value");
                assertThat(key.get()).isNull();
                return v;
            });
        });
    }

    @Test
    @Rule("S-2")
    void callbacksThatAreDeferredSeeTheirOwnValues() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            key.with("b", () -> b.promise().onSuccess(v -> loop.log(key.get())));
            key.with("a", () -> a.promise().onSuccess(v -> b.resolve(1)));

            a.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("b");
        });
    }

    @Test
    @Rule("S-2")
    void callbacksThatNestTooDeeplySeeTheirOwnValues() throws Exception {
        VirtualLoop.run(loop -> {
            List<String> seen = new ArrayList<>();

            nest(3 * LoopCore.MAX_NESTING, seen);

            List<String> expected = new ArrayList<>();
            for (int depth = 3 * LoopCore.MAX_NESTING; depth > 0; depth--) {
                expected.add("depth " + depth);
            }
            assertThat(seen).isEqualTo(expected);
            assertThat(key.get()).isNull();
        });
    }

    private Promise<Integer> nest(int depth, List<String> seen) {
        if (depth == 0) {
            return Promise.of(0);
        }
        return key.with(
                "depth " + depth,
                () -> Promise.of(depth).flatMap(v -> {
                    seen.add(key.get());
                    return nest(v - 1, seen);
                }));
    }

    @Test
    @Rule("S-3")
    void whoeverResolvesOrCancelsKeepsTheirOwnValues() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Integer> c = Resolver.<Integer>cancellable().promise();
            for (Promise<Integer> p : List.of(a.promise(), b.promise(), c)) {
                key.with("attached", () -> p.onTermination(() -> loop.log(key.get())));
            }

            key.with("mine", () -> {
                a.resolve(1);
                loop.log(key.get());
                b.resolveNow(1);
                loop.log(key.get());
                c.cancel();
                loop.log(key.get());
                return true;
            });

            assertThat(loop.takeTrace())
                    .containsExactly("attached", "mine", "attached", "mine", "attached", "mine");
        });
    }

    @Test
    @Rule("S-4")
    void callbacksOfTheBackgroundSeeTheValuesOfTheirCallAndNotOfASibling() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            key.with("mine", () -> {
                EventLoop.dontWait(a::promise, e -> loop.log(key.get()));
                return true;
            });
            key.with("sibling", () -> a.promise().onFailure(e -> loop.log(key.get())));

            a.reject(new Exception());

            assertThat(loop.takeTrace()).containsExactly("sibling", "mine");
        });
    }

    @Test
    @Rule("S-5")
    void aKeyHasNoValueUntilOneIsSet() throws Exception {
        PromiseLocal<Integer> other = PromiseLocal.create();

        assertThat(key.get()).as("on a thread without a loop").isNull();
        VirtualLoop.run(loop -> {
            assertThat(key.get()).isNull();
            key.with("value", () -> {
                assertThat(other.get()).isNull();
                assertThat(other.<Integer, RuntimeException>with(1, other::get)).isEqualTo(1);
                return true;
            });
        });
    }

    @Test
    @Rule("S-5")
    void oneKeyServesEveryLoopAndEachHasItsOwnValues() throws Exception {
        key.with("of the thread", () -> {
            VirtualLoop.run(loop -> {
                assertThat(key.get()).isNull();
                key.with("of the loop", () -> {
                    assertThat(key.get()).isEqualTo("of the loop");
                    return true;
                });
            });
            assertThat(key.get()).isEqualTo("of the thread");
            return true;
        });
    }
}
