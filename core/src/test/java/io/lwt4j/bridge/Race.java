package io.lwt4j.bridge;

import java.util.ArrayList;
import java.util.List;

/** A form of race, and who ends it. */
record Race(Form form, Ending ending) {

    /** What comes first: the outcome of the member, that of its rival, or a cancellation. */
    enum Ending {
        ITSELF,
        RIVAL,
        CANCEL
    }

    static List<Race> all() {
        List<Race> all = new ArrayList<>();
        for (Form form : Form.values()) {
            for (Ending ending : Ending.values()) {
                all.add(new Race(form, ending));
            }
        }
        return all;
    }

    /** Whether the member is given up by its consumer. */
    boolean cancelsMember() {
        return ending == Ending.CANCEL || (ending == Ending.RIVAL && form.cancelsLosers());
    }

    @Override
    public String toString() {
        String how = form.name().toLowerCase(java.util.Locale.ROOT);
        if (form == Form.ALONE) {
            return how;
        }
        return switch (ending) {
            case ITSELF -> how + " as first";
            case RIVAL -> how + " as second";
            case CANCEL -> how + " cancelled";
        };
    }
}
