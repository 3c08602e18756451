package io.lwt4j.stream;

/** Where elements go one after the other, as long as it wants more. */
@FunctionalInterface
interface Sink {

    /** Takes an element, and says whether it wants another one. */
    boolean accept(Object element) throws Exception;
}
