package io.lwt4j.bridge;

import static io.lwt4j.bridge.Race.Ending.CANCEL;
import static io.lwt4j.bridge.Race.Ending.ITSELF;
import static io.lwt4j.bridge.Race.Ending.RIVAL;

import io.lwt4j.CanceledException;

import java.util.List;
import java.util.Locale;

/** What happens to a member: a short script each, the same for all conversions and races. */
enum Condition {
    VALUE(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.value();
            cell.rivalFollows();
        }
    },
    EMPTY(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell.member::complete);
            cell.rivalFollows();
        }
    },
    ERROR(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(() -> cell.member.error(cell.error));
            cell.rivalFollows();
        }
    },
    SECOND_VALUE(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(() -> cell.member.next(Cell.VALUE));
            cell.onLoop(() -> cell.member.value(Cell.SECOND));
            cell.rivalFollows();
        }
    },
    CANCEL_BEFORE_SUBSCRIBE(RIVAL, CANCEL) {
        @Override
        void prepare(Cell cell, Source<?> source) {
            source.withhold();
        }

        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.onLoop(cell.member::subscribe);
        }
    },
    CANCEL_BEFORE_VALUE(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.cancelAgain();
        }
    },
    CANCEL_AFTER_VALUE(CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(() -> cell.member.next(Cell.VALUE));
            if (!cell.conversion.from.is(Kind.Fact.MANY)) {
                cell.onLoop(cell.member::complete);
            }
            cell.onLoop(cell::end);
        }
    },
    CANCEL_BEFORE_END(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(() -> cell.member.next(Cell.VALUE));
            cell.onLoop(cell::end);
        }
    },
    LATE_VALUE(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.value();
        }
    },
    LATE_END(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.onLoop(cell.member::complete);
        }
    },
    LATE_ERROR(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.onLoop(() -> cell.member.error(cell.error));
        }
    },
    LATE_CANCELLATION(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.onLoop(() -> cell.member.error(CanceledException.instance()));
        }
    },
    FOREIGN_LATE_ERROR(RIVAL, CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
            cell.world.elsewhere(() -> cell.member.error(cell.error));
        }
    },
    THROWING_CANCEL(RIVAL, CANCEL) {
        @Override
        void prepare(Cell cell, Source<?> source) {
            source.throwOnCancel(cell.thrown);
        }

        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell::end);
        }
    },
    THROWING_CALLBACK(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.observer.throwOnValue(cell.thrown);
            cell.start();
            cell.value();
            cell.rivalFollows();
        }
    },
    SECOND_SUBSCRIBER(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.startSecond();
            cell.value();
            cell.rivalFollows();
        }
    },
    ONE_OF_TWO_CANCELS(CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.startSecond();
            cell.onLoop(cell::end);
            cell.value();
        }
    },
    SECOND_ON_SUBSCRIBE(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.onLoop(cell.member::subscribeAgain);
            cell.value();
            cell.rivalFollows();
        }
    },
    REQUEST_ZERO(CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.observer.askForNothing();
            cell.start();
            cell.onLoop(() -> cell.observer.request(0));
        }
    },
    REQUEST_NEGATIVE(CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.observer.askForNothing();
            cell.start();
            cell.onLoop(() -> cell.observer.request(-1));
        }
    },
    FOREIGN_SIGNAL(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.world.elsewhere(() -> cell.member.value(Cell.VALUE));
            cell.rivalFollows();
        }
    },
    FOREIGN_SUBSCRIBE(ITSELF) {
        @Override
        void run(Cell cell) throws Exception {
            cell.world.elsewhere(cell.observer::start);
            cell.value();
            cell.rivalFollows();
        }
    },
    FOREIGN_CANCEL(CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.world.elsewhere(cell::end);
        }
    },
    SUBSCRIBE_ON_LOOP(ITSELF) {
        @Override
        void prepare(Cell cell, Source<?> source) {
            source.ready(Cell.VALUE);
        }

        @Override
        void run(Cell cell) throws Exception {
            cell.onLoop(() -> {
                cell.observer.start();
                cell.atOnce = List.copyOf(cell.observer.heard);
            });
            cell.rivalFollows();
        }
    },
    CLOSED_LOOP(CANCEL) {
        @Override
        void run(Cell cell) throws Exception {
            cell.start();
            cell.world.loop.close();
            if (cell.conversion.from.outlivesLoop()) {
                cell.member.error(cell.error);
            }
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // this list is
    private final List<Race.Ending> endings;

    Condition(Race.Ending... endings) {
        this.endings = List.of(endings);
    }

    abstract void run(Cell cell) throws Exception;

    /** What has to be known of the source before it is converted. */
    void prepare(Cell cell, Source<?> source) {}

    boolean endsBy(Race.Ending ending) {
        return endings.contains(ending);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
