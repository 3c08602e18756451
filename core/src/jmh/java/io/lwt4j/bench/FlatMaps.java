package io.lwt4j.bench;

import org.openjdk.jmh.annotations.Param;

/** Workloads of {@code flatMap}: their call sites see one class of callbacks, or many. */
public abstract class FlatMaps extends Workload {

    static final int LENGTH = 100;

    /** Whether the call sites see one class of callbacks, or many. */
    @Param({"mono", "mega"})
    public String sites;

    Steps steps;

    @Override
    protected void prepare() {
        steps = new Steps(sites.equals("mega"));
    }

    /** Which callback comes at a place in the chain. */
    static int at(int place) {
        return place & (Copies.COUNT - 1);
    }
}
