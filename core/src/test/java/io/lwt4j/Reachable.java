package io.lwt4j;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Measures what an object of the library keeps alive, by walking the fields of the library's own
 * classes (lambdas included), arrays and collections. Exact, where measuring the heap is not.
 */
public final class Reachable {

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();
    private long slots;

    private Reachable() {}

    /** The number of objects behind one, plus the slots of arrays; other loops are left out. */
    public static long from(Object root) {
        Reachable reachable = new Reachable();
        reachable.visit(root);
        while (!reachable.open.isEmpty()) {
            Object next = reachable.open.pop();
            if (next == root || !(next instanceof LoopCore)) {
                reachable.expand(next);
            }
        }
        return reachable.seen.size() + reachable.slots;
    }

    private void visit(Object object) {
        if (object != null && seen.add(object)) {
            open.push(object);
        }
    }

    private void expand(Object object) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            slots += Array.getLength(object);
            if (object instanceof Object[] array) {
                for (Object element : array) {
                    visit(element);
                }
            }
        } else if (object instanceof Collection<?> collection) {
            collection.forEach(this::visit);
        } else {
            for (Class<?> c = type; c != null && c.getName().startsWith("io.lwt4j."); ) {
                for (Field field : c.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        visit(read(field, object));
                    }
                }
                c = c.getSuperclass();
            }
        }
    }

    private static Object read(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
