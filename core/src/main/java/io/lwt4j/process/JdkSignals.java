package io.lwt4j.process;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * {@code sun.misc.Signal} of the module {@code jdk.unsupported}. Reached by reflection: a JDK
 * without that module must be able to load everything else of this package.
 */
final class JdkSignals {

    private static final @Nullable Access ACCESS = Access.find();

    private JdkSignals() {}

    private record Access(
            Constructor<?> signal,
            Method number,
            Method handle,
            Method raise,
            Class<?> handlerType) {

        static @Nullable Access find() {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                return new Access(
                        signal.getConstructor(String.class),
                        signal.getMethod("getNumber"),
                        signal.getMethod("handle", signal, handler),
                        signal.getMethod("raise", signal),
                        handler);
            } catch (ReflectiveOperationException | LinkageError missing) {
                return null;
            }
        }
    }

    /** The number of a signal on this system; -1 if there is none, or nobody to ask. */
    static int number(String name) {
        Access access = ACCESS;
        if (access == null) {
            return -1;
        }
        try {
            return (int) access.number.invoke(access.signal.newInstance(name));
        } catch (InvocationTargetException unknown) {
            return -1;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /**
     * Has an action run, on a new thread each time, when a signal comes.
     *
     * @return the former handler, for {@link #restore}
     */
    static Object handle(OsSignal signal, Runnable action) {
        Access access = access();
        Object handler = Proxy.newProxyInstance(
                JdkSignals.class.getClassLoader(),
                new Class<?>[] {access.handlerType},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        action.run();
                        yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "lwt4j's handler of " + signal;
                });
        return call(access.handle, signal, handler);
    }

    /** Puts the former handler back. */
    static void restore(OsSignal signal, Object handler) {
        call(access().handle, signal, handler);
    }

    static void raise(OsSignal signal) {
        call(access().raise, signal);
    }

    private static Access access() {
        Access access = ACCESS;
        if (access == null) {
            throw new UnsupportedOperationException(
                    "this JDK handles no signals: it lacks the module jdk.unsupported");
        }
        return access;
    }

    private static Object call(Method method, OsSignal signal, Object... more) {
        try {
            Object first = access().signal.newInstance(signal.name());
            return more.length == 0
                    ? method.invoke(null, first)
                    : method.invoke(null, first, more[0]);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException(
                        signal + " cannot be handled: the system or the virtual machine keeps it ("
                                + refused.getMessage() + ")",
                        refused);
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
