package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;

import reactor.core.publisher.Mono;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Lwt's races between monos. */
class RacesTest {

    private final List<String> trace = new ArrayList<>();
    private final TestPublisher<String> a = TestPublisher.create();
    private final TestPublisher<String> b = TestPublisher.create();
    private final TestPublisher<String> c = TestPublisher.create();

    private List<Mono<String>> members() {
        return List.of(member("A", a), member("B", b), member("C", c));
    }

    private Mono<String> member(String name, TestPublisher<String> publisher) {
        return publisher
                .mono()
                .doOnSubscribe(s -> trace.add("subscribe " + name))
                .doOnCancel(() -> trace.add("cancel " + name));
    }

    private List<String> takeTrace() {
        List<String> taken = List.copyOf(trace);
        trace.clear();
        return taken;
    }

    @Test
    void pickSubscribesInOrderAndCancelsTheLosersInOrderBeforeTheValueIsTold() throws Exception {
        Bridge.run(bridge -> {
            Mono<String> race = ReactorBridge.pick(members());
            assertThat(trace).isEmpty();
            race.subscribe(v -> trace.add("won " + v));
            assertThat(takeTrace()).containsExactly("subscribe A", "subscribe B", "subscribe C");
            b.emit("b");
            assertThat(takeTrace()).containsExactly("cancel A", "cancel C", "won b");
        });
    }

    @Test
    void cancellingAPickCancelsTheMembersTheLastOneFirst() throws Exception {
        Bridge.run(bridge -> {
            ReactorBridge.pick(members()).subscribe().dispose();
            assertThat(takeTrace().subList(3, 6))
                    .containsExactly("cancel C", "cancel B", "cancel A");
            a.assertCancelled(1);
            b.assertCancelled(1);
            c.assertCancelled(1);
        });
    }

    @Test
    void aRaceThatIsWonWhileItBeginsSubscribesToNobodyElse() throws Exception {
        Bridge.run(bridge -> {
            for (Function<List<Mono<String>>, Mono<String>> race :
                    List.<Function<List<Mono<String>>, Mono<String>>>of(
                            ReactorBridge::pick, ReactorBridge::choose)) {
                PublisherProbe<String> late = PublisherProbe.empty();
                Ear<String> ear = Ear.all();
                race.apply(List.of(member("A", a), Mono.just("now").hide(), late.mono()))
                        .subscribe(ear);
                assertThat(ear.heard).containsExactly("now", "end");
                late.assertWasNotSubscribed();
            }
            assertThat(takeTrace()).containsExactly("subscribe A", "cancel A", "subscribe A");
        });
    }

    @Test
    void aLoserWhoseCancellationThrowsSavesNobody() throws Exception {
        RuntimeException bad = new RuntimeException("bad cancel");
        Bridge.run(bridge -> {
            Ear<String> ear = Ear.all();
            ReactorBridge.pick(
                            Mono.<String>never().doOnCancel(() -> {
                                throw bad;
                            }),
                            member("B", b),
                            member("C", c))
                    .subscribe(ear);
            b.emit("b");
            assertThat(ear.heard).containsExactly("b", "end");
            c.assertCancelled(1);
            assertThat(bridge.takeDroppedErrors()).containsExactly(bad);
        });
    }

    @Test
    void aMemberThatFailsOrIsEmptyWinsLikeAnyOther() throws Exception {
        IOException error = new IOException("e");
        Bridge.run(bridge -> {
            Ear<String> failed = Ear.all();
            ReactorBridge.pick(members()).subscribe(failed);
            c.error(error);
            assertThat(failed.heard).containsExactly(error);
            a.assertCancelled(1);
            Ear<String> empty = Ear.all();
            ReactorBridge.pick(Mono.<String>never(), Mono.<String>empty().hide())
                    .subscribe(empty);
            assertThat(empty.heard).containsExactly("end");
        });
    }

    @Test
    void chooseLeavesTheLosersAlone() throws Exception {
        Bridge.run(bridge -> {
            Ear<String> ear = Ear.all();
            ReactorBridge.choose(members()).subscribe(ear);
            b.emit("b");
            assertThat(ear.heard).containsExactly("b", "end");
            a.assertNotCancelled();
            c.assertNotCancelled();
            a.emit("late");
            c.complete();
        });
    }

