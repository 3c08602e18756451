package io.lwt4j.bridge;

import io.lwt4j.CheckedConsumer;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;

/** What one conversion does, whatever it is: seven questions without a right answer. */
public final class Probe {

    /**
     * The answers.
     *
     * @param name the conversion
     * @param lazy whether nothing happens before somebody subscribes
     * @param value what is heard of a value
     * @param sameError whether an error stays the same object
     * @param cancels how often the source is cancelled if the consumer cancels twice
     * @param lateError where an error goes that comes after that
     * @param context what becomes of the context on the way there and back
     * @param empty what is heard if there is no value
     */
    public record Answers(
            String name,
            boolean lazy,
            String value,
            boolean sameError,
            int cancels,
            String lateError,
            String context,
            String empty) {

        /** The answers as a line of a table. */
        public String line() {
            return "| "
                    + String.join(
                            " | ",
                            List.of(
                                    name,
                                    lazy ? "yes" : "no",
                                    value,
                                    sameError ? "same" : "another",
                                    cancels == 0 ? "**0**" : String.valueOf(cancels),
                                    lateError,
                                    context,
                                    empty))
                    + " |";
        }
    }

    public static final String LOST = "lost";
    public static final String KEPT = "kept";
    public static final String DOWNSTREAM = "disposed consumer";
    public static final String NOT_ASKED = "-";
    public static final List<String> HEAD = List.of(
            "| conversion | lazy | value | error | cancels | late error | context | empty |",
            "| --- | --- | --- | --- | ---: | --- | --- | --- |");

    private final Conversion<?, ?> conversion;

    private World world;
    private Source<?> source;
    private Observer observer;
    private boolean lazy;

    private Probe(Conversion<?, ?> conversion) {
        this.conversion = conversion;
    }

    /** Puts the questions to a conversion; the hooks of the libraries must be set. */
    public static Answers ask(Conversion<?, ?> conversion) throws Exception {
        return new Probe(conversion).ask();
    }

    private Answers ask() throws Exception {
        RuntimeException error = new RuntimeException("error");
        RuntimeException late = new RuntimeException("late");
        List<Signal> value = hear(s -> s.value(Cell.VALUE));
        boolean wasLazy = lazy;
        Object context = world.contextSeen;
        List<Signal> failed = hear(s -> s.error(error));
        List<Signal> empty =
                conversion.from.is(Kind.Fact.MAYBE_EMPTY) ? hear(Source::complete) : null;
        hear(s -> {
            observer.cancel();
            observer.cancel();
        });
        List<Signal> cancelled = List.copyOf(observer.heard);
        int cancels = source.cancels();
        world.onLoop(() -> source.error(late));
        return new Answers(
                conversion.toString(),
                wasLazy,
                text(value),
                Signal.match(List.of(Signal.error(error)), failed),
                cancels,
                late(late, cancelled),
                !conversion.is(Conversion.Trait.CONTEXT)
                        ? NOT_ASKED
                        : World.MARK.equals(context) ? KEPT : LOST,
                empty == null ? NOT_ASKED : text(empty));
    }

    private List<Signal> hear(CheckedConsumer<Source<?>> step) throws Exception {
        begin(conversion);
        world.onLoop(() -> step.accept(source));
        return observer.heard;
    }

    private <A, B> void begin(Conversion<A, B> way) throws Exception {
        if (world != null) {
            world.close();
        }
        world = new World(signal -> true);
        world.onLoop(() -> {
            Source<A> made = way.from.source(world);
            source = made;
            B result = way.convert(made);
            lazy = !made.isWatched();
            observer = way.to.user(world, result);
            observer.start();
        });
    }

    private String late(Throwable error, List<Signal> before) {
        if (conversion.from == CoreKinds.STAGE && source.cancels() > 0) {
            // A real one has no more to say.
            return NOT_ASKED;
        } else if (observer.heard.size() > before.size()) {
            return DOWNSTREAM;
        }
        return world.drops.stream()
                .filter(drop -> drop.signal() == error)
                .map(Drop::hook)
                .findFirst()
                .orElse(LOST);
    }

    private static String text(List<Signal> signals) {
        return signals.stream()
                .map(signal -> switch (signal.type()) {
                    case VALUE -> "value";
                    case END -> "end";
                    case ERROR ->
                        signal.payload() instanceof CancellationException
                                ? "cancelled"
                                : signal.payload().getClass().getSimpleName();
                })
                .collect(Collectors.joining(", "));
    }
}
