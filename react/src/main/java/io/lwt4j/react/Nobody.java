package io.lwt4j.react;

/** Stands where a node has been taken away. */
final class Nobody extends Node {

    static final Node INSTANCE = new Nobody();

    private Nobody() {
        super(null, SOURCE);
    }

    @Override
    boolean update() {
        return false;
    }

    @Override
    boolean fail(Throwable cause) {
        return false;
    }
}
