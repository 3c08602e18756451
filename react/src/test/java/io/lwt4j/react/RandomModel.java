package io.lwt4j.react;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a random graph has to do, in the simplest way: in each step every node is computed anew, in
 * the order in which they were made.
 */
final class RandomModel {

    enum Kind {
        VARIABLE(true, true),
        MAP(true, false),
        MAP_EQUALITY(true, true),
        LIFT(true, false),
        LIFT3(true, false),
        MERGE_SIGNALS(true, false),
        COMPUTED(true, false),
        COMPUTED_EQUALITY(true, true),
        FILTER_SIGNAL(true, true),
        FILTER_MAP_SIGNAL(true, true),
        GATE(true, true),
        DISMISS_SIGNAL(true, true),
        HOLD(true, true),
        HOLD_EQUALITY(true, true),
        FOLD_SIGNAL(true, true),
        FLATTEN(true, false),
        FLAT_MAP(true, true),

        EMITTER(false, true),
        MAP_EVENT(false, false),
        FILTER_EVENT(false, false),
        FILTER_MAP_EVENT(false, false),
        MERGE_EVENTS(false, false),
        SELECT(false, false),
        LIFT_EVENTS(false, false),
        SAMPLE(false, false),
        ON(false, false),
        DISMISS_EVENT(false, false),
        FOLD_EVENT(false, true),
        ONCE(false, true),
        DROP_ONCE(false, true),
        DIFF_EVENT(false, true),
        CHANGES_EVENT(false, true),
        UNTIL(false, true),
        CHANGES(false, false),
        DIFF(false, false),
        SWITCH(false, true);

        /** A signal, or an event. */
        final boolean signal;

        /** It does not only depend on what its inputs are now. */
        final boolean remembers;

        Kind(boolean signal, boolean remembers) {
            this.signal = signal;
            this.remembers = remembers;
        }
    }

    static final class Node {
        final int index;
        final Kind kind;
        final int[] in;

        /** Makes the functions of nodes of one kind different ones. */
        final int salt;

        boolean stopped;

        /** The value of a signal, null at first, or the occurrence of an event, null if none. */
        Integer value;

        /** In the last step. */
        boolean changed;

        int state;
        Integer last;
        boolean done;

        /** What the function of FLAT_MAP has chosen, and the value it was for. */
        Integer chosenFor;

        Node(int index, Kind kind, int[] in, int salt) {
            this.index = index;
            this.kind = kind;
            this.in = in;
            this.salt = salt;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("n" + index + "=" + kind + salt);
            for (int i : in) {
                text.append(" n").append(i);
            }
            return text.toString();
        }
    }

    /** What all nodes were in one step. */
    record Snapshot(List<Integer> values, List<Boolean> changed) {}

    final List<Node> nodes = new ArrayList<>();

    /**
     * Has what the last occurrence of the one written to the other, in a later step; -1 if none.
     */
    int relayFrom = -1;

    int relayTo = -1;

    /** A function of values, in few results, so that some of them are equal. */
    static int f(int salt, int... arguments) {
        int sum = salt;
        for (int argument : arguments) {
            sum = sum * 3 + argument;
        }
        return Math.floorMod(sum, 7);
    }

    static boolean test(int salt, int argument) {
        return Math.floorMod(argument + salt, 3) != 0;
    }

    static boolean sameParity(Integer a, Integer b) {
        return (a & 1) == (b & 1);
    }

    /** Which of so many a dynamic node has to look at. */
    static int choice(int salt, int argument, int count) {
        return Math.floorMod(argument + salt, count);
    }

    Node add(Kind kind, int[] in, int salt) {
        Node node = new Node(nodes.size(), kind, in, salt);
        nodes.add(node);
        if (kind == Kind.VARIABLE) {
            node.value = Math.floorMod(salt, 7);
        } else if (kind.signal) {
            Node[] inputs = inputs(node);
            for (Node input : inputs) {
                if (!input.kind.signal) {
                    input.value = null;
                }
                input.changed = false;
            }
            compute(node, inputs);
        }
        if (kind == Kind.DIFF) {
            node.last = nodes.get(in[0]).value;
        }
        node.changed = false;
        return node;
    }

    private Node[] inputs(Node node) {
        Node[] inputs = new Node[node.in.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = nodes.get(node.in[i]);
        }
        return inputs;
    }

