package io.lwt4j.bridge;

import io.lwt4j.CheckedRunnable;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** One conversion under one condition in one race. */
final class Cell {

    static final String VALUE = "v";
    static final String SECOND = "second v";
    static final String RIVAL = "rival's v";
    final RuntimeException error = new CellError("error");
    final RuntimeException rivalsError = new CellError("rival's error");
    final RuntimeException thrown = new CellError("thrown");

    final Conversion<?, ?> conversion;
    final Condition condition;
    final Race race;

    /** Set while the cell runs. */
    World world;

    Source<?> member;
    Source<?> rival;
    Observer observer;
    Observer second;
    List<Signal> atOnce;

    private final List<String> failures = new ArrayList<>();
    private Object subject;
    private Kind<?> observed;
    private WeakReference<Observer> trace;

    /** An error that knows where it comes from: some are reported when the cell is long over. */
    private final class CellError extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CellError(String message) {
            super(message);
        }

        Cell cell() {
            return Cell.this;
        }
    }

    /** Whether an error says itself which cell it is of. */
    static boolean isOfSomeCell(Throwable error) {
        return error instanceof CellError;
    }

    /** Whether an error may have to do with this cell. */
    boolean mayOwn(Object signal) {
        return !(signal instanceof CellError other) || other.cell() == this;
    }

    Cell(Conversion<?, ?> conversion, Condition condition, Race race) {
        this.conversion = conversion;
        this.condition = condition;
        this.race = race;
    }

    /** Runs the script and compares what came of it with what the laws say. */
    List<String> run() {
        try (World here = new World(this::mayOwn)) {
            world = here;
            prepare(conversion);
            condition.run(this);
            compare(Expectation.of(this));
        } catch (Throwable t) {
            failures.add("the test was hit by " + t);
        }
        trace = new WeakReference<>(observer);
        // The source stays, as one that lives long; whoever has listened to it must not.
        observer = null;
        second = null;
        subject = null;
        return failures;
    }

    private <A, B> void prepare(Conversion<A, B> way) throws Exception {
        observed = race.form() == Form.ALONE ? way.to : way.to.raced(race.form());
        onLoop(() -> {
            Source<A> first = way.from.source(world);
            condition.prepare(this, first);
            member = first;
            B result = way.convert(first);
            if (race.form() == Form.ALONE) {
                subject = result;
            } else {
                Source<A> other = way.from.source(world);
                rival = other;
                subject = way.to.race(race.form(), List.of(result, way.convert(other)));
            }
        });
        observer = observed.observeRaced(world, subject);
    }

    /* ---- What scripts do ---- */

    void onLoop(CheckedRunnable step) throws Exception {
        world.onLoop(step);
    }

    void start() throws Exception {
        onLoop(observer::start);
    }

    void startSecond() throws Exception {
        second = observed.observeRaced(world, subject);
        onLoop(second::start);
    }

    void value() throws Exception {
        onLoop(() -> member.value(VALUE));
    }

    /** Ends it for the member: its rival is faster, or somebody gives up. */
    void end() {
        if (race.ending() != Race.Ending.RIVAL) {
            observer.cancel();
        } else if (race.form().waitsForAll()) {
            rival.error(rivalsError);
        } else {
            rival.value(RIVAL);
        }
    }

    /** Giving up again what has been given up changes nothing. */
    void cancelAgain() throws Exception {
        if (race.cancelsMember()) {
            onLoop(observer::cancel);
        }
    }

    /** A race that waits for all is over when the rival is there, too. */
    void rivalFollows() throws Exception {
        if (race.form().waitsForAll()) {
            onLoop(() -> rival.value(RIVAL));
        }
    }

    /* ---- What the laws say ---- */

    private void compare(Expectation law) {
        checkCancels("upstream cancels", law.cancels(), member);
        if (rival != null) {
            checkCancels("cancels of the rival", law.rivalCancels(), rival);
        }
        boolean twice = condition == Condition.SECOND_ON_SUBSCRIBE;
        check("cancels of the second subscription", twice ? 1 : 0, member.cancelsOfSecond());
        if (law.heard() != null) {
            checkHeard("heard", law.heard(), observer.heard);
        }
        if (second != null) {
            checkHeard("heard by the second", law.heardBySecond(), second.heard);
        }
        if (atOnce != null && !race.form().waitsForAll()) {
            checkHeard("heard at once", law.heard(), atOnce);
        }
        checkDrops(law.drops());
        if (!mayHearElsewhere()) {
            check("heard away from the loop", List.of(), observer.elsewhere);
        }
        if (conversion.is(Conversion.Trait.CONTEXT) && condition == Condition.VALUE) {
            check("context", World.MARK, world.contextSeen);
        }
    }

    private boolean mayHearElsewhere() {
        return condition == Condition.CLOSED_LOOP
                || conversion.is(Conversion.Trait.NO_LOOP)
                || (condition == Condition.FOREIGN_CANCEL && observed.is(Kind.Fact.FUTURE));
    }

    /** What was never subscribed to cannot be cancelled. */
    private void checkCancels(String what, int expected, Source<?> source) {
        if (expected != Expectation.ONE_AT_MOST || source.cancels() > 1) {
            check(what, source.isSubscribed() ? expected : 0, source.cancels());
        }
    }

    private void check(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            failures.add(what + ": " + actual + " instead of " + expected);
        }
    }

    private void checkHeard(String what, List<Signal> expected, List<Signal> heard) {
        if (!Signal.match(expected, heard)) {
            failures.add(what + ": " + heard + " instead of " + expected);
        }
    }

    private void checkDrops(List<Drop> expected) {
        List<Drop> rest = new ArrayList<>(world.drops);
        for (Drop drop : expected) {
            boolean found = false;
            for (Drop seen : rest) {
                if (drop.allows(seen)) {
                    found = rest.remove(seen);
                    break;
                }
            }
            if (!found && drop.sink() != Drop.Sink.HANDLER_LATER) {
                failures.add("lost: " + drop);
            }
        }
        if (!rest.isEmpty()) {
            failures.add("unexpected: " + rest);
        }
    }

    /** Whether the observer may be garbage by now. */
    boolean isOver() {
        boolean pending = race.form().waitsForAll() && race.ending() == Race.Ending.RIVAL;
        return !pending
                && condition != Condition.CLOSED_LOOP
                && !isPassedOn()
                && !observed.is(Kind.Fact.LISTENERS);
    }

    /** Peers hand on what they get; who listens is kept by a source that keeps its listeners. */
    private boolean isPassedOn() {
        return conversion.is(Conversion.Trait.NO_LOOP)
                && conversion.from.is(Kind.Fact.SUBSCRIPTION);
    }

    boolean isRetained() {
        return trace.get() != null;
    }

    @Override
    public String toString() {
        return conversion + ", " + condition + ", " + race;
    }
}
