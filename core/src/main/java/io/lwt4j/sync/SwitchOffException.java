package io.lwt4j.sync;

/**
 * A {@link Switch} is off that was to be on, or a {@link Scope} closed that was to be open:
 * {@code Lwt_switch.Off}.
 */
public final class SwitchOffException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    SwitchOffException(String message) {
        super(message);
    }
}
