package io.lwt4j.interop.reactor;

import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** Hands the occurrences of an event to a sink, one after the other. */
final class EventEmission<T> implements Flow.Subscriber<T>, Disposable {

    /* Overview. One occurrence is asked for at a time; while the sink is busy on another thread the
     * next one waits in the subscription. All on the loop, except dispose().
     */

    private final Sinks.Many<T> sink;
    private final EventLoop loop;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean over;

    EventEmission(Sinks.Many<T> sink, EventLoop loop) {
        this.sink = sink;
        this.loop = loop;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(T element) {
        switch (sink.tryEmitNext(element)) {
            case OK -> next();
            case FAIL_NON_SERIALIZED -> later(() -> onNext(element));
            case FAIL_CANCELLED, FAIL_TERMINATED -> {
                Operators.onDiscard(element, Context.empty());
                dispose();
            }
            default -> {
                Operators.onDiscard(element, Context.empty());
                next();
            }
        }
    }

    private void next() {
        Flow.Subscription asked = subscription;
        if (asked != null && !over) {
            asked.request(1);
        }
    }

    @Override
    public void onError(Throwable cause) {
        over = true;
        switch (sink.tryEmitError(cause)) {
            case OK -> {}
            case FAIL_NON_SERIALIZED -> later(() -> onError(cause));
            default -> Operators.onErrorDropped(cause, Context.empty());
        }
    }

    @Override
    public void onComplete() {
        over = true;
        if (sink.tryEmitComplete() == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
            later(this::onComplete);
        }
    }

    private void later(Runnable again) {
        try {
            loop.execute(again);
        } catch (RejectedExecutionException closed) {
            loop.report(closed);
        }
    }

    @Override
    public void dispose() {
        over = true;
        Flow.Subscription asked = subscription;
        if (asked != null) {
            asked.cancel();
        }
    }

    @Override
    public boolean isDisposed() {
        return over;
    }
}