    @Test
    void npickGathersWhatIsThereAndCancelsTheRest() throws Exception {
        Bridge.run(bridge -> {
            Ear<List<String>> ear = Ear.all();
            ReactorBridge.npick(List.of(
                            Mono.just("1").hide(),
                            member("A", a),
                            Mono.<String>empty().hide(),
                            Mono.just("2").hide()))
                    .subscribe(ear);
            assertThat(ear.heard).containsExactly(List.of("1", "2"), "end");
            a.assertCancelled(1);
            Ear<List<String>> chosen = Ear.all();
            ReactorBridge.nchoose(List.of(member("B", b), member("C", c))).subscribe(chosen);
            c.emit("c");
            assertThat(chosen.heard).containsExactly(List.of("c"), "end");
            b.assertNotCancelled();
            b.complete();
        });
    }

    @Test
    void bothAndJoinWaitForAllAndTellTheFirstErrorInTime() throws Exception {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        Bridge.run(bridge -> {
            Ear<Object> both = Ear.all();
            ReactorBridge.both(member("A", a), member("B", b)).subscribe(both);
            b.error(first);
            assertThat(both.heard).isEmpty();
            a.assertNotCancelled();
            a.error(second);
            assertThat(both.heard).containsExactly(first);
            Ear<Void> join = Ear.all();
            ReactorBridge.join(Mono.just(1), member("C", c), Mono.empty()).subscribe(join);
            assertThat(join.heard).isEmpty();
            c.emit("c");
            assertThat(join.heard).containsExactly("end");
            Ear<Object> pair = Ear.all();
            ReactorBridge.both(Mono.just(1), Mono.empty()).subscribe(pair);
            assertThat(pair.heard).containsExactly(new Promise.Both<>(1, null), "end");
            Ear<Void> nobody = Ear.all();
            ReactorBridge.join(List.of()).subscribe(nobody);
            assertThat(nobody.heard).containsExactly("end");
        });
    }

    @Test
    void cancellingAJoinCancelsTheMembersTheLastOneFirst() throws Exception {
        Bridge.run(bridge -> {
            ReactorBridge.join(members()).subscribe().dispose();
            assertThat(takeTrace().subList(3, 6))
                    .containsExactly("cancel C", "cancel B", "cancel A");
            ReactorBridge.both(member("A", a), member("B", b)).subscribe().dispose();
            assertThat(takeTrace().subList(2, 4)).containsExactly("cancel B", "cancel A");
        });
    }

    @Test
    void aRaceOfNobodyIsRefused() throws Exception {
        Bridge.run(bridge -> assertThatThrownBy(() -> ReactorBridge.pick(List.<Mono<String>>of()))
                .isInstanceOf(IllegalArgumentException.class));
    }

    @Test
    void theContextOfTheSubscriberReachesEveryMember() throws Exception {
        Bridge.run(bridge -> {
            List<String> seen = new ArrayList<>();
            Mono<String> member = Mono.deferContextual(context -> {
                seen.add(context.get("key"));
                return Mono.never();
            });
            ReactorBridge.pick(member, member)
                    .contextWrite(context -> context.put("key", "theirs"))
                    .subscribe()
                    .dispose();
            assertThat(seen).containsExactly("theirs", "theirs");
        });
    }

    @Test
    void aLosersLateValueIsDiscardedAndItsLateErrorDropped() throws Exception {
        IOException late = new IOException("late");
        TestPublisher<String> stubborn =
                TestPublisher.createNoncompliant(TestPublisher.Violation.DEFER_CANCELLATION);
        TestPublisher<String> failing =
                TestPublisher.createNoncompliant(TestPublisher.Violation.DEFER_CANCELLATION);
        Bridge.run(bridge -> {
            ReactorBridge.pick(stubborn.mono(), failing.mono(), member("A", a))
                    .contextWrite(context -> context.putAll(bridge.context().readOnly()))
                    .subscribe();
            a.emit("a");
            stubborn.next("late");
            failing.error(late);
            assertThat(bridge.takeDiscarded()).containsExactly("late");
            assertThat(bridge.takeDroppedErrors()).containsExactly(late);
        });
    }
}
