package io.lwt4j.interop.reactor;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Mono;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Races between monos, which are races between their promises. */
final class Races {

    private Races() {}

    static <T> Mono<T> first(
            Collection<? extends Mono<? extends T>> monos,
            Function<List<Promise<@Nullable T>>, Promise<@Nullable T>> race) {
        List<Mono<? extends T>> members = members(monos);
        return ReactorBridge.deferMono(() -> {
            List<Promise<@Nullable T>> promises = new ArrayList<>(members.size());
            for (Mono<? extends T> member : members) {
                Promise<@Nullable T> promise = subscribe(member);
                promises.add(promise);
                // It need not be the newest one: subscribing to that may have resolved another.
                if (isOver(promises)) {
                    break;
                }
            }
            return race.apply(promises);
        });
    }

    private static boolean isOver(List<? extends Promise<?>> running) {
        for (Promise<?> promise : running) {
            if (!promise.isPending()) {
                return true;
            }
        }
        return false;
    }

    static <T> Mono<List<T>> some(
            Collection<? extends Mono<? extends T>> monos,
            Function<List<Promise<@Nullable T>>, Promise<List<@Nullable T>>> race) {
        List<Mono<? extends T>> members = members(monos);
        return ReactorBridge.deferMono(() -> {
            List<Promise<@Nullable T>> promises = new ArrayList<>(members.size());
            for (Mono<? extends T> member : members) {
                promises.add(subscribe(member));
            }
            return race.apply(promises).map(Races::present);
        });
    }

    private static <T> List<T> present(List<@Nullable T> values) {
        List<T> present = new ArrayList<>(values);
        present.removeIf(Objects::isNull);
        return present;
    }

    static Collection<Promise<?>> subscribeAll(List<Mono<?>> members) {
        List<Promise<?>> promises = new ArrayList<>(members.size());
        for (Mono<?> member : members) {
            promises.add(ReactorBridge.toPromise(member));
        }
        return promises;
    }

    private static <T> List<Mono<? extends T>> members(
            Collection<? extends Mono<? extends T>> monos) {
        if (monos.isEmpty()) {
            throw new IllegalArgumentException(
                    "a race without members would never end; give it one at least");
        }
        return List.copyOf(monos);
    }

    @SuppressWarnings("unchecked") // a mono only gives
    private static <T> Promise<@Nullable T> subscribe(Mono<? extends T> mono) {
        return ReactorBridge.toPromise((Mono<T>) mono);
    }
}
