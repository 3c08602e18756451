package io.lwt4j;

/** A member of a waiter list that is not itself a promise. */
abstract class Entry extends Cell {

    /** The waiter that was attached before this one, {@link #NONE} at the end of the list. */
    Cell next = NONE;
}
