package io.lwt4j.bridge;

import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.bridge.Kind.Fact;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

/**
 * What must come of a cell: the laws of the bridge, in one place. It looks at the facts about a
 * conversion, a condition and a race, and never at a name.
 *
 * @param cancels how often the source of the member is cancelled
 * @param rivalCancels how often that of its rival
 * @param heard what the observer hears; null if that does not matter
 * @param heardBySecond what a second observer hears, if there is one
 * @param drops what comes too late, and where it goes
 */
record Expectation(
        int cancels,
        int rivalCancels,
        List<Signal> heard,
        List<Signal> heardBySecond,
        List<Drop> drops) {

    /** For {@link #cancels} and {@link #rivalCancels}: where the laws leave the choice. */
    static final int ONE_AT_MOST = -1;

    static Expectation of(Cell cell) {
        return new Rules(cell).apply();
    }

    private static final class Rules {

        private final Cell cell;
        private final Conversion<?, ?> way;
        private final Condition condition;
        private final Form form;
        private final Race.Ending ending;
        private final boolean memberCancelled;

        Rules(Cell cell) {
            this.cell = cell;
            way = cell.conversion;
            condition = cell.condition;
            form = cell.race.form();
            ending = cell.race.ending();
            memberCancelled = cell.race.cancelsMember();
        }

        Expectation apply() {
            return new Expectation(cancels(), rivalCancels(), heard(), heardBySecond(), drops());
        }

        /* ---- L2: every subscription is cancelled once, or, after its end, never ---- */

        private int cancels() {
            return switch (condition) {
                case CLOSED_LOOP -> endsWithLoop();
                // A single value is the end, in so far; a first one is all that is wanted.
                case CANCEL_AFTER_VALUE ->
                    way.from.is(Fact.MANY) && (way.is(Trait.FIRST) || cancelsBehind() > 0) ? 1 : 0;
                case SECOND_VALUE -> way.is(Trait.FIRST) || way.is(Trait.SINGLE) ? 1 : 0;
                case EMPTY, ERROR -> 0;
                // Who has given its only value is not disturbed on its way to the end.
                case CANCEL_BEFORE_END -> 0;
                // Who throws has given up; but a read that is over is no subscription.
                case THROWING_CALLBACK ->
                    way.is(Trait.FIRST) || (givesManyToMany() && throwerGivesUp()) ? 1 : 0;
                case ONE_OF_TWO_CANCELS -> way.is(Trait.REFCOUNT) ? 0 : cancelsBehind();
                default ->
                    ending == Race.Ending.ITSELF
                            ? (way.is(Trait.FIRST) ? 1 : 0)
                            : memberCancelled ? cancelsBehind() : endsByLateValue();
            };
        }

        /**
         * What was opened is closed with the loop; a promise dies with it in one way or another.
         */
        private int endsWithLoop() {
            return way.from.is(Fact.SUBSCRIPTION) || way.from.is(Fact.READ_BY_READ)
                    ? 1
                    : ONE_AT_MOST;
        }

        /** What a cancellation of the result does to what is behind it. */
        private int cancelsBehind() {
            return way.is(Trait.DETACH) || isRead() ? 0 : 1;
        }

        /** A member that was not cancelled may still get its first element. */
        private int endsByLateValue() {
            return way.is(Trait.FIRST) && condition == Condition.LATE_VALUE ? 1 : 0;
        }

        /** Whether a member is only one read of a stream, which goes on without it. */
        private boolean isRead() {
            return form != Form.ALONE && way.to.is(Fact.READ_BY_READ);
        }

        private boolean throwerGivesUp() {
            return !way.is(Trait.DETACH)
                    && !way.to.is(Fact.READ_BY_READ)
                    && !way.to.is(Fact.LISTENERS);
        }

        /** Whether a value is no outcome yet, because there may come more. */
        private boolean waitsForEnd() {
            return way.manyToOne() && !way.is(Trait.FIRST);
        }

        private boolean givesManyToMany() {
            return way.from.is(Fact.MANY) && way.to.is(Fact.MANY);
        }

        private int rivalCancels() {
            int own = way.is(Trait.FIRST) ? 1 : 0;
            int times = condition == Condition.SECOND_SUBSCRIBER && way.is(Trait.DEFERRED) ? 2 : 1;
            if (condition == Condition.CLOSED_LOOP) {
                return endsWithLoop();
            } else if (condition == Condition.SUBSCRIBE_ON_LOOP && observed().is(Fact.LAZY)) {
                // The first one was there at once; only who wants all asks the second one.
                return form.waitsForAll() ? own : form == Form.NPICK ? cancelsBehind() : 0;
            } else if (condition == Condition.CANCEL_AFTER_VALUE) {
                return waitsForEnd() || form.waitsForAll() || form.cancelsLosers()
                        ? cancelsBehind()
                        : 0;
            }
            return switch (ending) {
                case ITSELF ->
                    form.waitsForAll() ? own : form.cancelsLosers() ? times * cancelsBehind() : 0;
                case RIVAL -> form.waitsForAll() ? 0 : own;
                case CANCEL -> cancelsBehind();
            };
        }

        /* ---- L3, L6, L8: what is heard ---- */

        private Kind<?> observed() {
            return form == Form.ALONE ? way.to : way.to.raced(form);
        }

        private List<Signal> heard() {
            List<Signal> before = way.from.before();
            List<Signal> rest = condition == Condition.THROWING_CALLBACK && !before.isEmpty()
                    ? List.of() // the first one was thrown at already
                    : heardThen();
            boolean asked =
                    condition != Condition.REQUEST_ZERO && condition != Condition.REQUEST_NEGATIVE;
            return rest == null || !asked ? rest : concat(before, rest);
        }

        private List<Signal> heardThen() {
            Kind<?> observed = observed();
            return switch (condition) {
                case CLOSED_LOOP ->
                    observed.is(Fact.LOOP_ONLY)
                            ? null // nobody can listen there any more
                            : List.of(Signal.error(RejectedExecutionException.class));
                case REQUEST_ZERO, REQUEST_NEGATIVE ->
                    List.of(Signal.error(IllegalArgumentException.class));
                case CANCEL_AFTER_VALUE -> heardBeforeCancel(observed);
                case THROWING_CALLBACK ->
                    observed.is(Fact.LISTENERS)
                            ? outcome(observed)
                            : outcome(observed).subList(0, 1);
                default ->
                    switch (ending) {
                        case ITSELF -> outcome(observed);
                        case CANCEL -> observed.cancelled();
                        case RIVAL -> ofRival(observed);
                    };
            };
        }

        private List<Signal> heardBeforeCancel(Kind<?> observed) {
            if (form.waitsForAll() || waitsForEnd()) {
                return observed.cancelled();
            }
            return way.from.is(Fact.MANY) && observed.is(Fact.MANY)
                    ? concat(observed.value(Cell.VALUE).subList(0, 1), observed.cancelled())
                    : outcome(observed);
        }

        private List<Signal> heardBySecond() {
            Kind<?> observed = observed();
            if (way.is(Trait.UNICAST)) {
                return List.of(Signal.error(IllegalStateException.class));
            } else if (observed.is(Fact.READ_BY_READ)) {
                // The first reader has had the value.
                return observed.empty();
            }
            boolean cancelledToo = condition == Condition.ONE_OF_TWO_CANCELS
                    && !way.is(Trait.DETACH)
                    && !way.is(Trait.REFCOUNT)
                    && !way.is(Trait.DEFERRED);
            return concat(
                    way.from.before(),
                    cancelledToo
                            ? List.of(
                                    Signal.error(java.util.concurrent.CancellationException.class))
                            : outcome(observed));
        }

        /** What is heard when the member comes first. */
        private List<Signal> outcome(Kind<?> observed) {
            if (condition == Condition.ERROR) {
                return List.of(Signal.error(cell.error));
            } else if (condition == Condition.SECOND_VALUE && way.is(Trait.SINGLE)) {
                return List.of(Signal.error(IndexOutOfBoundsException.class));
            }
            boolean empty = condition == Condition.EMPTY || way.from.is(Fact.NEVER_A_VALUE);
            if (empty && (way.is(Trait.REQUIRED) || isRead() || !way.to.is(Fact.MAYBE_EMPTY))) {
                return List.of(Signal.error(NoSuchElementException.class));
            }
            return spell(observed, result(empty), result(false, Cell.RIVAL));
        }

        private List<Signal> ofRival(Kind<?> observed) {
            if (!form.waitsForAll()) {
                return spell(observed, result(false, Cell.RIVAL), null);
            }
            boolean over = switch (condition) {
                case LATE_VALUE, LATE_END, LATE_ERROR, FOREIGN_LATE_ERROR, LATE_CANCELLATION ->
                    true;
                default -> false;
            };
            return over ? List.of(Signal.error(cell.rivalsError)) : List.of();
        }

        /** The result of the whole, of that of the member and that of its rival. */
        private List<Signal> spell(Kind<?> observed, Object value, Object rivals) {
            if (form == Form.JOIN || observed.is(Fact.NEVER_A_VALUE)) {
                return observed.empty();
            } else if (form == Form.BOTH) {
                return observed.value(way.to.pair(value, rivals));
            } else if (form.givesList()) {
                return observed.value(way.to.listOf(value));
            }
            return value == null ? observed.empty() : observed.value(value);
        }

        private Object result(boolean empty) {
            return switch (condition) {
                case SECOND_VALUE ->
                    way.is(Trait.LIST)
                            ? List.of(Cell.VALUE, Cell.SECOND)
                            : result(false, way.is(Trait.LAST) ? Cell.SECOND : Cell.VALUE);
                default -> result(empty, Cell.VALUE);
            };
        }

        /** What the conversion makes of one value, or of none. */
        private Object result(boolean empty, Object value) {
            if (way.is(Trait.ELSEWHERE)) {
                return null;
            } else if (way.is(Trait.LIST)) {
                return empty ? List.of() : List.of(value);
            } else if (way.is(Trait.OPTIONAL)) {
                return empty ? Optional.empty() : Optional.of(value);
            }
            return empty || way.from.is(Fact.NEVER_A_VALUE) ? null : value;
        }

        private static <E> List<E> concat(List<E> first, List<E> rest) {
            return Stream.concat(first.stream(), rest.stream()).toList();
        }

        /* ---- L4, L5: nothing vanishes ---- */

        private List<Drop> drops() {
            return switch (condition) {
                case ONE_OF_TWO_CANCELS ->
                    !way.is(Trait.DETACH) && !way.is(Trait.REFCOUNT)
                            ? drop(way.from.lateValues, Cell.VALUE)
                            : List.of();
                case SECOND_VALUE -> unwanted();
                case CANCEL_AFTER_VALUE ->
                    waitsForEnd() && !way.is(Trait.ELSEWHERE)
                            ? drop(way.from.lateValues, Cell.VALUE)
                            : List.of();
                case LATE_VALUE, CANCEL_BEFORE_END ->
                    memberCancelled && !isRead() && !way.is(Trait.DETACH)
                            ? drop(way.from.lateValues, Cell.VALUE)
                            : List.of();
                case LATE_ERROR, FOREIGN_LATE_ERROR ->
                    memberCancelled && !isRead() && !way.is(Trait.DETACH)
                            ? drop(way.from.lateErrors, cell.error)
                            : drop(Drop.Sink.HANDLER_LATER, cell.error);
                case CLOSED_LOOP ->
                    way.from.outlivesLoop() ? drop(way.from.lateErrors, cell.error) : List.of();
                case THROWING_CANCEL ->
                    cancels() > 0 ? drop(Drop.Sink.HANDLER_OR_DROPPED, cell.thrown) : List.of();
                case THROWING_CALLBACK -> drop(Drop.Sink.HANDLER_OR_DROPPED, cell.thrown);
                default -> List.of();
            };
        }

        /** Those of two elements that are not part of the result. */
        private List<Drop> unwanted() {
            List<Drop> first = drop(way.from.lateValues, Cell.VALUE);
            List<Drop> second = drop(way.from.lateValues, Cell.SECOND);
            if (way.is(Trait.LIST) || way.is(Trait.ELSEWHERE)) {
                return List.of();
            } else if (way.is(Trait.FIRST)) {
                return second;
            } else if (way.is(Trait.LAST)) {
                return first;
            }
            return concat(first, second);
        }

        private static List<Drop> drop(Drop.Sink sink, Object signal) {
            return sink == Drop.Sink.NONE ? List.of() : List.of(new Drop(sink, signal));
        }
    }
}
