package io.lwt4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;

import org.junit.jupiter.api.RepeatedTest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/**
 * Random uses of streams, compared step by step with simple models of what a stream is. The seed is
 * in the message of every failure, and the system property {@code lwt4j.stress.seed} sets it.
 */
class PullStreamStressTest {

    private static final int STEPS = 2_000;

    private final long seed = Long.getLong("lwt4j.stress.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Exception error = new Exception("error");

    private void run(CheckedConsumer<VirtualLoop> test) throws Exception {
        try {
            VirtualLoop.run(test);
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed, t);
        }
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private <E> E any(List<E> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** What a promise is expected to be, and what it is. */
    private static final class Expected {
        final Promise<?> actual;
        String state = "pending";

        Expected(Promise<?> actual) {
            this.actual = actual;
        }

        boolean isPending() {
            return state.equals("pending");
        }

        void check() {
            assertThat(describe(actual)).isEqualTo(state);
        }

        static String describe(Promise<?> promise) {
            if (promise.isPending()) {
                return "pending";
            }
            if (promise.isCancelled()) {
                return "cancelled";
            }
            if (promise.state() instanceof Promise.State.Fulfilled<?> fulfilled) {
                return "fulfilled with " + fulfilled.value();
            }
            return ((Promise.State.Rejected<?>) promise.state())
                    .cause()
                    .getClass()
                    .getSimpleName();
        }
    }

    /** Somebody who reads: what came, and how many more are wanted. */
    private static final class Reader {
        final List<Integer> came = new ArrayList<>();
        final boolean many;
        int wanted;
        Expected result;

        Reader(int wanted, boolean many) {
            this.wanted = wanted;
            this.many = many;
        }

        void take(int element) {
            came.add(element);
            wanted--;
            if (wanted == 0) {
                result.state = "fulfilled with " + (many ? came : Optional.of(element));
            }
        }

        void end() {
            result.state = "fulfilled with " + (many ? came : Optional.empty());
        }
    }

    /* ---- Bounded streams ---- */

    /** What a bounded stream is. */
    private static final class BoundedModel {
        final Deque<Integer> queue = new ArrayDeque<>();
        final Deque<Reader> readers = new ArrayDeque<>();
        int size;
        int pushed = -1;
        Expected push;
        boolean over;
        boolean failed;
        boolean left;

        void push(int element, Expected result) {
            if (over) {
                result.state = "StreamClosedException";
            } else if (pushed >= 0) {
                result.state = "StreamFullException";
            } else if (queue.size() < size) {
                queue.add(element);
                result.state = "fulfilled with null";
            } else {
                pushed = element;
                push = result;
            }
        }

        void admit() {
            if (pushed >= 0 && queue.size() < size) {
                queue.add(pushed);
                pushed = -1;
                push.state = "fulfilled with null";
            }
        }

        /** Takes an element out, or from the push that waits if there is never any room. */
        int take() {
            if (queue.isEmpty()) {
                int element = pushed;
                pushed = -1;
                push.state = "fulfilled with null";
                return element;
            }
            int element = queue.remove();
            if (pushed >= 0) {
                // In the place of the one that was taken, also if the bound has shrunk since.
                queue.add(pushed);
                pushed = -1;
                push.state = "fulfilled with null";
            }
            return element;
        }

        boolean isReady() {
            return !queue.isEmpty() || (size == 0 && pushed >= 0);
        }

        void serve() {
            while (!readers.isEmpty() && (isReady() || over)) {
                Reader reader = readers.remove();
                if (isReady()) {
                    reader.take(take());
                    if (reader.wanted > 0) {
                        readers.add(reader);
                    }
                } else {
                    finish(reader);
                }
            }
        }

        void finish(Reader reader) {
            // Who has some elements already sees the error with the next read.
            if (failed && !left && reader.came.isEmpty()) {
                reader.result.state = "Exception";
            } else {
                reader.end();
            }
        }

        /** One who comes now takes what is there, unless others wait for it; an end is for all. */
        void read(Reader reader) {
            while (reader.wanted > 0 && readers.isEmpty() && isReady()) {
                reader.take(take());
            }
            if (reader.wanted > 0) {
                if (over && queue.isEmpty()) {
                    finish(reader);
                } else {
                    readers.add(reader);
                }
            }
        }

        void end(boolean withError) {
            if (!over) {
                over = true;
                failed = withError;
                rejectPush();
            }
        }

        void leave() {
            if (!left) {
                over = true;
                left = true;
                rejectPush();
                queue.clear();
                readers.forEach(Reader::end);
                readers.clear();
            }
        }

        private void rejectPush() {
            if (pushed >= 0) {
                pushed = -1;
                push.state = "StreamClosedException";
            }
        }
    }

    @RepeatedTest(200)
    void aBoundedStreamIsWhatItsModelSays() throws Exception {
        run(loop -> {
            BoundedModel model = new BoundedModel();
            model.size = random.nextInt(4);
            Bounded<Integer> bounded = PullStream.bounded(model.size);
            BoundedSteps steps = new BoundedSteps(model, bounded);
            for (int i = 0; i < STEPS && !(model.over && oneIn(20)); i++) {
                if (oneIn(4)) {
                    // Inside of a resolution, readers who wait are served at its end.
                    Resolver<Integer> outermost = Resolver.cancellable();
                    outermost.promise().onSuccess(v -> {
                        for (int n = random.nextInt(6); n > 0; n--) {
                            steps.one();
                        }
                    });
                    outermost.resolve(0);
                } else {
                    steps.one();
                }
                model.serve();
                steps.check();
            }
        });
    }

    /** Random steps, done to a bounded stream and to its model. */
    private final class BoundedSteps {
        private final BoundedModel model;
        private final Bounded<Integer> bounded;
        private final List<Expected> open = new ArrayList<>();
        private int next;

        BoundedSteps(BoundedModel model, Bounded<Integer> bounded) {
            this.model = model;
            this.bounded = bounded;
        }

        void one() throws Exception {
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4, 5, 6 -> push();
                case 7, 8, 9, 10, 11, 12 -> read(new Reader(1, false));
                case 13, 14 -> read(new Reader(1 + random.nextInt(4), true));
                case 15 -> getAvailable();
                case 16, 17, 18 -> cancelPush();
                case 19, 20, 21 -> cancelRead();
                case 22 -> resize();
                default -> endSometimes();
            }
        }

        private void push() {
            int element = next++;
            Expected result = new Expected(bounded.writer().push(element));
            open.add(result);
            model.push(element, result);
        }

        private void read(Reader reader) {
            reader.result = new Expected(
                    reader.many
                            ? bounded.stream().nget(reader.wanted)
                            : bounded.stream().get());
            open.add(reader.result);
            model.read(reader);
        }

        private void getAvailable() throws Exception {
            int count = random.nextInt(4);
            if (model.failed && !model.left && model.queue.isEmpty() && count > 0) {
                return;
            }
            List<Integer> expected = new ArrayList<>();
            while (expected.size() < count && model.readers.isEmpty() && model.isReady()) {
                expected.add(model.take());
            }
            assertThat(bounded.stream().getAvailable(count)).isEqualTo(expected);
        }

        private void cancelPush() {
            if (model.pushed >= 0) {
                model.pushed = -1;
                model.push.state = "cancelled";
                model.push.actual.cancel();
            }
        }

        private void cancelRead() {
            if (!model.readers.isEmpty()) {
                Reader reader = any(new ArrayList<>(model.readers));
                model.readers.remove(reader);
                reader.result.state = "cancelled";
                reader.result.actual.cancel();
            }
        }

        private void resize() {
            model.size = random.nextInt(4);
            bounded.writer().resize(model.size);
            model.admit();
        }

        private void endSometimes() {
            if (oneIn(30)) {
                bounded.writer().close();
                model.end(false);
            } else if (oneIn(30)) {
                bounded.writer().fail(error);
                model.end(true);
            } else if (oneIn(30)) {
                bounded.stream().close();
                model.leave();
            }
        }

        void check() {
            open.forEach(Expected::check);
            open.removeIf(expected -> !expected.isPending());
            assertThat(bounded.writer().isBlocked()).isEqualTo(model.pushed >= 0);
            assertThat(bounded.writer().isClosed()).isEqualTo(model.over);
            assertThat(bounded.stream().isClosed()).isEqualTo(model.over);
            if (!model.left) {
                assertThat(bounded.writer().count()).isEqualTo(model.queue.size());
            }
        }
    }

    /* ---- Streams with copies ---- */

    /** What a stream of a function is that has several copies. */
    private static final class SharedModel {
        final List<Integer> items = new ArrayList<>();
        boolean over;
        boolean making;
        int calls;

        /** One of the copies. */
        static final class Copy {
            final PullStream<Integer> stream;
            final Deque<Reader> readers = new ArrayDeque<>();
            int position;
            boolean left;

            Copy(PullStream<Integer> stream, int position) {
                this.stream = stream;
                this.position = position;
            }
        }

        void serve(Copy copy) {
            while (!copy.readers.isEmpty() && isReady(copy)) {
                Reader reader = copy.readers.remove();
                if (copy.position < items.size() && !copy.left) {
                    reader.take(items.get(copy.position++));
                    if (reader.wanted > 0) {
                        copy.readers.add(reader);
                    }
                } else {
                    reader.end();
                }
            }
            if (!copy.readers.isEmpty() && !making) {
                making = true;
                calls++;
            }
        }

        private boolean isReady(Copy copy) {
            return copy.left || over || copy.position < items.size();
        }
    }

    @RepeatedTest(200)
    void copiesOfAStreamAreWhatTheirModelSays() throws Exception {
        run(loop -> {
            SharedSteps steps = new SharedSteps();
            for (int i = 0; i < STEPS && !steps.copies.isEmpty(); i++) {
                steps.one();
                steps.check();
            }
        });
    }

    /** Random steps, done to a stream with copies and to its model. */
    private final class SharedSteps {
        private final SharedModel model = new SharedModel();
        private final List<SharedModel.Copy> copies = new ArrayList<>();
        private final List<Expected> open = new ArrayList<>();
        private Resolver<Optional<Integer>> work = Resolver.cancellable();
        private int calls;
        private int next;

        SharedSteps() {
            PullStream<Integer> stream = PullStream.from(() -> {
                calls++;
                work = Resolver.cancellable();
                return work.promise();
            });
            copies.add(new SharedModel.Copy(stream, 0));
        }

        void one() {
            SharedModel.Copy copy = any(copies);
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> read(copy, new Reader(1, false));
                case 4 -> read(copy, new Reader(1 + random.nextInt(4), true));
                case 5, 6 -> cancel(copy);
                case 7, 8, 9, 10, 11, 12 -> make();
                case 13 -> fail();
                case 14 -> copy(copy);
                default -> leave(copy);
            }
        }

        private void read(SharedModel.Copy copy, Reader reader) {
            reader.result =
                    new Expected(reader.many ? copy.stream.nget(reader.wanted) : copy.stream.get());
            open.add(reader.result);
            copy.readers.add(reader);
            model.serve(copy);
        }

        private void cancel(SharedModel.Copy copy) {
            if (!copy.readers.isEmpty()) {
                Reader reader = any(new ArrayList<>(copy.readers));
                copy.readers.remove(reader);
                reader.result.state = "cancelled";
                reader.result.actual.cancel();
            }
        }

        private void make() {
            if (model.making) {
                model.making = false;
                if (oneIn(100)) {
                    model.over = true;
                    work.resolve(Optional.empty());
                } else {
                    int element = next++;
                    model.items.add(element);
                    work.resolve(Optional.of(element));
                }
                copies.forEach(model::serve);
            }
        }

        private void fail() {
            boolean heard = copies.stream().anyMatch(c -> !c.readers.isEmpty());
            if (model.making && heard) {
                model.making = false;
                for (SharedModel.Copy copy : copies) {
                    copy.readers.forEach(reader -> reader.result.state = "Exception");
                    copy.readers.clear();
                }
                work.reject(error);
            }
        }

        private void copy(SharedModel.Copy copy) {
            if (copies.size() < 5) {
                copies.add(new SharedModel.Copy(copy.stream.copy(), copy.position));
            }
        }

        private void leave(SharedModel.Copy copy) {
            if (oneIn(copies.size() == 1 ? 50 : 5)) {
                copy.left = true;
                copies.remove(copy);
                model.serve(copy);
                if (copies.isEmpty() && model.making) {
                    model.making = false;
                }
                copy.stream.close();
                assertThat(copy.stream.isClosed()).isTrue();
            }
        }

        void check() {
            open.forEach(Expected::check);
            open.removeIf(expected -> !expected.isPending());
            assertThat(calls).isEqualTo(model.calls);
            assertThat(work.promise().isPending() && calls > 0).isEqualTo(model.making);
        }
    }

