package io.lwt4j.interop.rx.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Overflow;
import io.reactivex.rxjava3.core.Flowable;

/** Events that occur while somebody listens, and keep what is not asked for. */
public class EventFlowableTest extends FlowableVerification {

    @Override
    Flowable<Long> numbers(long count) {
        EventEmitter<Long> emitter = EventEmitter.create();
        EventLoop loop = EventLoop.current();
        return RxJava3Bridge.toFlowable(emitter.event(), Overflow.unbounded())
                .doOnSubscribe(given -> loop.execute(() -> send(emitter, 0, count)));
    }

    private static void send(EventEmitter<Long> emitter, long from, long count) {
        if (from >= Math.min(count, 1_000_000)) {
            emitter.event().stop();
            return;
        }
        emitter.send(from);
        Promise<?> unused = EventLoop.pause().onSuccess(turn -> send(emitter, from + 1, count));
    }

    @Override
    Flowable<Long> failed() throws Exception {
        return onClosedLoop(() -> RxJava3Bridge.toFlowable(
                EventEmitter.<Long>create().event(), Overflow.unbounded()));
    }
}
