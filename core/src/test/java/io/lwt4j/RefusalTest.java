package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** Those who are told that nothing will come. */
class RefusalTest {

    private final List<Object> log = new ArrayList<>();

    @Test
    void aTaskRunsOrIsRefused() throws Exception {
        EventLoop loop = EventLoop.builder().engine(new VirtualTimeEngine()).build();
        loop.execute(() -> log.add("ran"), closed -> log.add("refused"));
        loop.runUntilComplete(EventLoop::pause);
        loop.close();
        loop.execute(() -> log.add("ran"), closed -> log.add("refused"));
        assertThat(log).containsExactly("ran", "refused");
    }

    @Test
    void aFailedPublisherTellsEveryoneButThoseWhoCancelAtOnce() {
        Exception error = new Exception("no");
        Flow.Publisher<String> failed = Publishers.failed(error);
        failed.subscribe(subscriber(false));
        failed.subscribe(subscriber(true));
        failed.subscribe(subscriber(false));
        assertThat(log).containsExactly("begun", error, "begun", "begun", error);
    }

    private Flow.Subscriber<String> subscriber(boolean cancels) {
        return new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                log.add("begun");
                if (cancels) {
                    subscription.cancel();
                }
            }

            @Override
            public void onNext(String element) {
                log.add(element);
            }

            @Override
            public void onError(Throwable cause) {
                log.add(cause);
            }

            @Override
            public void onComplete() {
                log.add("complete");
            }
        };
    }
}
