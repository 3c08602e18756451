package io.lwt4j.bridge;

/** The races a member can be in; alone is none. */
public enum Form {
    ALONE,
    PICK,
    CHOOSE,
    BOTH,
    JOIN,
    NPICK,
    NCHOOSE;

    /** Whether the first one there decides. */
    boolean firstWins() {
        return this != ALONE && !waitsForAll();
    }

    boolean waitsForAll() {
        return this == BOTH || this == JOIN;
    }

    /** Whether the others are cancelled then. */
    boolean cancelsLosers() {
        return this == PICK || this == NPICK;
    }

    boolean givesList() {
        return this == NPICK || this == NCHOOSE;
    }
}
