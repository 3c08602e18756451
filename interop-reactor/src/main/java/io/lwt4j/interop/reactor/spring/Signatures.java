package io.lwt4j.interop.reactor.spring;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.web.method.HandlerMethod;

import java.util.Arrays;

/** Which controller methods return or accept one of our types, also in a {@code ResponseEntity}. */
final class Signatures {

    private Signatures() {}

    static boolean speaksOfOurs(HandlerMethod method) {
        return isOurs(method.getReturnType())
                || Arrays.stream(method.getMethodParameters()).anyMatch(Signatures::isOurs);
    }

    private static boolean isOurs(MethodParameter parameter) {
        return isOurs(ResolvableType.forMethodParameter(parameter));
    }

    private static boolean isOurs(ResolvableType type) {
        Class<?> raw = type.resolve(Object.class);
        return Adapters.TYPES.stream().anyMatch(ours -> ours.isAssignableFrom(raw))
                || Arrays.stream(type.getGenerics()).anyMatch(Signatures::isOurs);
    }
}
