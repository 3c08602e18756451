package io.lwt4j.examples.dashboard;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What the user of {@link Dashboard} wants.
 *
 * @param port where to listen; 0 for a free one
 * @param runtime when to end; null for not by itself
 * @param seed of which the prices are made
 * @param help whether only to say what can be wanted
 */
record DashboardArguments(int port, @Nullable Duration runtime, long seed, boolean help) {

    static final String USAGE =
            "usage: Dashboard [--port PORT] [--seconds SECONDS] [--seed NUMBER] [--help]";

    /** Throws {@link IllegalArgumentException} with a line for the user. */
    static DashboardArguments parse(String... args) {
        int port = 8080;
        Duration runtime = null;
        long seed = 1;
        boolean help = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--port" -> port = (int) number(args, ++i, 0xFFFF);
                case "--seconds" -> runtime = Duration.ofSeconds(number(args, ++i, 1_000_000));
                case "--seed" -> seed = number(args, ++i, 1_000_000);
                case "--help" -> help = true;
                default -> throw new IllegalArgumentException("unknown argument: " + args[i]);
            }
        }
        return new DashboardArguments(port, runtime, seed, help);
    }

    private static long number(String[] args, int i, long greatest) {
        if (i == args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        if (!args[i].matches("[0-9]{1,9}") || Long.parseLong(args[i]) > greatest) {
            throw new IllegalArgumentException(
                    args[i - 1] + ": " + args[i] + " is not a number from 0 to " + greatest);
        }
        return Long.parseLong(args[i]);
    }
}
