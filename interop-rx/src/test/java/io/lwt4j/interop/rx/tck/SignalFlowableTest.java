package io.lwt4j.interop.rx.tck;

import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.react.Var;
import io.reactivex.rxjava3.core.Flowable;

/** Signals that stop after some changes; a subscriber that asks gets the next one. */
public class SignalFlowableTest extends FlowableVerification {

    @Override
    Flowable<Long> numbers(long count) {
        if (count == 0) {
            return Flowable.empty();
        }
        Var<Long> variable = Var.of(0L);
        if (count == 1) {
            variable.signal().stop();
        }
        return RxJava3Bridge.toFlowable(variable.signal()).doOnNext(number -> {
            // The next value comes when this one has been taken.
            if (number + 1 < count) {
                variable.post(number + 1);
            } else {
                variable.signal().stop();
            }
        });
    }

    @Override
    Flowable<Long> failed() throws Exception {
        return onClosedLoop(() -> RxJava3Bridge.toFlowable(Var.of(0L).signal()));
    }
}