    /** The steps that follow from what is written, one map for each step. */
    List<Snapshot> run(List<Map<Integer, Integer>> writes) {
        List<Map<Integer, Integer>> steps = new ArrayList<>(writes);
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            snapshots.add(step(steps.get(i)));
            if (relayFrom < 0 || nodes.get(relayTo).stopped) {
                continue;
            }
            Integer relayed = nodes.get(relayFrom).value;
            if (relayed == null || relayed.equals(nodes.get(relayTo).value)) {
                continue;
            }
            // It takes part in the next step, whichever that is.
            Map<Integer, Integer> next = new HashMap<>(Map.of(relayTo, relayed));
            if (i + 1 < steps.size()) {
                next.putAll(steps.get(i + 1));
                steps.set(i + 1, next);
            } else {
                steps.add(next);
            }
        }
        return snapshots;
    }

    /** What all would be if these were the values of variables. */
    Snapshot suppose(Map<Integer, Integer> variables) {
        Map<Integer, Integer> values = new HashMap<>();
        for (Node node : nodes) {
            Integer value = node.value;
            if (node.kind == Kind.VARIABLE) {
                value = variables.getOrDefault(node.index, value);
            } else if (!node.stopped && node.kind.signal && !node.kind.remembers) {
                Node copy = new Node(node.index, node.kind, node.in, node.salt);
                Node[] inputs = new Node[node.in.length];
                for (int i = 0; i < inputs.length; i++) {
                    Node input = nodes.get(node.in[i]);
                    inputs[i] = new Node(input.index, input.kind, input.in, input.salt);
                    inputs[i].value = values.get(input.index);
                }
                compute(copy, inputs);
                value = copy.value;
            }
            values.put(node.index, value);
        }
        List<Integer> list = new ArrayList<>();
        for (Node node : nodes) {
            list.add(values.get(node.index));
        }
        return new Snapshot(list, List.of());
    }

    private Snapshot step(Map<Integer, Integer> writes) {
        List<Integer> values = new ArrayList<>();
        List<Boolean> changed = new ArrayList<>();
        for (Node node : nodes) {
            node.changed = false;
            if (node.stopped) {
                if (!node.kind.signal) {
                    node.value = null;
                }
            } else if (node.kind == Kind.VARIABLE) {
                become(node, writes.getOrDefault(node.index, node.value));
            } else if (node.kind == Kind.EMITTER) {
                node.value = writes.get(node.index);
            } else {
                compute(node, inputs(node));
            }
            values.add(node.value);
            changed.add(node.kind.signal ? node.changed : node.value != null);
        }
        return new Snapshot(values, changed);
    }

    private static void become(Node node, Integer value) {
        node.changed = !Objects.equals(node.value, value);
        node.value = value;
    }

    private static void compute(Node node, Node[] in) {
        if (node.kind.signal) {
            signal(node, in);
        } else {
            node.value = occurrence(node, in);
        }
    }

    private static void signal(Node node, Node[] in) {
        Integer before = node.value;
        Integer first = in[0].value;
        int salt = node.salt;
        switch (node.kind) {
            case MAP -> become(node, f(salt, first));
            case LIFT -> become(node, f(salt, first, in[1].value));
            case LIFT3 -> become(node, f(salt, first, in[1].value, in[2].value));
            case MAP_EQUALITY -> {
                int next = f(salt, first);
                become(node, before != null && sameParity(before, next) ? before : (Integer) next);
            }
            case MERGE_SIGNALS -> {
                int result = salt;
                for (Node input : in) {
                    result = f(result, input.value);
                }
                become(node, result);
            }
            case COMPUTED -> become(node, f(salt, first, chosen(node, in)));
            case COMPUTED_EQUALITY -> {
                int next = f(salt, first, chosen(node, in));
                become(node, before != null && sameParity(before, next) ? before : (Integer) next);
            }
            case FILTER_SIGNAL ->
                become(node, test(salt, first) ? first : before == null ? (Integer) salt : before);
            case FILTER_MAP_SIGNAL ->
                become(
                        node,
                        test(salt, first)
                                ? (Integer) f(salt, first)
                                : before == null ? (Integer) salt : before);
            case GATE ->
                become(
                        node,
                        test(salt, first) ? in[1].value : before == null ? (Integer) salt : before);
            case DISMISS_SIGNAL -> {
                if (before == null || (in[1].changed && first == null)) {
                    become(node, in[1].value);
                }
            }
            case HOLD -> become(node, first != null ? first : before == null ? salt : before);
            case HOLD_EQUALITY -> {
                int present = before == null ? salt : before;
                become(
                        node,
                        first == null || sameParity(present, first) ? (Integer) present : first);
            }
            case FOLD_SIGNAL -> {
                int present = before == null ? salt : before;
                become(node, first == null ? present : f(salt, present, first));
            }
            case FLATTEN -> become(node, chosen(node, in));
            case FLAT_MAP -> flatMap(node, in, first);
            default -> throw new AssertionError(node.kind);
        }
    }

    private static Integer chosen(Node node, Node[] in) {
        return in[1 + choice(node.salt, in[0].value, in.length - 1)].value;
    }

    /** The last input is an event; what the function makes of it remembers. */
    private static void flatMap(Node node, Node[] in, Integer first) {
        if (!first.equals(node.chosenFor)) {
            node.chosenFor = first;
            node.state = first;
        }
        Integer occurrence = in[in.length - 1].value;
        if (occurrence != null) {
            node.state = f(1, node.state, occurrence);
        }
        int choice = choice(node.salt, first, in.length);
        Integer value = switch (choice) {
            case 0 -> (Integer) node.state;
            case 1 -> in[1].value;
            default -> (Integer) f(2, first, in[choice - 1].value);
        };
        become(node, value);
    }

    private static Integer occurrence(Node node, Node[] in) {
        Integer first = in[0].value;
        Integer second = in.length > 1 ? in[1].value : null;
        int salt = node.salt;
        return switch (node.kind) {
            case MERGE_EVENTS -> merged(salt, in);
            case SELECT -> selected(in);
            case DISMISS_EVENT -> second == null ? first : null;
            case UNTIL -> {
                node.done |= second != null;
                yield node.done ? null : first;
            }
            case CHANGES -> in[0].changed ? first : null;
            case DIFF -> {
                Integer before = node.last;
                node.last = first;
                yield in[0].changed ? (Integer) f(salt, first, before) : null;
            }
            case SWITCH -> {
                if (first != null) {
                    node.state = choice(salt, first, in.length - 1);
                }
                yield in[1 + node.state].value;
            }
            default -> first == null ? null : ofOccurrence(node, first, second);
        };
    }

    private static Integer merged(int salt, Node[] in) {
        Integer result = null;
        for (Node input : in) {
            if (input.value != null) {
                result = f(result == null ? salt : result, input.value);
            }
        }
        return result;
    }

    private static Integer selected(Node[] in) {
        for (Node input : in) {
            if (input.value != null) {
                return input.value;
            }
        }
        return null;
    }

    /** Of an event that does nothing in steps in which its first input does not occur. */
    private static Integer ofOccurrence(Node node, int first, Integer second) {
        int salt = node.salt;
        return switch (node.kind) {
            case MAP_EVENT -> (Integer) f(salt, first);
            case FILTER_EVENT -> test(salt, first) ? (Integer) first : null;
            case FILTER_MAP_EVENT -> test(salt, first) ? (Integer) f(salt, first) : null;
            case LIFT_EVENTS -> second == null ? null : (Integer) f(salt, first, second);
            case SAMPLE -> (Integer) f(salt, first, second);
            case ON -> test(salt, second) ? (Integer) first : null;
            case FOLD_EVENT -> {
                node.state = f(salt, node.state, first);
                yield (Integer) node.state;
            }
            case ONCE -> {
                boolean passes = !node.done;
                node.done = true;
                yield passes ? (Integer) first : null;
            }
            case DROP_ONCE -> {
                boolean passes = node.done;
                node.done = true;
                yield passes ? (Integer) first : null;
            }
            case DIFF_EVENT -> {
                Integer before = node.last;
                node.last = first;
                yield before == null ? null : (Integer) f(salt, first, before);
            }
            case CHANGES_EVENT -> {
                Integer before = node.last;
                node.last = first;
                yield before != null && before == first ? null : (Integer) first;
            }
            default -> throw new AssertionError(node.kind);
        };
    }
}
