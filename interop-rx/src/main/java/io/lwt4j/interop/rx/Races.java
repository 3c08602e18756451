package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Combinations of Singles, which are those of Lwt because the members become promises. */
final class Races {

    private Races() {}

    /** The members behind each other, until one has its outcome at once. */
    static <T> Single<T> untilWon(
            Collection<? extends Single<? extends T>> members,
            Function<List<Promise<T>>, Promise<T>> race) {
        List<Single<T>> all = copy(members);
        return RxJava3Bridge.deferSingle(() -> {
            List<Promise<T>> running = new ArrayList<>(all.size());
            for (Single<T> member : all) {
                running.add(PromiseFromSingle.of(member));
                // It need not be the newest one: subscribing to that may have resolved another.
                if (isOver(running)) {
                    break;
                }
            }
            return race.apply(running);
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

    /** All members, whatever they have at once. */
    static <T> Single<List<T>> all(
            Collection<? extends Single<? extends T>> members,
            Function<List<Promise<T>>, Promise<List<T>>> race) {
        List<Single<T>> all = copy(members);
        return RxJava3Bridge.deferSingle(() -> {
            List<Promise<T>> running = new ArrayList<>(all.size());
            for (Single<T> member : all) {
                running.add(PromiseFromSingle.of(member));
            }
            return race.apply(running);
        });
    }

    static <A, B> Single<Promise.Both<A, B>> both(
            Single<? extends A> first, Single<? extends B> second) {
        Single<A> one = widened(first);
        Single<B> other = widened(second);
        return RxJava3Bridge.deferSingle(
                () -> Promise.both(PromiseFromSingle.of(one), PromiseFromSingle.of(other)));
    }

    static Completable join(Collection<? extends Single<?>> members) {
        List<Single<?>> all = List.copyOf(members);
        return RxJava3Bridge.deferCompletable(() -> {
            List<Promise<?>> running = new ArrayList<>(all.size());
            for (Single<?> member : all) {
                running.add(PromiseFromSingle.of(member));
            }
            Promise<@Nullable Void> end = Promise.join(running);
            return end;
        });
    }

    private static <T> List<Single<T>> copy(Collection<? extends Single<? extends T>> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a race of nobody would never end");
        }
        List<Single<T>> all = new ArrayList<>(members.size());
        for (Single<? extends T> member : members) {
            all.add(widened(requireNonNull(member, "member")));
        }
        return all;
    }

    @SuppressWarnings("unchecked") // a Single of something is also one of what it extends
    private static <T> Single<T> widened(Single<? extends T> single) {
        return (Single<T>) requireNonNull(single, "single");
    }
}
