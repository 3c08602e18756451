package io.lwt4j.stream;

/** Somebody who takes elements as they come, in place of a read that waits for each. */
interface Receiver {

    /** Takes an element; false if it has to be kept for later. */
    boolean receive(Object element);

    /** It is over with this: others read, too, or are about to. Has to wait as everybody does. */
    void disconnected();
}
