package io.lwt4j.interop.rx;

import static io.lwt4j.interop.rx.RxToPromiseTest.error;
import static io.lwt4j.interop.rx.RxToPromiseTest.value;
import static io.lwt4j.interop.rx.VirtualLoop.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.exceptions.MissingBackpressureException;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.reactivex.rxjava3.subjects.PublishSubject;
import io.reactivex.rxjava3.subscribers.TestSubscriber;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

class StreamsTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final Exception failure = new Exception("failure");

    /* ---- Out ---- */

    @Test
    void aFlowableReadsWhatIsAskedFor() throws Exception {
        VirtualLoop.run(loop -> {
            List<Integer> read = new ArrayList<>();
            PullStream<Integer> stream = numbers(read);
            TestSubscriber<Integer> subscriber =
                    RxJava3Bridge.toFlowable(stream).test(0);
            assertThat(read).isEmpty();
            subscriber.request(2);
            subscriber.assertValues(0, 1);
            assertThat(read).containsExactly(0, 1);
            subscriber.cancel();
            assertThat(stream.isClosed()).isTrue();
        });
    }

    @Test
    void aFlowableEndsAsItsStreamDoes() throws Exception {
        VirtualLoop.run(loop -> {
            RxJava3Bridge.toFlowable(PullStream.of(1, 2)).test().assertResult(1, 2);
            PullStream.Pushed<Integer> pushed = PullStream.push();
            pushed.writer().fail(failure);
            RxJava3Bridge.toFlowable(pushed.stream()).test().assertFailure(Exception.class);
        });
    }

    @Test
    void aSecondSubscriberIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            Flowable<Integer> flowable = RxJava3Bridge.toFlowable(PullStream.of(1, 2));
            flowable.test().assertResult(1, 2);
            flowable.test().assertFailure(IllegalStateException.class);
        });
    }

    @Test
    void cancellingAFlowableCancelsTheReadThatWaits() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            TestSubscriber<Integer> subscriber =
                    RxJava3Bridge.toFlowable(pushed.stream()).test();
            pushed.writer().push(1);
            subscriber.assertValues(1);
            subscriber.cancel();
            assertThat(pushed.stream().isClosed()).isTrue();
        });
    }

    @Test
    void aStreamOfALoopThatIsClosedIsAnError() throws Exception {
        Flowable<Integer> flowable =
                VirtualLoop.onLoopThatCloses(() -> RxJava3Bridge.toFlowable(PullStream.of(1)));
        flowable.test().assertFailure(RejectedExecutionException.class);
        TestObserver<Integer> observer = VirtualLoop.onLoopThatCloses(() ->
                RxJava3Bridge.toObservable(PullStream.<Integer>push().stream()).test());
        observer.assertFailure(RejectedExecutionException.class);
    }

    @Test
    void anObservableGetsAllAndTheLoopATurnNowAndThen() throws Exception {
        VirtualLoop.runAsync(loop -> {
            TestObserver<Integer> observer =
                    RxJava3Bridge.toObservable(numbers(new ArrayList<>())).test();
            assertThat(observer.values()).hasSize(256);
            return EventLoop.pause().map(turn -> {
                assertThat(observer.values()).hasSize(512);
                observer.dispose();
                return true;
            });
        });
    }

    @Test
    void anObservableEndsAsItsStreamDoes() throws Exception {
        VirtualLoop.run(loop -> {
            RxJava3Bridge.toObservable(PullStream.of(1, 2)).test().assertResult(1, 2);
            PullStream.Pushed<Integer> pushed = PullStream.push();
            TestObserver<Integer> observer =
                    RxJava3Bridge.toObservable(pushed.stream()).test();
            pushed.writer().push(1);
            pushed.writer().fail(failure);
            observer.assertFailure(Exception.class, 1);
        });
    }

    @Test
    void anObservableThatIsDisposedOfClosesItsStream() throws Exception {
        VirtualLoop.runAsync(loop -> {
            PullStream<Integer> stream = numbers(new ArrayList<>());
            RxJava3Bridge.toObservable(stream).take(3).test().assertResult(0, 1, 2);
            assertThat(stream.isClosed()).isTrue();

            PullStream<Integer> other = numbers(new ArrayList<>());
            var observable = RxJava3Bridge.toObservable(other);
            elsewhere(() -> observable.test().dispose());
            return EventLoop.pause().map(turn -> {
                assertThat(other.isClosed()).isTrue();
                return true;
            });
        });
    }

    /* ---- In ---- */

    @Test
    void aStreamSubscribesWhenItIsReadFirst() throws Exception {
        VirtualLoop.run(loop -> {
            List<String> log = new ArrayList<>();
            Flowable<Integer> source = Flowable.range(1, 3)
                    .doOnRequest(n -> log.add("request " + n))
                    .doOnCancel(() -> log.add("cancel"));
            PullStream<Integer> stream = RxJava3Bridge.toPullStream(source, 2);
            assertThat(log).isEmpty();
            assertThat(value(stream.toList())).isEqualTo(List.of(1, 2, 3));
            assertThat(log).first().isEqualTo("request 2");
            assertThat(log).doesNotContain("cancel");
        });
    }

    @Test
    void anEagerStreamSubscribesAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            PublishProcessor<Integer> source = PublishProcessor.create();
            PullStream<Integer> stream = RxJava3Bridge.toPullStreamEager(source, 4);
            assertThat(source.hasSubscribers()).isTrue();
            source.onNext(1);
            source.onNext(2);
            source.onComplete();
            assertThat(value(stream.toList())).isEqualTo(List.of(1, 2));
        });
    }

    @Test
    void closingAStreamCancelsOnceAndLateErrorsAreReported() throws Exception {
        VirtualLoop.run(loop -> {
            Inward.Manual source = new Inward.Manual();
            PullStream<String> stream = RxJava3Bridge.toPullStreamEager(Inward.flowable(source), 4);
            stream.close();
            stream.close();
            assertThat(source.disposals).hasValue(1);
            source.error(failure);
            assertThat(late.take()).containsExactly(failure);
        });
    }

    @Test
    void aReadThatIsCancelledLosesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            PublishProcessor<Integer> source = PublishProcessor.create();
            PullStream<Integer> stream = RxJava3Bridge.toPullStream(source);
            Promise<Integer> cancelled = stream.next();
            cancelled.cancel();
            source.onNext(1);
            assertThat(value(stream.next())).isEqualTo(1);
            stream.close();
            assertThat(source.hasSubscribers()).isFalse();
        });
    }

    @Test
    void anErrorEndsTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream =
                    RxJava3Bridge.toPullStream(Flowable.<Integer>error(failure));
            assertThat(error(stream.next())).isSameAs(failure);
        });
    }

    @Test
    void anObservableNeedsAStrategy() throws Exception {
        VirtualLoop.run(loop -> {
            PublishSubject<Integer> subject = PublishSubject.create();
            PullStream<Integer> kept =
                    RxJava3Bridge.toPullStream(subject, BackpressureStrategy.BUFFER);
            PullStream<Integer> latest =
                    RxJava3Bridge.toPullStream(subject, BackpressureStrategy.LATEST);
            PullStream<Integer> dropped =
                    RxJava3Bridge.toPullStream(subject, BackpressureStrategy.DROP);
            PullStream<Integer> failed =
                    RxJava3Bridge.toPullStream(subject, BackpressureStrategy.ERROR);
            assertThat(subject.hasObservers()).isFalse();
            Promise<Integer> second = dropped.next();
            Promise<Integer> third = failed.next();
            Promise<Integer> first = kept.next();
            Promise<Integer> same = latest.next();
            IntStream.range(0, 1000).forEach(subject::onNext);
            subject.onComplete();
            assertThat(value(first)).isEqualTo(0);
            assertThat(value(same)).isEqualTo(0);
            assertThat(value(kept.toList())).asInstanceOf(LIST).hasSize(999);
            assertThat(value(latest.toList()))
                    .asInstanceOf(LIST)
                    .hasSizeLessThan(300)
                    .contains(999);
            assertThat(value(second)).isEqualTo(0);
            assertThat(value(dropped.toList()))
                    .asInstanceOf(LIST)
                    .hasSizeLessThan(300)
                    .doesNotContain(999);
            assertThat(value(third)).isEqualTo(0);
            assertThat(error(failed.toList())).isInstanceOf(MissingBackpressureException.class);
            assertThatThrownBy(() -> RxJava3Bridge.toPullStream(subject, null))
                    .isInstanceOf(NullPointerException.class);
        });
    }

    @Test
    void aWindowIsPositive() {
        assertThatThrownBy(() -> RxJava3Bridge.toPullStream(Flowable.just(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void elementsFromAnotherThreadComeInOrder() throws Exception {
        VirtualLoop.runAsync(loop -> {
            PublishProcessor<Integer> source = PublishProcessor.create();
            PullStream<Integer> stream = RxJava3Bridge.toPullStreamEager(source, 1000);
            elsewhere(() -> {
                IntStream.range(0, 500).forEach(source::onNext);
                source.onComplete();
            });
            return stream.toList().map(all -> {
                assertThat(all).hasSize(500).isSorted();
                return true;
            });
        });
    }

    private static PullStream<Integer> numbers(List<Integer> read) {
        return PullStream.fromDirect(() -> {
            read.add(read.size());
            return Optional.of(read.size() - 1);
        });
    }
}
