package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.web.method.HandlerMethod;

import reactor.core.publisher.Mono;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Which methods run on a loop. */
class SignaturesTest {

    abstract static class Base<T> {
        T get() {
            throw new UnsupportedOperationException();
        }
    }

    static class OfMonos extends Base<Mono<String>> {}

    static class OfPromises extends Base<Promise<String>> {}

    static class OfStreams extends Base<Mono<ResponseEntity<PullStream<String>>>> {}

    static class Builder<B extends Builder<B>> {}

    @SuppressWarnings({"rawtypes", "unused"}) // as others write them
    static class Recursive {

        Enum raw() {
            throw new UnsupportedOperationException();
        }

        Map<String, Builder> builders() {
            throw new UnsupportedOperationException();
        }

        <T extends Comparable<T>> List<T> sorted(List<? extends T> list) {
            throw new UnsupportedOperationException();
        }

        <T extends Comparable<T>> Promise<T> promise(T value) {
            throw new UnsupportedOperationException();
        }
    }

    private static boolean isOurs(Object bean, String name) {
        HandlerMethod method = Arrays.stream(bean.getClass().getDeclaredMethods())
                .filter(declared -> declared.getName().equals(name))
                .map(declared -> new HandlerMethod(bean, declared))
                .findAny()
                .orElseThrow();
        return Signatures.speaksOfOurs(method);
    }

    @Test
    void typesThatAreBoundedByThemselvesAreLookedAtOnce() {
        Recursive bean = new Recursive();
        assertThat(isOurs(bean, "raw")).isFalse();
        assertThat(isOurs(bean, "builders")).isFalse();
        assertThat(isOurs(bean, "sorted")).isFalse();
        assertThat(isOurs(bean, "promise")).isTrue();
    }

    @Test
    void aMethodThatIsInheritedIsLookedAtInEachClass() throws Exception {
        LoopHandlerAdapter adapter = new LoopHandlerAdapter(
                exchange -> {
                    throw new UnsupportedOperationException();
                },
                loop -> {
                    throw new UnsupportedOperationException();
                });
        Method method = Base.class.getDeclaredMethod("get");
        assertThat(adapter.supports(new HandlerMethod(new OfMonos(), method))).isFalse();
        assertThat(adapter.supports(new HandlerMethod(new OfPromises(), method)))
                .isTrue();
        assertThat(adapter.supports(new HandlerMethod(new OfStreams(), method))).isTrue();
        assertThat(adapter.supports(new HandlerMethod(new OfMonos(), method))).isFalse();
    }
}
