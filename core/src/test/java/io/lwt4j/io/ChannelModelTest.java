package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;

/** Random programs, of which a few lines of code foretell what every promise has to say. */
class ChannelModelTest {

    private static final int PROGRAMS = 2_000;

    @Test
    void readsSayWhatAQueueOfAttemptsSays() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + PROGRAMS; seed++) {
            Reading program = new Reading(seed);
            TestLoop.run(program::run);
        }
    }

    @Test
    void writesToASinkComeOutWholeInOrderAndOnce() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + PROGRAMS; seed++) {
            Writing program = new Writing(seed, false);
            TestLoop.run(program::run);
        }
    }

    @Test
    void writesToAPipeComeOutWholeInOrderAndOnce() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + PROGRAMS; seed++) {
            Writing program = new Writing(seed, true);
            TestLoop.run(program::run);
        }
    }

    private enum Kind {
        LINE,
        SOME,
        EXACTLY,
        SKIP,
        ALL,
        SECTION
    }

    /** A call on an input channel, and what the model knows of it. */
    private static final class Call {

        final Kind kind;
        final int size;
        Promise<?> promise;
        String expected = "pending";

        /* ---- Skips ---- */

        int skipped;

        /* ---- Sections ---- */

        final ArrayDeque<Call> queue = new ArrayDeque<>();
        InputChannel channel;
        Resolver<String> end;

        Call(Kind kind, int size) {
            this.kind = kind;
            this.size = size;
        }

        @Override
        public String toString() {
            return kind + "(" + size + ")";
        }
    }

    /** A program of reads. */
    private static final class Reading {

        private final long seed;
        private final Random random;
        private final MemorySource source;
        private InputChannel input;
        private final List<Call> calls = new ArrayList<>();
        private final StringBuilder log = new StringBuilder();

        /* ---- The model ---- */

        private final StringBuilder fed = new StringBuilder();
        private final ArrayDeque<Call> queue = new ArrayDeque<>();
        private int position;
        private Call section;
        private boolean ended;
        private boolean unseen;
        private int failedAt;
        private boolean closed;

        Reading(long seed) {
            this.seed = seed;
            random = new Random(seed);
            source = new MemorySource(random.nextBoolean());
        }

        Promise<?> run() {
            ChannelOptions options =
                    ChannelOptions.defaults().withBufferSize(16 + random.nextInt(100));
            input = InputChannel.of(source, options);
            int count = 20 + random.nextInt(60);
            for (int i = 0; i < count; i++) {
                step();
                check();
            }
            log.append(" end");
            ended = true;
            source.end();
            check();
            while (section != null) {
                endSection();
                check();
            }
            if (!closed && queue.isEmpty()) {
                assertThat(input.position()).as("seed %d:%s", seed, log).isEqualTo(position);
                assertThat(outcome(input.readAll()))
                        .as("seed %d:%s", seed, log)
                        .isEqualTo(unseen ? "failed" : fed.substring(position));
            }
            return Promise.unit();
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> feed();
                case 3, 4, 5, 6 -> call(input, null);
                case 7 -> {
                    if (section != null && section.channel != null) {
                        call(section.channel, section);
                    }
                }
                case 8 -> {
                    if (section != null) {
                        endSection();
                    }
                }
                case 9, 10 -> cancel();
                default -> {
                    if (random.nextInt(30) == 0) {
                        close();
                    } else if (random.nextInt(3) == 0 && source.hasReader()) {
                        fail();
                    }
                }
            }
        }

        private void feed() {
            byte[] chunk =
                    new byte[random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(9)];
            for (int i = 0; i < chunk.length; i++) {
                int dice = random.nextInt(12);
                chunk[i] = (byte) (dice == 0 ? '\n' : dice == 1 ? '\r' : 'a' + random.nextInt(26));
            }
            log.append(" feed ").append(chunk.length);
            fed.append(new String(chunk, StandardCharsets.US_ASCII));
            source.feed(chunk);
        }

        private void call(InputChannel channel, Call within) {
            Kind[] kinds = Kind.values();
            Kind kind = kinds[random.nextInt(kinds.length)];
            // A skip is a section of its own, which may outlast the one around it.
            boolean whole = kind == Kind.SECTION || kind == Kind.SKIP;
            if ((within != null && whole) || (kind == Kind.ALL && random.nextInt(5) > 0)) {
                kind = Kind.LINE;
            }
            Call call = new Call(
                    kind, random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(9));
            log.append(within == null ? " " : " inner ").append(call);
            calls.add(call);
            settle();
            if (closed) {
                call.expected = "closed";
            } else {
                (within == null ? queue : within.queue).add(call);
            }
            call.promise = switch (kind) {
                case LINE -> channel.readLine(call.size).map(line -> line.orElse("none"));
                case SOME ->
                    channel.read(call.size + 1)
                            .map(some -> new String(some, StandardCharsets.US_ASCII));
                case EXACTLY ->
                    channel.readFully(call.size)
                            .map(some -> new String(some, StandardCharsets.US_ASCII));
                case SKIP -> channel.skip(call.size).map(String::valueOf);
                case ALL -> channel.readAll();
                case SECTION ->
                    channel.atomic(inner -> {
                        call.channel = inner;
                        call.end = Resolver.cancellable();
                        return call.end.promise();
                    });
            };
            if (random.nextInt(4) == 0) {
                call.promise.onTermination(() -> {
                    if (calls.size() < 200) {
                        log.append(" {");
                        call(input, null);
                        log.append(" }");
                    }
                });
            }
        }

        private void endSection() {
            log.append(" endSection");
            Call over = section;
            if (over.end == null || !over.end.promise().isPending()) {
                return;
            }
            over.expected = "over";
            leave(over);
            over.end.resolve("over");
        }

        private void leave(Call over) {
            section = null;
            over.queue.forEach(left -> left.expected = "useless");
            over.queue.clear();
            settle();
        }

        private void cancel() {
            List<Call> waiting =
                    calls.stream().filter(call -> call.promise.isPending()).toList();
            if (waiting.isEmpty()) {
                return;
            }
            Call call = waiting.get(random.nextInt(waiting.size()));
            if (closed && call != section) {
                return;
            }
            log.append(" cancel ").append(call);
            settle();
            call.expected = "cancelled";
            queue.remove(call);
            if (section == call) {
                leave(call);
            } else if (section != null) {
                section.queue.remove(call);
            }
            settle();
            call.promise.cancel();
        }

        private void fail() {
            log.append(" fail");
            Call head = (section == null ? queue : section.queue).poll();
            if (head == null) {
                unseen = true;
                failedAt = fed.length();
            } else {
                head.expected = "failed";
                settle();
            }
            source.fail(new IllegalStateException("failed"));
        }

        private void close() {
            if (closed) {
                return;
            }
            log.append(" close");
            closed = true;
            queue.forEach(left -> left.expected = "closed");
            queue.clear();
            if (section != null) {
                section.queue.forEach(left -> left.expected = "closed");
                section.queue.clear();
            }
            input.close();
        }

        /** Serves in the model who can be served. */
        private void settle() {
            while (!closed) {
                ArrayDeque<Call> waiting = section == null ? queue : section.queue;
                Call head = waiting.peek();
                if (head == null || head.promise == null) {
                    return;
                }
                if (head.kind == Kind.SECTION) {
                    waiting.remove();
                    section = head;
                    continue;
                }
                String value = attempt(head);
                boolean served = head.kind == Kind.SOME && position < visible();
                if (value == null && unseen && !served) {
                    unseen = false;
                    value = "failed";
                }
                if (value == null) {
                    return;
                }
                head.expected = value;
                waiting.remove();
            }
        }

        /** How much may be read before the error that nobody has seen. */
        private int visible() {
            return unseen ? failedAt : fed.length();
        }

        /** Whether the end is what comes next from the source. */
        private boolean atEnd() {
            return ended && !unseen;
        }

        private String attempt(Call call) {
            int available = visible() - position;
            return switch (call.kind) {
                case LINE -> line(call.size);
                case SOME -> {
                    if (available == 0) {
                        yield atEnd() ? "" : null;
                    }
                    // How much of it has arrived in the buffer is the channel's affair.
                    String real = outcome(call.promise);
                    boolean possible = !real.isEmpty() && real.length() <= call.size + 1;
                    yield possible && fed.substring(position).startsWith(real)
                            ? take(real.length())
                            : null;
                }
                case EXACTLY ->
                    available >= call.size ? take(call.size) : atEnd() ? "too short" : null;
                case SKIP -> {
                    int some = Math.min(available, call.size - call.skipped);
                    take(some);
                    call.skipped += some;
                    yield call.skipped == call.size || atEnd() ? "" + call.skipped : null;
                }
                case ALL -> atEnd() ? take(available) : null;
                case SECTION -> null;
            };
        }

        private String line(int limit) {
            int end = fed.substring(0, visible()).indexOf("\n", position);
            int count = (end < 0 ? visible() : end) - position;
            boolean cr = count > 0 && fed.charAt(position + count - 1) == '\r';
            int length = cr && !(end < 0 && atEnd()) ? count - 1 : count;
            if (length > limit) {
                return "too long";
            }
            if (end < 0) {
                return !atEnd() ? null : count == 0 ? "none" : take(count);
            }
            String line = take(length);
            take(count - length + 1);
            return line;
        }

        private String take(int count) {
            position += count;
            return fed.substring(position - count, position);
        }

        private void check() {
            settle();
            for (Call call : calls) {
                assertThat(outcome(call.promise))
                        .as("seed %d: %s of%s", seed, call, log)
                        .isEqualTo(call.expected);
            }
            calls.removeIf(call -> !call.promise.isPending());
        }

        private static String outcome(Promise<?> promise) {
            if (promise.state() instanceof Promise.State.Fulfilled<?> fulfilled) {
                return (String) fulfilled.value();
            }
            if (!(promise.state() instanceof Promise.State.Rejected<?> rejected)) {
                return "pending";
            }
            Throwable cause = rejected.cause();
            if (cause instanceof CancellationException) {
                return "cancelled";
            } else if (cause instanceof ClosedChannelException) {
                return "closed";
            } else if (cause instanceof EOFException) {
                return "too short";
            } else if (cause instanceof IOException) {
                return "too long";
            }
            return "failed".equals(cause.getMessage()) ? "failed" : "useless";
        }
    }

    /** A program of writes, with a reader or a sink that takes them bit by bit. */
    private static final class Writing {

        private final long seed;
        private final Random random;
        private final boolean piped;
        private final int bufferSize;
        private final StringBuilder log = new StringBuilder();

        /** The text of each write, in the order in which they are to come out. */
        private final List<List<Write>> written = new ArrayList<>();

        private final List<List<String>> received = new ArrayList<>();
        private final List<Promise<?>> waiting = new ArrayList<>();
        private final List<Promise<?>> all = new ArrayList<>();
        private final List<Section> sections = new ArrayList<>();
        private MemorySink sink;
        private InputChannel input;
        private OutputChannel output;
        private int number;

        private static final class Section {
            final List<Write> place = new ArrayList<>();
            final Resolver<Void> end = Resolver.uncancellable();
            OutputChannel channel;
        }

        Writing(long seed, boolean piped) {
            this.seed = seed;
            this.random = new Random(seed);
            this.piped = piped;
            this.bufferSize = 16 + random.nextInt(100);
        }

        Promise<?> run() {
            ChannelOptions options = ChannelOptions.defaults().withBufferSize(bufferSize);
            if (piped) {
                Pipe pipe = Pipe.open(options);
                input = pipe.input();
                output = pipe.output();
            } else {
                sink = new MemorySink(random.nextBoolean(), 0);
                output = OutputChannel.of(sink, options);
            }
            return steps(20 + random.nextInt(60));
        }

        private Promise<?> steps(int left) {
            for (int i = left; i > 0; i--) {
                int after = i - 1;
                step();
                assertThat(output.buffered())
                        .as("seed %d:%s", seed, log)
                        .isLessThanOrEqualTo(bufferSize);
                if (random.nextInt(6) == 0) {
                    log.append(" pause");
                    return EventLoop.pause().flatMap(over -> steps(after));
                }
            }
            return finish();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> write(output, place());
                case 3 -> beginSection();
                case 4 -> {
                    if (!sections.isEmpty() && sections.get(0).channel != null) {
                        write(sections.get(0).channel, sections.get(0).place);
                    }
                }
                case 5 -> {
                    if (!sections.isEmpty() && sections.get(0).channel != null) {
                        endSection();
                    }
                }
                case 6 -> flush();
                case 7, 8 -> receive();
                default -> {
                    if (!waiting.isEmpty()) {
                        log.append(" cancel");
                        waiting.remove(random.nextInt(waiting.size())).cancel();
                    }
                }
            }
        }

        private List<Write> place() {
            List<Write> place = new ArrayList<>();
            written.add(place);
            return place;
        }

        private void write(OutputChannel channel, List<Write> place) {
            String text = number++ + "-".repeat(random.nextInt(bufferSize - 4)) + " ";
            if (text.length() > bufferSize) {
                return;
            }
            log.append(" write ").append(text.length());
            Promise<Void> write = channel.write(text);
            place.add(new Write(write, text));
            waiting.add(write);
            all.add(write);
            meddle(write);
        }

        private void beginSection() {
            log.append(" section");
            Section section = new Section();
            written.add(section.place);
            sections.add(section);
            all.add(output.atomic(inner -> {
                section.channel = inner;
                return section.end.promise();
            }));
        }

        private void endSection() {
            log.append(" endSection");
            sections.remove(0).end.resolve(null);
        }

        private void flush() {
            log.append(" flush");
            boolean outside = sections.isEmpty();
            int before = written.size();
            Promise<Void> flush = output.flush();
            waiting.add(flush);
            all.add(flush);
            meddle(flush);
            if (outside && !piped) {
                flush.onSuccess(done ->
                        assertThat(sink.text()).startsWith(text(written.subList(0, before))));
            }
        }

        private void receive() {
            int count = 1 + random.nextInt(2 * bufferSize);
            log.append(" receive ").append(count);
            if (piped) {
                List<String> place = new ArrayList<>();
                received.add(place);
                Promise<String> read = random.nextBoolean()
                        ? input.read(count).map(some -> new String(some, StandardCharsets.US_ASCII))
                        : input.readFully(count)
                                .map(some -> new String(some, StandardCharsets.US_ASCII));
                Promise<?> kept = read.map(some -> {
                    place.add(some);
                    return true;
                });
                waiting.add(kept);
                all.add(kept);
                meddle(kept);
            } else {
                sink.allow(count);
            }
        }

        /** Lets a callback do something as well. */
        private void meddle(Promise<?> promise) {
            if (random.nextInt(3) == 0) {
                promise.onTermination(() -> {
                    if (number < 300) {
                        log.append(" {");
                        switch (random.nextInt(4)) {
                            case 0 -> flush();
                            case 1 -> receive();
                            default -> write(output, place());
                        }
                        log.append(" }");
                    }
                });
            }
        }

        private Promise<?> finish() {
            number = 1000;
            while (!sections.isEmpty()) {
                if (sections.get(0).channel == null) {
                    drain();
                }
                endSection();
            }
            Promise<Void> close = output.close();
            drain();
            return (piped ? input.readAll() : Promise.of(""))
                    .flatMap(rest -> close.map(done -> {
                        String text = piped
                                ? received.stream().flatMap(List::stream).reduce("", String::concat)
                                        + rest
                                : sink.text();
                        assertThat(text).as("seed %d:%s", seed, log).isEqualTo(text(written));
                        assertThat(all)
                                .as("seed %d:%s", seed, log)
                                .noneMatch(each -> each.state() instanceof Promise.State.Pending);
                        return true;
                    }));
        }

        private void drain() {
            if (piped) {
                List<String> place = new ArrayList<>();
                received.add(place);
                input.read(100_000)
                        .map(some -> place.add(new String(some, StandardCharsets.US_ASCII)));
            } else {
                sink.allow(1 << 20);
            }
        }

        private static String text(List<List<Write>> places) {
            return places.stream()
                    .flatMap(List::stream)
                    .filter(write -> write.promise.isFulfilled())
                    .map(Write::text)
                    .reduce("", String::concat);
        }

        private record Write(Promise<Void> promise, String text) {}
    }
}
