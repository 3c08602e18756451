package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The events and signals of one thread, which change together in steps.
 *
 * <p>Nobody has to make one: whatever is made on a thread belongs to the graph of that thread, or,
 * on a thread that runs an {@link EventLoop}, to the graph of the loop. It is there to say where
 * errors go and to look inside.
 *
 * <p>Thread rule: a graph, and all that belongs to it, is for one thread only; elsewhere methods
 * throw {@link GraphThreadException}. {@link Var#post} and {@link EventEmitter#post} are for all.
 */
public final class Graph {

    /* Overview.
     *
     * A step begins with sources that have changed. What depends on them is visited at most once,
     * after all that it depends on:
     *
     *  - a node with a single input at once, when the input has changed: it can see nothing else;
     *  - a node with several inputs when all nodes of a lower rank have been visited. They wait in
     *    Ranks;
     *  - a node that tracks its inputs only when somebody wants its value. When an input changes it
     *    is marked, with all tracking nodes behind it; what is behind those and does not track is
     *    put into Ranks, with a flag to check first whether an input has really changed.
     *
     * Then the graph is settled. The observers of the step run, then come the steps for what they
     * have written, then, one by one, the effects, each followed by the steps for its own writes.
     *
     * To pull a node is to bring it up to date out of turn, with all that it depends on: for
     * reading an idle node, for reading in the middle of a step, and for making a node active. It
     * tells by time stamps whether an input has changed since the node last looked.
     *
     * The nodes to visit, and the path of a pull, are kept on stacks of our own, so depth costs no
     * stack. Tracking nodes recurse, which is faster, but only to a limit.
     */

    /** So deep recursion goes before a path is used. */
    private static final int MAX_NESTING = 100;

    /** So deep functions read one another for the first time before they are given up. */
    private static final int MAX_FIRST_NESTING = 80;

    /** After so many steps without a rest the graph is said not to come to one. */
    private static final int MAX_STEPS = 100_000;

    private static final Edge START = new Edge(Nobody.INSTANCE, Nobody.INSTANCE);

    private static final ThreadLocal<Graph> THREADS = ThreadLocal.withInitial(Graph::new);

    private Thread thread = Thread.currentThread();
    private @Nullable EventLoop loop;

    /** The time: it passes with each step, and with each write to a variable before a step. */
    long now = 1;

    /** The time at which all active nodes were last up to date, save tracking ones. */
    long settled = 1;

    /** The node whose function runs, if it tracks what that reads. */
    @Nullable
    Tracking<?> tracking;

    /** The node or the {@link Owner} that owns what is made now. */
    @Nullable
    Object scope;

    /** Steps, observers and effects are running. */
    private boolean running;

    private int batches;

    /** Nodes are being visited. */
    private boolean propagating;

    /** A node was brought up to date after a write that has yet to make its step. */
    boolean pulledEarly;

    /** The input that the function of {@link #tracking} has read last. */
    @Nullable
    Edge cursor;

    /** All nodes of lower ranks have been visited in this step. */
    private int rank;

    private final Ranks ranks = new Ranks();

    /** Nodes to visit at once, or to mark. */
    private Node[] ready = new Node[32];

    private int readyCount;

    /** So many of them were used in this step. */
    private int readyHigh;

    /* The path of a pull: each node, and the input it has come to. */
    private Node[] path = new Node[32];
    private @Nullable Edge[] places = new Edge[32];
    private int depth;
    private int nesting;

    /** How many functions are being called for the first time, one by the other. */
    int firstNesting;

    /** The node that is to be known before functions run again that were given up. */
    private @Nullable Node wanted;

    private Node[] occurred = new Node[32];
    private int occurredCount;

    private Node[] observers = new Node[32];
    private int observerCount;

    private final ArrayDeque<Effect> effects = new ArrayDeque<>();

    private final ArrayDeque<Fixpoint> delayed = new ArrayDeque<>();
    private final ArrayDeque<Step> steps = new ArrayDeque<>();

    /** The last one of them, if what is written now belongs to it. */
    private @Nullable Step open;

    /** The sources of the step that begins. */
    private final List<Node> changed = new ArrayList<>();

    /** Variables that have a value already which the next step, whichever it is, tells of. */
    private final ArrayDeque<SignalNodes.Variable<?>> written = new ArrayDeque<>();

    /** Variables that functions of nodes have written to in this step, which must not see it. */
    private final ArrayDeque<SignalNodes.Variable<?>> postponed = new ArrayDeque<>();

    /** Failures of which nobody may have heard. */
    private final ArrayDeque<Failure> failures = new ArrayDeque<>();

    /** Dynamic nodes that have had their turn in this step. */
    private final ArrayDeque<Node> told = new ArrayDeque<>();

    private final ArrayDeque<Runnable> afterStep = new ArrayDeque<>();

    /** What is for those outside of the graph. */
    final Deliveries deliveries = new Deliveries(this);

    /** One of the queues above, from the effects on, may not be empty: mostly all are. */
    private boolean isMore;

    private @Nullable Error fatal;
    private int updates;
    private long began;
    private @Nullable Consumer<? super StepReport> listener;
    private @Nullable Consumer<? super Throwable> handler;

    private Graph() {}

    /**
     * The graph of what is made here. Any thread.
     *
     * @return the graph of the event loop that the calling thread runs, else that of the thread
     */
    public static Graph current() {
        if (!EventLoop.isLoopThread()) {
            return THREADS.get();
        }
        EventLoop loop = EventLoop.current();
        return loop.attachment(Graph.class, () -> {
            // A host may run several loops, each now on this thread and now on that one.
            Graph graph = loop.isHosted() ? new Graph() : THREADS.get();
            graph.loop = loop;
            return graph;
        });
    }

    /**
     * Says where errors go that no observer hears of: what a function threw, or an observer. By
     * default they go to the handler of the event loop, and without one to the
     * {@link System.Logger} named {@code io.lwt4j.react}.
     *
     * @param handler called with each error
     */
    public void uncaughtHandler(@Nullable Consumer<? super Throwable> handler) {
        check();
        this.handler = handler;
    }

    /**
     * Has each step reported, for tracing; null for no longer. It costs two readings of the clock a
     * step.
     *
     * @param listener called after each step
     */
    public void onStep(@Nullable Consumer<? super StepReport> listener) {
        check();
        this.listener = listener;
    }

    /** The graph of what is made of these nodes; null if they are all constants. */
    static @Nullable Graph of(List<? extends Node> nodes) {
        Graph graph = null;
        for (Node node : nodes) {
            graph = common(graph, node);
        }
        return graph;
    }

    static @Nullable Graph common(@Nullable Graph graph, Node node) {
        if (graph != null && node.graph != null && node.graph != graph) {
            throw new IllegalStateException(node
                    + " belongs to another graph, that of another thread or loop; hand its values"
                    + " over with post");
        }
        return graph == null ? node.graph : graph;
    }

    /* ---- Threads ---- */

    void check() {
        if (thread != Thread.currentThread()) {
            checkLoop();
        }
    }

    private void checkLoop() {
        EventLoop here = loop;
        if (here == null || !here.isCurrent()) {
            throw new GraphThreadException(thread, here);
        }
        thread = Thread.currentThread();
    }

    /** Runs a task on the event loop of this graph. */
    void post(Runnable task) {
        EventLoop there = loop;
        if (there == null) {
            throw new IllegalStateException("nothing can be posted to the graph of thread "
                    + thread.getName()
                    + ", which runs no event loop; make the signal or event on a loop");
        }
        there.execute(task);
    }

    /* ---- Writing ---- */

    /** Whether a write now belongs to a later step. */
    boolean isBusy() {
        return running || batches > 0;
    }

    /** Whether functions of nodes may be running that must not see what is written now. */
    boolean isPropagating() {
        return propagating;
    }

    /** The step to which a write belongs that is made now, while this is busy. */
    Step openStep() {
        Step step = open;
        if (step == null) {
            step = new Step(this);
            add(step);
            open = step;
        }
        return step;
    }

    private void add(Step step) {
        steps.add(step);
        isMore = true;
    }

    void addWritten(SignalNodes.Variable<?> variable) {
        written.add(variable);
        isMore = true;
    }

    void addPostponed(SignalNodes.Variable<?> variable) {
        postponed.add(variable);
        isMore = true;
    }

    /** A source cannot be on the open step twice: what comes now is for the next one. */
    Step nextStep() {
        open = null;
        return openStep();
    }

    /** Runs a step in which only this source changes. */
    void step(Node source, @Nullable Object value) {
        run(source, value);
    }

    /** Runs a step that has been put together, or has it run after those that are going on. */
    void execute(Step step) {
        check();
        add(step);
        if (isBusy()) {
            open = null;
        } else {
            flushAll();
        }
    }

    void beginBatch() {
        check();
        batches++;
    }

    void endBatch() {
        batches--;
        if (batches == 0 && !running) {
            flushAll();
        }
    }

    void flushAll() {
        run(null, null);
    }

    /** Runs a step in which a source changes, if there is one, and then all that is waiting. */
    private void run(@Nullable Node source, @Nullable Object value) {
        // What runs has nothing to do with the function, or the owner, for which this is called.
        Tracking<?> reader = tracking;
        Object owner = scope;
        tracking = null;
        scope = null;
        running = true;
        try {
            if (source != null) {
                begin();
                source.value = value;
                source.changed = now;
                if (source.is(Node.EVENT)) {
                    addOccurred(source);
                }
                addFailure(value);
                tell(source);
                finish();
            }
            flush();
        } finally {
            running = false;
            rest(reader, owner);
        }
        throwFatal();
    }

    /** Tells those outside of the graph what they are to know. */
    private void rest(@Nullable Tracking<?> reader, @Nullable Object owner) {
        try {
            if (!deliveries.isEmpty()) {
                deliveries.run();
            }
        } finally {
            tracking = reader;
            scope = owner;
        }
    }

    void throwFatal() {
        Error error = fatal;
        if (error != null) {
            fatal = null;
            throw error;
        }
    }

    /* ---- Steps ---- */

    /** Runs until nothing is left to do. */
    private void flush() {
        int count = 0;
        while (true) {
            open = null;
            if (!isMore) {
                return;
            }
            if (!delayed.isEmpty()) {
                begin();
                commitWritten(changed);
                for (int left = delayed.size(); left > 0; left--) {
                    delayed.remove().resume(changed);
                }
                tellAll();
            } else if (!steps.isEmpty() || !written.isEmpty()) {
                begin();
                commitWritten(changed);
                if (!steps.isEmpty()) {
                    steps.remove().commit(changed);
                }
                tellAll();
            } else if (!effects.isEmpty()) {
                runEffect();
                continue;
            } else if (!failures.isEmpty()) {
                // Only now, for effects may have heard of them.
                reportFailures();
                continue;
            } else {
                isMore = false;
                return;
            }
            finish();
            count++;
            if (count == MAX_STEPS) {
                throw diverged();
            }
        }
    }

    /** What is visible already must not be so without what depends on it in any step. */
    private void commitWritten(List<Node> changed) {
        while (!written.isEmpty()) {
            SignalNodes.Variable<?> variable = written.remove();
            if (variable.commitWritten()) {
                changed.add(variable);
            }
        }
    }

    private void tellAll() {
        for (int i = 0; i < changed.size(); i++) {
            tell(changed.get(i));
        }
        changed.clear();
    }

    private void begin() {
        now++;
        rank = 0;
        propagating = true;
        updates = 0;
        if (listener != null) {
            began = System.nanoTime();
        }
    }

    /** Visits all that is waiting, then lets the observers see the result. */
    private void finish() {
        settle();
        if (listener != null) {
            report(listener);
        }
        if (observerCount > 0) {
            runObservers();
        }
        if (isMore) {
            while (!afterStep.isEmpty()) {
                guarded(afterStep.remove());
            }
        }
    }

    /** Visits all that is waiting. */
    private void settle() {
        for (int lowest = ranks.lowest(); lowest >= 0; lowest = ranks.lowest()) {
            Node node = ranks.take(lowest);
            rank = lowest;
            if (node.rank > lowest) {
                ranks.add(node, node.rank);
            } else {
                node.flags &= ~Node.QUEUED;
                if (visit(node)) {
                    tell(node);
                }
            }
        }
        propagating = false;
        settled = now;
        for (int i = 0; i < occurredCount; i++) {
            occurred[i].value = null;
            occurred[i] = Nobody.INSTANCE;
        }
        occurredCount = 0;
        // They are not to be kept from being collected.
        for (int i = 0; i < readyHigh; i++) {
            ready[i] = Nobody.INSTANCE;
        }
        readyHigh = 0;
        if (isMore) {
            // Other steps that are to come may hold what was seen early.
            pulledEarly &= !steps.isEmpty();
            while (!told.isEmpty()) {
                told.remove().flags &= ~Node.TOLD;
            }
            while (!postponed.isEmpty()) {
                postponed.remove().writePostponed();
            }
        } else {
            pulledEarly = false;
        }
    }

    private void reportFailures() {
        while (!failures.isEmpty()) {
            Failure failure = failures.remove();
            if (!failure.heard) {
                failure.heard = true;
                handle(failure.cause);
            }
        }
    }

    private void report(Consumer<? super StepReport> to) {
        StepReport report = new StepReport(now, updates, observerCount, System.nanoTime() - began);
        guarded(() -> to.accept(report));
    }

    private void runObservers() {
        // None is added: they write to later steps.
        int count = observerCount;
        for (int i = 0; i < count; i++) {
            Observer<?> observer = (Observer<?>) observers[i];
            observers[i] = Nobody.INSTANCE;
            observer.flags &= ~Node.LISTED;
            open = null;
            try {
                observer.run();
            } catch (Throwable t) {
                handle(t);
            }
        }
        observerCount = 0;
    }

    /** Has an observer see the value that its input has now. */
    void observe(Observer<?> observer) {
        Node input = requireNonNull(observer.input());
        refresh(input);
        if (settled != now) {
            pulledEarly = true;
        }
        // A batch that this is in stays one step.
        Step batch = open;
        open = null;
        observer.value = input.value;
        try {
            observer.run();
        } catch (Throwable t) {
            handle(t);
        }
        open = batch;
    }

    private void runEffect() {
        Effect effect = effects.element();
        Effect outermost = effect;
        for (Effect outer = effect.outer; outer != null; outer = outer.outer) {
            if (outer.is(Node.QUEUED)) {
                outermost = outer;
            }
        }
        if (outermost == effect) {
            effects.remove();
        }
        // Else it stays in the queue, and the outer one may end it.
        if (outermost.is(Node.QUEUED)) {
            outermost.flags &= ~Node.QUEUED;
            if (!outermost.is(Node.STOPPED) && !refreshNested(outermost)) {
                pull(outermost);
            }
        }
    }

    /** What the next step would write to, for a message. */
    private String next() {
        Step step = steps.peek();
        return written + (step == null ? "" : step.targets());
    }

    /** Takes back what was written for steps that are not to come; observers do not hear of it. */
    private void dropSteps() {
        begin();
        deliveries.ignoreOccurrences(true);
        while (!steps.isEmpty()) {
            steps.remove().drop(changed);
        }
        while (!written.isEmpty()) {
            SignalNodes.Variable<?> variable = written.remove();
            variable.dropWritten();
            changed.add(variable);
        }
        tellAll();
        settle();
        deliveries.ignoreOccurrences(false);
        for (int i = 0; i < observerCount; i++) {
            observers[i].value = null;
            observers[i].flags &= ~Node.LISTED;
            observers[i] = Nobody.INSTANCE;
        }
        observerCount = 0;
        while (!written.isEmpty()) {
            written.remove().dropWritten();
        }
    }

    private DivergenceException diverged() {
        DivergenceException error = new DivergenceException(MAX_STEPS, next());
        dropSteps();
        for (Effect effect : effects) {
            for (Edge edge = effect.inputs(); edge != null; edge = edge.following) {
                refresh(edge.from);
            }
            effect.flags &= ~(Node.QUEUED | Node.MARKED);
            effect.checked = now;
        }
        effects.clear();
        open = null;
        for (Fixpoint fixpoint : delayed) {
            fixpoint.flags &= ~Node.LISTED;
        }
        delayed.clear();
        reportFailures();
        return error;
    }

    /* ---- Visiting ---- */

    /** Visits what depends on a node that has changed, and so on. */
    void tell(Node changed) {
        int base = readyCount;
        Node node = changed;
        int count = 0;
        while (true) {
            Node next = null;
            Dependent dependent = node.first;
            if (dependent != null) {
                if (dependent.next != null) {
                    tellAll(node);
                } else if (dependent instanceof Node only) {
                    next = only;
                } else {
                    tellJoin(((Edge) dependent).to);
                }
            }
            do {
                if (next == null) {
                    if (readyCount == base) {
                        updates += count;
                        return;
                    }
                    next = ready[--readyCount];
                }
                count++;
                node = next;
                next = null;
            } while (!visit(node));
        }
    }

    private void tellAll(Node node) {
        Dependent head = requireNonNull(node.first);
        Dependent dependent = head;
        boolean tracked = false;
        // What comes last is taken first, here and in Ranks.
        do {
            dependent = requireNonNull(dependent.previous);
            if (dependent instanceof Node only) {
                addReady(only);
            } else {
                Node join = ((Edge) dependent).to;
                if (join.is(Node.TRACKING)) {
                    tracked = true;
                } else {
                    enqueue(join);
                }
            }
        } while (dependent != head);
        readyHigh = Math.max(readyHigh, readyCount);
        if (tracked) {
            // But effects are to run in the order in which they have come.
            for (Dependent d = head; d != null; d = d.next) {
                if (d instanceof Edge edge && edge.to.is(Node.TRACKING)) {
                    mark(edge.to);
                }
            }
        }
    }

    private void addReady(Node node) {
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        ready[readyCount++] = node;
    }

    private void tellJoin(Node join) {
        if (join.is(Node.TRACKING)) {
            mark(join);
        } else {
            enqueue(join);
        }
    }

    private void enqueue(Node node) {
        if (!node.is(Node.QUEUED)) {
            node.flags |= Node.QUEUED;
            ranks.add(node, node.rank);
        }
    }

    private boolean visit(Node node) {
        int usual = Node.ACTIVE | Node.CHECK | Node.MARKED | Node.STOPPED | Node.DYNAMIC;
        if ((node.flags & usual) != Node.ACTIVE) {
            return recheck(node);
        }
        return update(node);
    }

    private boolean update(Node node) {
        try {
            if (node.update()) {
                return true;
            }
            if (node.is(Node.EVENT)) {
                // So that it is not asked again in this step if it is pulled.
                node.checked = now;
            }
            return false;
        } catch (Throwable t) {
            return fail(node, t);
        }
    }

    private boolean fail(Node node, Throwable t) {
        if (isFatal(t)) {
            fatal = (Error) t;
        }
        return node.fail(t);
    }

    /** Remembers an error that has come up; whoever hears of it says so. */
    Failure failure(Throwable cause) {
        Failure failure = new Failure(cause);
        if (running) {
            addFailure(failure);
        }
        // Else it comes up because somebody reads, or wants to observe.
        return failure;
    }

    /** A source may have an error from outside of the graph. */
    void addFailure(@Nullable Object value) {
        if (value instanceof Failure failure) {
            failures.add(failure);
            isMore = true;
        }
    }

    /** Visits a node that may be up to date already, or whose inputs may not have changed. */
    private boolean recheck(Node node) {
        if ((node.flags & (Node.ACTIVE | Node.STOPPED)) != Node.ACTIVE) {
            return false;
        }
        if (node.is(Node.TRACKING)) {
            refresh(node);
            // Whoever depends on it is waiting already.
            return false;
        }
        boolean untold = node.is(Node.UNTOLD);
        node.flags &= ~(Node.CHECK | Node.UNTOLD);
        Node input = node.input();
        if (input != null) {
            refresh(input);
        }
        for (Edge edge = node.inputs(); edge != null; edge = edge.following) {
            refresh(edge.from);
            if (node.is(Node.DYNAMIC) && edge.from.changed > seen(node)) {
                break;
            }
        }
        boolean again = node.is(Node.TOLD);
        if (node.is(Node.DYNAMIC) && !again) {
            node.flags |= Node.TOLD;
            told.add(node);
            isMore = true;
        }
        if (hasNews(node) && update(node)) {
            return true;
        }
        if (again) {
            // What this depends on since its first turn has had its own turn only now.
            return false;
        }
        // It may have changed already when it was pulled, before those behind it could be told.
        return untold && (node.is(Node.EVENT) ? node.changed == now : node.changed > settled);
    }

    void addOccurred(Node event) {
        if (occurredCount == occurred.length) {
            occurred = Arrays.copyOf(occurred, occurredCount * 2);
        }
        occurred[occurredCount++] = event;
    }

    void addObserver(Node observer) {
        if (!observer.is(Node.LISTED)) {
            observer.flags |= Node.LISTED;
            if (observerCount == observers.length) {
                observers = Arrays.copyOf(observers, observerCount * 2);
            }
            observers[observerCount++] = observer;
        }
    }

    void addDelayed(Fixpoint fixpoint) {
        if (!fixpoint.is(Node.LISTED)) {
            fixpoint.flags |= Node.LISTED;
            delayed.add(fixpoint);
            isMore = true;
        }
    }

    /** Marks a tracking node and all that depends on it. */
    private void mark(Node start) {
        if (!setMark((Tracking<?>) start)) {
            return;
        }
        int base = readyCount;
        Node node = start;
        while (true) {
            if (node.is(Node.OBSERVER)) {
                addEffect(node);
            } else if (node.is(Node.KEPT)) {
                // What it remembers depends on each step.
                enqueue(node);
            }
            Dependent head = node.first;
            Dependent d = head;
            while (d != null) {
                d = requireNonNull(d.previous);
                Node to = d instanceof Node only ? only : ((Edge) d).to;
                if (!to.is(Node.TRACKING)) {
                    to.flags |= Node.CHECK;
                    enqueue(to);
                } else if (setMark((Tracking<?>) to)) {
                    addReady(to);
                }
                if (d == head) {
                    break;
                }
            }
            readyHigh = Math.max(readyHigh, readyCount);
            if (readyCount == base) {
                return;
            }
            node = ready[--readyCount];
        }
    }

    /** Marks a node; returns whether it is the first time in this step. */
    private boolean setMark(Tracking<?> node) {
        if (node.markedAt == now) {
            return false;
        }
        node.markedAt = now;
        if (node.checked != now && node.changed != now) {
            // Else it was pulled before its turn, and nobody would come to take the mark away.
            node.flags |= Node.MARKED;
        }
        return true;
    }

    private void addEffect(Node effect) {
        if (!effect.is(Node.QUEUED)) {
            effect.flags |= Node.QUEUED;
            effects.add((Effect) effect);
            isMore = true;
        }
    }

    /**
     * Raises the rank of a node, and of what depends on it as far as that is needed.
     *
     * @return whether all is well: false if {@code above}, which is to stay above, depends on it
     */
    private static boolean raise(Node start, int to, Node above) {
        if (start.rank >= to) {
            return true;
        }
        if (start == above) {
            return false;
        }
        start.rank = to;
        ArrayDeque<Node> raised = new ArrayDeque<>();
        for (Node node = start; node != null; node = raised.poll()) {
            for (Dependent d = node.first; d != null; d = d.next) {
                Node dependent;
                int least = node.rank;
                if (d instanceof Node only) {
                    dependent = only;
                } else {
                    dependent = ((Edge) d).to;
                    least++;
                }
                if (dependent.rank < least) {
                    if (dependent == above) {
                        return false;
                    }
                    dependent.rank = least;
                    raised.add(dependent);
                }
            }
        }
        return true;
    }

    /* ---- Pulling ---- */

    /** Brings a node up to date. */
    void refresh(Node node) {
        if (isCurrent(node)) {
            return;
        }
        if (node.is(Node.TRACKING) && isBusy()) {
            if (node.value == Node.UNSET) {
                bringFirst(node);
                return;
            }
            if (nesting < MAX_NESTING && refreshNested(node)) {
                return;
            }
        }
        pull(node);
    }

    /**
     * Calls the function of a tracking node for the first time. It has no inputs yet, so functions
     * that read one another recurse, up to a limit: then they are given up, and run again when the
     * one is known that was wanted last. So no number of nodes overflows the stack.
     */
    private void bringFirst(Node node) {
        if (firstNesting == 0) {
            ArrayDeque<Node> waiting = new ArrayDeque<>(2);
            waiting.push(node);
            while (!waiting.isEmpty()) {
                runFirst(waiting.element());
                Node inner = wanted;
                wanted = null;
                if (inner == null) {
                    waiting.pop();
                } else {
                    waiting.push(inner);
                }
            }
        } else if (firstNesting == MAX_FIRST_NESTING) {
            wanted = node;
            throw new Unwinding();
        } else {
            runFirst(node);
            if (wanted != null) {
                throw new Unwinding();
            }
        }
    }

    private void runFirst(Node node) {
        if (node.value != Node.UNSET) {
            return;
        }
        // What it writes itself does not count: it has been brought up to date before.
        boolean early = settled != now;
        firstNesting++;
        try {
            node.update();
        } catch (Throwable t) {
            if (wanted == null) {
                fail(node, t);
            }
        } finally {
            firstNesting--;
        }
        if (wanted != null) {
            // Also if the function has caught what was to end it.
            node.value = Node.UNSET;
            node.changed = 0;
            node.checked = 0;
        } else {
            node.flags &= ~Node.MARKED;
            markEarly(node, early, true);
        }
    }

    /** A pull of a tracking node without its path, which is for depth: this recurses. */
    private boolean refreshNested(Node node) {
        boolean stale = false;
        nesting++;
        try {
            for (Edge edge = node.inputs(); edge != null && !stale; edge = edge.following) {
                Node from = edge.from;
                if (from.is(Node.RUNNING)) {
                    return false;
                }
                refresh(from);
                if (node.is(Node.STOPPED)) {
                    return true;
                }
                stale = from.changed > node.checked && from.changed > node.changed;
            }
        } finally {
            nesting--;
        }
        bring(node, stale);
        return true;
    }

    private boolean isCurrent(Node node) {
        int flags = node.flags;
        if ((flags & (Node.SOURCE | Node.STOPPED)) != 0) {
            return true;
        }
        if ((flags & Node.MARKED) != 0) {
            // Also if it is up to date: the mark has to go, else the next one would be overlooked.
            return false;
        }
        if (node.checked == now || node.changed == now) {
            return true;
        }
        if ((flags & Node.ACTIVE) == 0) {
            return false;
        }
        return propagating ? node.rank < rank : settled == now;
    }

    private void pull(Node root) {
        Tracking<?> reader = tracking;
        Object owner = scope;
        int first = firstNesting;
        tracking = null;
        scope = null;
        // What is pulled cannot be given up.
        firstNesting = 0;
        int base = depth;
        boolean idle = !isBusy();
        if (idle) {
            // What the functions write is for later.
            batches++;
        }
        try {
            enter(root);
            while (depth > base) {
                Node input = nextInput();
                if (input == null || input.is(Node.RUNNING)) {
                    Node node = path[--depth];
                    path[depth] = Nobody.INSTANCE;
                    places[depth] = null;
                    bring(node, input);
                } else if (!isCurrent(input)) {
                    enter(input);
                }
            }
        } finally {
            depth = base;
            tracking = reader;
            scope = owner;
            firstNesting = first;
            if (idle) {
                endBatch();
            }
        }
    }

    private void enter(Node node) {
        if (depth == path.length) {
            path = Arrays.copyOf(path, depth * 2);
            places = Arrays.copyOf(places, depth * 2);
        }
        path[depth] = node;
        places[depth++] = START;
    }

    /** The next input that the last node of the path needs up to date; null if none. */
    private @Nullable Node nextInput() {
        int last = depth - 1;
        Node node = path[last];
        Edge place = places[last];
        boolean isStale = place != null
                && place != START
                && node.is(Node.DYNAMIC)
                && (place.from.changed > seen(node) || node.is(Node.STOPPED));
        // Then it may not need the others any more.
        return isStale ? null : advance(last);
    }

    /** Goes on to the next input of a node of the path; null behind the last one. */
    private @Nullable Node advance(int at) {
        Node node = path[at];
        Edge place = places[at];
        if (place == START) {
            Node only = node.input();
            if (only != null) {
                places[at] = null;
                return only;
            }
            place = node.inputs();
        } else if (place != null) {
            place = place.following;
        }
        places[at] = place;
        return place == null ? null : place.from;
    }

    /**
     * Updates a node if one of its inputs, which are up to date, has changed.
     *
     * @param running an input that is not, because its function runs and has asked for this
     */
    private void bring(Node node, @Nullable Node running) {
        if (running != null && !node.is(Node.TRACKING)) {
            boolean early = settled != now;
            node.flags &= ~Node.MARKED;
            boolean changed = fail(node, new CycleException(running));
            markEarly(node, early, changed);
        } else {
            // If it still reads the one that runs, it finds out by itself.
            bring(node, running != null || node.value == Node.UNSET || hasNews(node));
        }
    }

    private void bring(Node node, boolean stale) {
        // What it writes itself does not count: it has been brought up to date before.
        boolean early = settled != now;
        node.flags &= ~Node.MARKED;
        boolean changed = false;
        if (stale) {
            changed = update(node);
        } else {
            node.checked = now;
        }
        markEarly(node, early, changed);
    }

    private void markEarly(Node node, boolean early, boolean changed) {
        if (early) {
            pulledEarly = true;
            if (node.is(Node.ACTIVE)) {
                node.flags |= changed ? Node.CHECK | Node.UNTOLD : Node.CHECK;
            }
        }
    }

    /** The time up to which a node has taken notice of its inputs. */
    private long seen(Node node) {
        long own = Math.max(node.checked, node.changed);
        return (node.flags & (Node.ACTIVE | Node.TRACKING)) == Node.ACTIVE
                ? Math.max(own, settled)
                : own;
    }

    private boolean hasNews(Node node) {
        long seen = seen(node);
        Node input = node.input();
        if (input != null) {
            return input.changed > seen;
        }
        for (Edge edge = node.inputs(); edge != null; edge = edge.following) {
            if (edge.from.changed > seen) {
                return true;
            }
        }
        return false;
    }

    /* ---- Being active and idle ---- */

    private static boolean isToActivate(Node node) {
        return !node.is(Node.ACTIVE | Node.SOURCE | Node.STOPPED);
    }

    /** Has a node told of changes from now on, and all that it depends on. */
    void activate(Node root) {
        if (!isToActivate(root)) {
            return;
        }
        beginBatch();
        int base = depth;
        try {
            enter(root);
            while (depth > base) {
                Node input = nextToActivate();
                if (input == null) {
                    Node node = path[--depth];
                    path[depth] = Nobody.INSTANCE;
                    places[depth] = null;
                    if (isToActivate(node)) {
                        link(node);
                    }
                } else if (isToActivate(input)) {
                    enter(input);
                }
            }
        } finally {
            depth = base;
            endBatch();
        }
    }

    private @Nullable Node nextToActivate() {
        int last = depth - 1;
        Node node = path[last];
        if (places[last] == START && node.is(Node.DYNAMIC) && !node.is(Node.EVENT)) {
            // It may not have found its inputs yet, or not need some of them any more.
            refresh(node);
        }
        return advance(last);
    }

    /** Makes a node active whose inputs are. */
    private void link(Node node) {
        boolean tracks = node.is(Node.TRACKING);
        boolean valued = !node.is(Node.EVENT | Node.INITIAL | Node.OBSERVER);
        if (valued && !tracks) {
            refresh(node);
        }
        node.flags |= Node.ACTIVE;
        node.flags &= ~Node.MARKED;
        Node only = node.input();
        if (only != null) {
            only.addDependent(node);
            node.rank = only.rank;
        }
        for (Edge edge = node.inputs(); edge != null; edge = edge.following) {
            link(edge);
        }
        boolean observesSignal = node.is(Node.OBSERVER) && only != null && !only.is(Node.EVENT);
        if (only != null && (node.is(Node.LATE) || observesSignal)) {
            // Whoever observes a signal is told of its value now, but not again of this step.
            refresh(only);
            node.checked = now;
        } else if (!valued && !tracks) {
            // It has not missed anything so far; but it takes notice of this step, unless it has
            // done so already, and was only idle in between.
            node.checked = Math.max(node.checked, settled);
            if (propagating) {
                pull(node);
            }
        }
        if (settled != now) {
            node.flags |= Node.CHECK;
        }
        node.activated();
    }

    /** Has an input of an active node tell it of changes. */
    void link(Edge edge) {
        Node from = edge.from;
        activate(from);
        if (!raise(edge.to, from.rank + 1, from)) {
            throw new CycleException(edge.to);
        }
        from.addDependent(edge);
    }

    void unlink(Edge edge) {
        edge.from.removeDependent(edge);
        release(edge.from);
    }

    private void release(Node start) {
        if (!isToRelease(start)) {
            return;
        }
        ArrayDeque<Node> released = new ArrayDeque<>();
        for (Node node = start; node != null; node = released.poll()) {
            if (!isToRelease(node)) {
                continue;
            }
            if (!node.is(Node.TRACKING)) {
                node.checked = Math.max(node.checked, settled);
            }
            node.flags &= ~(Node.ACTIVE | Node.CHECK | Node.UNTOLD | Node.MARKED);
            detach(node, released);
            node.released();
        }
    }

    private static boolean isToRelease(Node node) {
        return (node.flags & (Node.ACTIVE | Node.KEPT)) == Node.ACTIVE && node.first == null;
    }

    /** Takes a node out of the lists of its inputs, and collects those that are left alone. */
    private static void detach(Node node, ArrayDeque<Node> alone) {
        Node only = node.input();
        if (only != null) {
            only.removeDependent(node);
            alone.add(only);
        }
        for (Edge edge = node.inputs(); edge != null; edge = edge.following) {
            edge.from.removeDependent(edge);
            alone.add(edge.from);
        }
    }

    /** Keeps a node active, also without dependents. */
    void keep(Node node) {
        node.flags |= Node.KEPT;
        activate(node);
    }

    /** Has a node never change again. */
    void stop(Node start, boolean strongly) {
        check();
        ArrayDeque<Node> alone = new ArrayDeque<>();
        stop(start, alone);
        for (Node node = alone.poll(); node != null; node = alone.poll()) {
            if (strongly && node.first == null && !node.is(Node.SOURCE | Node.STOPPED)) {
                stop(node, alone);
            } else {
                release(node);
            }
        }
    }

    private void stop(Node node, ArrayDeque<Node> alone) {
        boolean heard = node.is(Node.HEARD);
        if (node.is(Node.STOPPED | Node.SOURCE)) {
            node.flags |= Node.STOPPED;
            if (heard) {
                tellStopped(node);
            }
            return;
        }
        boolean active = node.is(Node.ACTIVE);
        node.flags |= Node.STOPPED;
        node.flags &= ~(Node.ACTIVE | Node.KEPT);
        if (active) {
            detach(node, alone);
        }
        node.disown();
        node.released();
        if (heard) {
            tellStopped(node);
        }
    }

    /** Tells those who want to know, once, that a node has been stopped. */
    private void tellStopped(Node node) {
        node.flags &= ~Node.HEARD;
        for (Dependent d = node.first; d != null; d = d.next) {
            if (d instanceof Outlet<?> outlet) {
                outlet.inputStopped();
            }
        }
        deliveries.runIfAtRest();
        Node.Extras extras = node.extras;
        Runnable onStop = extras == null ? null : extras.onStop;
        if (onStop != null) {
            outside(onStop);
        }
    }

    /* ---- Owners ---- */

    /** Who owns what is made now, if anybody does. */
    @Nullable
    Owner owner() {
        return scope instanceof Node function ? function.owner() : (Owner) scope;
    }

    /** Gives a node to whoever owns what is made now. */
    void adopt(Node node) {
        Owner owner = owner();
        if (owner != null) {
            owner.add(node);
        }
    }

    /* ---- Errors, and what must wait ---- */

    /** Runs a task when the step is over. */
    void afterStep(Runnable task) {
        if (running) {
            afterStep.add(task);
            isMore = true;
        } else {
            guarded(task);
        }
    }

    boolean guarded(Runnable task) {
        try {
            task.run();
            return true;
        } catch (Throwable t) {
            handle(t);
            return false;
        }
    }

    /** Runs an action of which the function that runs now is only the occasion. */
    boolean outside(Runnable action) {
        Tracking<?> reader = tracking;
        Object owner = scope;
        tracking = null;
        scope = null;
        try {
            return guarded(action);
        } finally {
            tracking = reader;
            scope = owner;
        }
    }

    /** Whether an error must leave the graph, and the loop. */
    static boolean isFatal(Throwable t) {
        return t instanceof VirtualMachineError || t instanceof LinkageError;
    }

    /** Takes what somebody outside of the graph has thrown. */
    void strangerFailed(Throwable error) {
        if (isFatal(error)) {
            fatal = (Error) error;
        } else {
            handle(error);
        }
    }

    void handle(Throwable error) {
        try {
            Consumer<? super Throwable> own = handler;
            if (own != null) {
                own.accept(error);
            } else if (EventLoop.isLoopThread()) {
                EventLoop.spawn(() -> Promise.failed(error));
            } else {
                log("Nobody handled this error", error);
            }
        } catch (Throwable t) {
            log("The handler of a graph failed", t);
        }
    }

    /** The last resort; any thread. */
    static void log(String message, Throwable error) {
        System.getLogger("io.lwt4j.react").log(System.Logger.Level.ERROR, message, error);
    }
}
