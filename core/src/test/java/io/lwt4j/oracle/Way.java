package io.lwt4j.oracle;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * A way to run programs: what to take for the operations in which this library deviates.
 *
 * @param applied the deviations that hold; where others would, what is taken does as the original
 * @param streams makes what streams are made by, for one run; what it is given is told when the
 *     original does what {@link Deviation#D5} does away with
 */
record Way(Set<Deviation> applied, Function<Runnable, OracleStream.Factory> streams) {

    /** By this library's own operations. */
    static final Way LIBRARY =
            new Way(EnumSet.allOf(Deviation.class), unused -> LibraryStream.FACTORY);

    /** As the original does it, but for these deviations. {@link Deviation#D5} is never applied. */
    static Way original(Set<Deviation> applied) {
        return new Way(applied, shared -> OriginalStream.factory(applied, shared));
    }

    /** Whether an operation has to do as the original's does. */
    boolean undo(Deviation deviation) {
        return !applied.contains(deviation);
    }

    Finalize finalization() {
        return undo(Deviation.D4) ? Finalize.AS_DEFINED : Finalize.EVENTUALLY;
    }
}
