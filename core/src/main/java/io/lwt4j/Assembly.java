package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where pending promises were made. Only on request, since it takes a stack walk for each. */
final class Assembly {

    /* Overview. Everybody who uses this asks ON first, which is constant, so that the compiler
     * leaves out what is not asked for, and a promise has no field for it: the sites are in a map
     * that does not keep the promises.
     *
     * A site has two parts: what was called of this library, and from where. A rejection gathers
     * the sites of the promises it passes, see AssemblyTrace.
     */

    /** Whether {@code -Dlwt4j.trace=true} asks for it. */
    static final boolean ON = Boolean.getBoolean("lwt4j.trace");

    private static final Map<Key, Site> SITES = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Pending<?>> COLLECTED = new ReferenceQueue<>();

    /** The packages whose frames are ours and not the user's. */
    private static final Set<String> OWN = Set.of(
            "io.lwt4j",
            "io.lwt4j.stream",
            "io.lwt4j.sync",
            "io.lwt4j.detach",
            "io.lwt4j.direct",
            "io.lwt4j.engine",
            "io.lwt4j.io",
            "io.lwt4j.net",
            "io.lwt4j.tls",
            "io.lwt4j.process",
            "io.lwt4j.react",
            "io.lwt4j.interop.reactor",
            "io.lwt4j.interop.rx");

    private Assembly() {}

    /** Remembers who is making a promise. */
    static void made(Pending<?> promise) {
        for (Reference<?> gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
            SITES.remove(gone);
        }
        SITES.put(new Key(promise, COLLECTED), Site.ofCaller());
    }

    /** The name somebody has given to a promise says more than the method does. */
    static void named(Pending<?> promise, String name) {
        Site site = siteOf(promise);
        if (site != null) {
            site.operation = name;
        }
    }

    static @Nullable Site siteOf(Pending<?> promise) {
        return SITES.get(new Key(promise, null));
    }

    /** A promise is resolved: an error takes its site with it. */
    static void settled(Pending<?> promise, @Nullable Object outcome) {
        Site site = SITES.remove(new Key(promise, null));
        if (site != null && outcome instanceof Rejected rejected && !rejected.isCanceled()) {
            AssemblyTrace trace = AssemblyTrace.of(rejected.peek());
            if (trace != null) {
                trace.passed(site);
            }
        }
    }

    /** A promise that a callback returned is now the same as another one, and told by that. */
    static void joined(Pending<?> inner, Pending<?> outer) {
        Site site = SITES.remove(new Key(inner, null));
        Site other = siteOf(outer);
        if (site != null && other != null) {
            // The last one only: a loop made of flatMap must not grow.
            other.inner = site;
            site.inner = null;
        }
    }

    /** What is pending on a loop. */
    static List<Pending<?>> pending(LoopCore core) {
        List<Pending<?>> found = new ArrayList<>();
        for (Key key : SITES.keySet()) {
            Pending<?> promise = key.get();
            if (promise != null && promise.context.loop == core) {
                found.add(promise);
            }
        }
        return found;
    }

    /** A place in a program. */
    static final class Site {

        /** The method of this library, {@code Promise.flatMap}, or a name. */
        String operation;

        final StackTraceElement caller;

        /** Of the promise that has become the same as that of this site. */
        @Nullable
        Site inner;

        private Site(String operation, StackTraceElement caller) {
            this.operation = operation;
            this.caller = caller;
        }

        private static Site ofCaller() {
            return StackWalker.getInstance().walk(frames -> {
                String operation = "promise";
                for (var frame : (Iterable<StackWalker.StackFrame>) frames::iterator) {
                    String type = frame.getClassName();
                    if (isOwn(type)) {
                        if (!frame.getMethodName().startsWith("<")) {
                            operation = simple(type) + "." + frame.getMethodName();
                        }
                    } else if (!type.startsWith("java.")) {
                        return new Site(operation, frame.toStackTraceElement());
                    }
                }
                return new Site(operation, new StackTraceElement("io.lwt4j", "loop", null, -1));
            });
        }

        private static boolean isOwn(String type) {
            return OWN.contains(type.substring(0, Math.max(0, type.lastIndexOf('.'))));
        }

        private static String simple(String type) {
            String name = type.substring(type.lastIndexOf('.') + 1);
            return name.substring(name.lastIndexOf('$') + 1);
        }
    }

    /** A promise by its identity. */
    private static final class Key extends WeakReference<Pending<?>> {

        private final int hash;

        Key(Pending<?> promise, @Nullable ReferenceQueue<Pending<?>> queue) {
            super(promise, queue);
            hash = System.identityHashCode(promise);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Pending<?> promise = get();
            return promise != null && other instanceof Key key && key.get() == promise;
        }
    }
}
