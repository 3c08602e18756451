package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.subjects.SingleSubject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;

class RacesTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");
    private final List<String> log = new ArrayList<>();
    private final SingleSubject<String> a = SingleSubject.create();
    private final SingleSubject<String> b = SingleSubject.create();
    private final SingleSubject<String> c = SingleSubject.create();

    private Single<String> logged(String name, Single<String> single) {
        return single.doOnSubscribe(given -> log.add("subscribe " + name))
                .doOnDispose(() -> log.add("dispose " + name));
    }

    private List<Single<String>> all() {
        return List.of(logged("A", a), logged("B", b), logged("C", c));
    }

    @Test
    void aRaceIsColdAndItsLosersAreDisposedOfInOrderBeforeTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Single<String> race = RxJava3Bridge.pick(all());
            assertThat(log).isEmpty();
            TestObserver<String> observer =
                    race.doOnSuccess(value -> log.add("result")).test();
            assertThat(log).containsExactly("subscribe A", "subscribe B", "subscribe C");
            log.clear();
            b.onSuccess("b");
            observer.assertResult("b");
            assertThat(log).containsExactly("dispose A", "dispose C", "result");
        });
    }

    @Test
    void membersBehindOneThatHasWonAreNotSubscribedTo() throws Exception {
        VirtualLoop.run(loop -> {
            b.onSuccess("b");
            RxJava3Bridge.pick(all()).test().assertResult("b");
            assertThat(log).containsExactly("subscribe A", "subscribe B", "dispose A");
            log.clear();
            RxJava3Bridge.choose(all()).test().assertResult("b");
            assertThat(log).containsExactly("subscribe A", "subscribe B");
        });
    }

    @Test
    void disposingOfARaceDisposesOfAllTheLastOneFirst() throws Exception {
        VirtualLoop.run(loop -> {
            RxJava3Bridge.pick(all()).test().dispose();
            assertThat(log.subList(3, 6)).containsExactly("dispose C", "dispose B", "dispose A");
        });
    }

    @Test
    void theFirstErrorWins() throws Exception {
        VirtualLoop.run(loop -> {
            TestObserver<String> observer = RxJava3Bridge.pick(a, b).test();
            a.onError(failure);
            observer.assertError(failure);
            assertThat(b.hasObservers()).isFalse();
        });
    }

    @Test
    void chooseLetsTheOthersGoOn() throws Exception {
        VirtualLoop.run(loop -> {
            TestObserver<String> observer = RxJava3Bridge.choose(a, b).test();
            a.onSuccess("a");
            observer.assertResult("a");
            assertThat(b.hasObservers()).isTrue();
        });
    }

    @Test
    void npickAndNchooseTakeAllThatAreThere() throws Exception {
        VirtualLoop.run(loop -> {
            a.onSuccess("a");
            c.onSuccess("c");
            RxJava3Bridge.npick(all()).test().assertResult(List.of("a", "c"));
            assertThat(b.hasObservers()).isFalse();
            RxJava3Bridge.nchoose(all()).test().assertResult(List.of("a", "c"));
            assertThat(b.hasObservers()).isTrue();
        });
    }

    @Test
    void bothWaitsForBothAndJoinForAll() throws Exception {
        VirtualLoop.run(loop -> {
            TestObserver<Promise.Both<String, String>> both =
                    RxJava3Bridge.both(a, b).test();
            Completable join = RxJava3Bridge.join(a, b, c);
            TestObserver<Void> joined = join.test();
            TestObserver<Void> same = RxJava3Bridge.join(List.of(a, c)).test();
            a.onSuccess("a");
            both.assertEmpty();
            b.onSuccess("b");
            both.assertResult(new Promise.Both<>("a", "b"));
            joined.assertEmpty();
            c.onError(failure);
            joined.assertError(failure);
            same.assertError(failure);
        });
    }

    @Test
    void disposingOfBothDisposesOfBoth() throws Exception {
        VirtualLoop.run(loop -> {
            RxJava3Bridge.both(logged("A", a), logged("B", b)).test().dispose();
            assertThat(log.subList(2, 4)).containsExactly("dispose B", "dispose A");
        });
    }

    @Test
    void eachSubscriberRunsARaceOfItsOwnOnTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<Boolean> here = new ArrayList<>();
            Single<String> race = RxJava3Bridge.pick(
                    a.doOnSubscribe(given -> here.add(EventLoop.isLoopThread())));
            TestObserver<String> elsewhere = new TestObserver<>();
            VirtualLoop.elsewhere(() -> race.subscribe(elsewhere));
            TestObserver<String> observer = race.test();
            return EventLoop.pause()
                    .map(turn -> {
                        assertThat(here).containsExactly(true, true);
                        a.onSuccess("a");
                        return true;
                    })
                    .flatMap(done -> EventLoop.pause())
                    .map(turn -> {
                        elsewhere.assertResult("a");
                        observer.assertResult("a");
                        return true;
                    });
        });
    }

    @Test
    void aRaceOfNobodyIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            assertThatThrownBy(() -> RxJava3Bridge.pick(List.<Single<String>>of()))
                    .isInstanceOf(IllegalArgumentException.class);
            RxJava3Bridge.join().test().assertComplete();
        });
    }

    @Test
    void lateErrorsOfLosersAreReported() throws Exception {
        VirtualLoop.run(loop -> {
            Inward.Manual loser = new Inward.Manual();
            TestObserver<String> observer = RxJava3Bridge.pick(
                            Single.wrap(o -> loser.begin(o::onSubscribe, o::onSuccess, o::onError)),
                            a)
                    .test();
            a.onSuccess("a");
            observer.assertResult("a");
            assertThat(loser.disposals).hasValue(1);
            loser.error(failure);
            assertThat(late.take()).containsExactly(failure);
        });
    }
}
