package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subjects.SingleSubject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What stays behind of those who have come and gone. */
class RetentionTest {

    private static final int COUNT = 10_000;

    /** A few may be kept until there are more. */
    private static final int FEW = 64;

    @RegisterExtension
    final RxErrors late = new RxErrors();

    @ParameterizedTest
    @EnumSource
    void aPendingPromiseKeepsNobodyWhoHasDisposed(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> pending = Resolver.cancellable();
            Outward.Source source = kind.of(pending.promise(), CancelPolicy.DETACH);
            List<WeakReference<Object>> gone = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                Outward.Probe probe = source.subscribe();
                gone.add(new WeakReference<>(probe.seen()));
                probe.dispose();
            }
            assertFewAreLeft(gone);
            Outward.Probe last = source.subscribe();
            pending.resolve("value");
            last.saw(kind.expected("value"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aLoopKeepsNobodyWhoseDeferredPromiseIsCancelled(Outward kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> shared = Resolver.<String>uncancellable().promise();
            Outward.Source source = kind.defer(EventLoop.current(), shared::shielded);
            List<WeakReference<Object>> gone = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                Outward.Probe probe = source.subscribe();
                gone.add(new WeakReference<>(probe.seen()));
                probe.dispose();
            }
            assertFewAreLeft(gone);
            source.subscribe().dispose();
            assertThat(shared.isPending()).isTrue();
        });
    }

    @Test
    void aSubjectAndTheLoopKeepNoPromiseThatIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            SingleSubject<String> subject = SingleSubject.create();
            List<WeakReference<Object>> gone = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                Promise<String> promise = RxJava3Bridge.toPromise((Single<String>) subject);
                gone.add(new WeakReference<>(promise));
                promise.cancel();
            }
            assertThat(subject.hasObservers()).isFalse();
            assertFewAreLeft(gone);
        });
    }

    @Test
    void aWorkerKeepsNoTaskThatIsOver() throws Exception {
        VirtualLoop.run(loop -> {
            var scheduler = LoopScheduler.of(EventLoop.current());
            var worker = scheduler.createWorker();
            List<WeakReference<Object>> gone = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                Load big = new Load();
                gone.add(new WeakReference<>(big));
                Disposable task = worker.schedule(big::touch, 1, TimeUnit.DAYS);
                task.dispose();
            }
            assertFewAreLeft(gone);
            worker.dispose();
        });
    }

    private static final class Load {
        void touch() {}
    }

    private static void assertFewAreLeft(List<WeakReference<Object>> references) {
        long left = references.size();
        for (int i = 0; i < 10 && left > FEW; i++) {
            System.gc();
            left = references.stream()
                    .filter(reference -> !reference.refersTo(null))
                    .count();
        }
        assertThat(left).isLessThanOrEqualTo(FEW);
    }
}
