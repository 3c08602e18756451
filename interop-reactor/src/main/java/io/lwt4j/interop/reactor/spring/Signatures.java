package io.lwt4j.interop.reactor.spring;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.web.method.HandlerMethod;

import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Which controller methods return or accept one of our types, also in a {@code ResponseEntity}. */
final class Signatures {

    private Signatures() {}

    static boolean speaksOfOurs(HandlerMethod method) {
        return isOurs(method.getReturnType())
                || Arrays.stream(method.getMethodParameters()).anyMatch(Signatures::isOurs);
    }

    private static boolean isOurs(MethodParameter parameter) {
        return isOurs(ResolvableType.forMethodParameter(parameter), new HashSet<>());
    }

    /** Looks at each variable once: a bound of {@code E extends Enum<E>} has the variable again. */
    private static boolean isOurs(ResolvableType type, Set<Type> variables) {
        if (type.getType() instanceof TypeVariable<?> variable && !variables.add(variable)) {
            return false;
        }
        Class<?> raw = type.resolve(Object.class);
        return Adapters.TYPES.stream().anyMatch(ours -> ours.isAssignableFrom(raw))
                || Arrays.stream(type.getGenerics())
                        .anyMatch(generic -> isOurs(generic, variables));
    }
}