    /* ---- Virtual time ---- */

    @RepeatedTest(100)
    void nothingIsLostOrDoubledAmongThoseWhoComeAndGo() throws Exception {
        try {
            VirtualLoop.runAsync(loop -> new Market().run());
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed, t);
        }
    }

    /** Producers and consumers that lose patience, at a stream whose bound changes. */
    private final class Market {
        private static final int ROUNDS = 200;

        private final Bounded<Integer> bounded = PullStream.bounded(random.nextInt(3));
        private final List<Integer> accepted = new ArrayList<>();
        private final List<Integer> received = new ArrayList<>();
        private int next;
        private int mostAllowed = bounded.writer().size();

        Promise<Void> run() {
            List<Promise<Void>> producers = new ArrayList<>();
            List<Promise<Void>> others = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                producers.add(produce(ROUNDS));
            }
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                others.add(consume());
            }
            others.add(resize(ROUNDS));
            return Promise.join(producers)
                    .flatMap(v -> {
                        bounded.writer().close();
                        return Promise.join(others);
                    })
                    .onSuccess(v -> {
                        // Pushes are accepted in their order, and so received in it.
                        assertThat(received).isSorted().isEqualTo(accepted);
                        assertThat(bounded.writer().count()).isZero();
                    });
        }

        private Promise<Void> rest() {
            return EventLoop.sleep(Duration.ofMillis(random.nextInt(10)));
        }

        private <T> Promise<T> impatiently(Promise<T> promise) {
            return Promise.pick(
                    promise, EventLoop.timeout(Duration.ofMillis(1 + random.nextInt(10))));
        }

        private Promise<Void> produce(int left) {
            if (left == 0) {
                return Promise.unit();
            }
            int element = next++;
            Promise<Void> push = bounded.writer().push(element);
            if (push.isFulfilled()) {
                accepted.add(element);
            } else {
                push.onSuccess(v -> accepted.add(element));
            }
            checkBound();
            return impatiently(push)
                    .recover(TimeoutException.class, e -> Promise.unit())
                    .recover(StreamFullException.class, e -> Promise.unit())
                    .flatMap(v -> rest())
                    .flatMap(v -> produce(left - 1));
        }

        private Promise<Void> consume() {
            Promise<Optional<Integer>> read = bounded.stream().get();
            read.onSuccess(element -> element.ifPresent(received::add));
            return impatiently(read.map(Optional::isPresent))
                    .recover(TimeoutException.class, e -> Promise.of(true))
                    .flatMap(goesOn -> goesOn ? rest().flatMap(v -> consume()) : Promise.unit());
        }

        private Promise<Void> resize(int left) {
            if (left == 0) {
                return Promise.unit();
            }
            int size = random.nextInt(4);
            bounded.writer().resize(size);
            mostAllowed = Math.max(size, bounded.writer().count());
            checkBound();
            return rest().flatMap(v -> rest()).flatMap(v -> resize(left - 1));
        }

        private void checkBound() {
            assertThat(bounded.writer().count()).isLessThanOrEqualTo(mostAllowed);
        }
    }
}
