package io.lwt4j.direct;

/**
 * A stack of its own for a task's code: all that the {@linkplain Mechanism mechanisms} differ in.
 * What one of the two threads did before a switch is visible to the other after it.
 */
interface Fibre {

    /**
     * Lets the code begin or go on, and waits until it is suspended again or has ended; neither
     * interrupts nor anything else ends that earlier. The loop's thread only.
     */
    void resume();

    /**
     * Stops the code until it is resumed. The thread of the code only.
     *
     * @throws IllegalStateException if it cannot be stopped here; it has not been, then
     */
    void suspend();
}
