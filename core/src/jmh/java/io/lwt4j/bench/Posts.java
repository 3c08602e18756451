package io.lwt4j.bench;

import io.lwt4j.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import reactor.core.scheduler.Scheduler;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Workloads of posting tasks to a loop that runs on a thread of its own; per task. */
@OperationsPerInvocation(Posts.TASKS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public abstract class Posts extends Workload {

    static final int TASKS = 200_000;

    /** Posts a task to the loop to be measured. */
    protected Executor target;

    private Runnable close;

    /**
     * How many tasks have run; for the loop's thread only, which hands it over by {@link #done}.
     */
    protected int count;

    private volatile Thread waiting;

    @Benchmark
    public Integer lwt4j() {
        return post();
    }

    @Benchmark
    public Integer executor() {
        return post();
    }

    @Benchmark
    public Integer fjp() {
        return post();
    }

    @Benchmark
    public Integer netty() {
        return post();
    }

    @Benchmark
    public Integer vertx() {
        return post();
    }

    @Benchmark
    public Integer mono() {
        return post();
    }

    @Benchmark
    public Integer single() {
        return post();
    }

    @Benchmark
    public Integer limit() {
        return post();
    }

    @Override
    protected void prepare() {
        switch (peer) {
            case "lwt4j" -> {
                EventLoop started = EventLoop.builder().start();
                use(started::execute, started::close);
            }
            case "executor" -> use(Executors.newSingleThreadExecutor());
            case "fjp" -> use(new ForkJoinPool(1));
            case "netty" -> {
                EventLoopGroup group =
                        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
                use(group.next(), group::shutdownGracefully);
            }
            case "vertx" -> {
                Vertx vertx = Vertx.vertx();
                Context context = vertx.getOrCreateContext();
                use(task -> context.runOnContext(now -> task.run()), vertx::close);
            }
            case "mono" -> {
                Scheduler scheduler = reactor.core.scheduler.Schedulers.newSingle("single");
                Scheduler.Worker worker = scheduler.createWorker();
                use(worker::schedule, scheduler::dispose);
            }
            case "single" ->
                use(Schedulers.single().createWorker()::schedule, Schedulers::shutdown);
            case "limit" -> {
                BareLoop bare = new BareLoop();
                use(bare, bare::interrupt);
            }
            default -> throw new AssertionError(peer);
        }
    }

    private void use(ExecutorService service) {
        use(service, service::shutdown);
    }

    private void use(Executor target, Runnable close) {
        this.target = target;
        this.close = close;
    }

    /** Ends the loop. */
    @TearDown(Level.Trial)
    public void end() {
        close.run();
    }

    private Integer post() {
        waiting = Thread.currentThread();
        count = 0;
        begin();
        while (waiting != null) {
            LockSupport.park(this);
        }
        return count;
    }

    /** Posts the tasks, or sees to it that they are. */
    protected abstract void begin();

    /** To be called by the last task. */
    protected final void done() {
        Thread thread = waiting;
        waiting = null;
        LockSupport.unpark(thread);
    }

    @Override
    protected Object expected() {
        return TASKS;
    }

    /** Two queues and a thread that looks into them, and no more. */
    private static final class BareLoop extends Thread implements Executor {

        private final ArrayDeque<Runnable> local = new ArrayDeque<>();
        private final MpscUnboundedVarHandleArrayQueue<Runnable> remote =
                new MpscUnboundedVarHandleArrayQueue<>(1024);
        private volatile boolean asleep;

        BareLoop() {
            start();
        }

        @Override
        public void execute(Runnable task) {
            if (Thread.currentThread() == this) {
                local.add(task);
                return;
            }
            remote.offer(task);
            if (asleep) {
                asleep = false;
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            while (!isInterrupted()) {
                for (Runnable task = local.poll(); task != null; task = local.poll()) {
                    task.run();
                }
                Runnable task = remote.poll();
                if (task != null) {
                    task.run();
                    continue;
                }
                asleep = true;
                if (remote.isEmpty()) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
    }
}
