package io.lwt4j.direct;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** A thread that takes turns with the loop's: each waits while the other runs. */
final class BatonFibre implements Fibre {

    private final Executor threads;
    private final Runnable body;
    private final Baton toLoop = new Baton();
    private final Baton toTask = new Baton();
    private boolean started;

    BatonFibre(Executor threads, Runnable body) {
        this.threads = threads;
        this.body = body;
    }

    @Override
    public void resume() {
        if (started) {
            toTask.pass();
        } else {
            threads.execute(this::run);
            started = true;
        }
        toLoop.take();
    }

    private void run() {
        try {
            body.run();
        } finally {
            toLoop.pass();
        }
    }

    @Override
    public void suspend() {
        toLoop.pass();
        toTask.take();
    }

    /** The right to run, on its way in one direction. */
    private static final class Baton {

        /* Overview. Parking and waking costs tens of microseconds, and often the other thread has
         * little to do; so one looks out for the baton for a while before one parks, if there is a
         * core to spare. How long is learnt: longer as long as that helps, else shorter.
         *
         * `taken` is written before `passed` is read and the other way round, both volatile: so at
         * least one of the two threads sees the other. Only `passed` says that the baton is there;
         * why park() returned does not matter.
         */

        private static final int MOST_LOOKS =
                Runtime.getRuntime().availableProcessors() > 1 ? 2_000 : 0;
        private static final int FEWEST_LOOKS = MOST_LOOKS / 100;

        private volatile boolean passed;
        private volatile @Nullable Thread parked;

        /** For the taker only. */
        private int looks = FEWEST_LOOKS;

        void pass() {
            passed = true;
            Thread taker = parked;
            if (taker != null) {
                LockSupport.unpark(taker);
            }
        }

        void take() {
            int most = looks;
            for (int i = 0; i < most && !passed; i++) {
                Thread.onSpinWait();
            }
            if (passed) {
                looks = Math.min(MOST_LOOKS, 2 * most);
            } else {
                looks = Math.max(FEWEST_LOOKS, most / 2);
                park();
            }
            passed = false;
        }

        private void park() {
            boolean interrupted = false;
            parked = Thread.currentThread();
            while (!passed) {
                try {
                    LockSupport.park(this);
                } catch (StackOverflowError end) {
                    // To put a virtual thread aside takes the more stack the deeper it is. The
                    // baton has been passed, so all that is left is to look out for it.
                    while (!passed) {
                        Thread.onSpinWait();
                    }
                }
                // An interrupt would make every further park() return at once.
                interrupted |= Thread.interrupted();
            }
            parked = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
