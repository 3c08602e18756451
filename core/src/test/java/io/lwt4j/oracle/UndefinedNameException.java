package io.lwt4j.oracle;

/** A statement names something that is not defined at that moment. Programs may do that. */
final class UndefinedNameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UndefinedNameException(String name) {
        super(name, null, false, false);
    }

    String traceLine() {
        return "undef " + getMessage();
    }
}
