package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks into a graph: pictures of it, and why something has changed.
 *
 * <pre>{@code
 * System.out.println(GraphView.of(total).mermaid());
 * System.out.println(GraphView.cause(total));
 * }</pre>
 *
 * <p>A view has what the given events and signals are made of, and what depends on those, as far as
 * it is active; idle ones are not known to what they are made of. It is as of now.
 *
 * <p>Thread rule: that of the {@link Graph}.
 */
public final class GraphView {

    private static final int LONGEST_VALUE = 40;

    private final Map<Node, String> ids = new LinkedHashMap<>();

    private GraphView() {}

    /**
     * What some events and signals are connected with.
     *
     * @param nodes the events and signals
     * @return the view
     */
    public static GraphView of(Reactive... nodes) {
        GraphView view = new GraphView();
        ArrayDeque<Node> found = new ArrayDeque<>();
        for (Reactive node : nodes) {
            view.add((Node) node, found);
        }
        for (Node node = found.poll(); node != null; node = found.poll()) {
            for (Node input : inputs(node)) {
                view.add(input, found);
            }
            for (Dependent d = node.first; d != null; d = d.next) {
                view.add(d instanceof Node only ? only : ((Edge) d).to, found);
            }
        }
        return view;
    }

    private void add(Node node, ArrayDeque<Node> found) {
        if (ids.putIfAbsent(node, "n" + ids.size()) == null) {
            found.add(node);
        }
    }

    private static List<Node> inputs(Node node) {
        List<Node> inputs = new ArrayList<>();
        Node only = node.input();
        if (only != null) {
            inputs.add(only);
        }
        for (Edge edge = node.inputs(); edge != null; edge = edge.following) {
            if (!inputs.contains(edge.from)) {
                inputs.add(edge.from);
            }
        }
        return inputs;
    }

    /**
     * The view in the language of Graphviz: each node with its name, rank, value and the time of
     * its last change, and the edges along which changes go; what is idle is dashed.
     *
     * @return the text
     */
    public String dot() {
        StringBuilder out = new StringBuilder("digraph signals {\n  rankdir=TB;\n");
        ids.forEach((node, id) -> out.append("  ")
                .append(id)
                .append(" [label=\"")
                .append(escaped(label(node, "\n"), "\\\"", "\\n"))
                .append("\", shape=")
                .append(shape(node))
                .append(isIdle(node) ? ", style=dashed];\n" : "];\n"));
        edges((from, to) ->
                out.append("  ").append(from).append(" -> ").append(to).append(";\n"));
        return out.append("}\n").toString();
    }

    private static String shape(Node node) {
        if (node.is(Node.OBSERVER)) {
            return "note";
        }
        return node.is(Node.EVENT) ? "ellipse" : "box";
    }

    /**
     * The view in the language of Mermaid, which many pages of documentation show as a picture.
     *
     * @return the text
     */
    public String mermaid() {
        StringBuilder out = new StringBuilder("flowchart TD\n");
        ids.forEach((node, id) -> {
            boolean round = node.is(Node.EVENT);
            out.append("  ")
                    .append(id)
                    .append(round ? "([\"" : "[\"")
                    .append(escaped(label(node, "\n"), "#quot;", "<br/>"))
                    .append(round ? "\"])\n" : "\"]\n");
        });
        edges((from, to) ->
                out.append("  ").append(from).append(" --> ").append(to).append('\n'));
        return out.toString();
    }

    @FunctionalInterface
    private interface EdgeWriter {
        void write(String from, String to);
    }

    private void edges(EdgeWriter writer) {
        ids.forEach((node, id) -> {
            for (Node input : inputs(node)) {
                writer.write(requireNonNull(ids.get(input)), id);
            }
        });
    }

    private static boolean isIdle(Node node) {
        return !node.is(Node.ACTIVE | Node.SOURCE);
    }

    private static String label(Node node, String separator) {
        StringBuilder label = new StringBuilder(node.toString());
        if (node.is(Node.ACTIVE | Node.SOURCE)) {
            label.append(separator).append("rank ").append(node.rank);
        }
        if (!node.is(Node.EVENT | Node.OBSERVER) && node.value != Node.UNSET) {
            label.append(separator).append("= ").append(shortened(node.value));
        }
        if (node.changed > 0) {
            label.append(separator).append("changed at ").append(node.changed);
        }
        return label.toString();
    }

    private static String shortened(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }

    private static String escaped(String text, String quote, String newline) {
        return text.replace("\\", "\\\\").replace("\"", quote).replace("\n", newline);
    }

    /**
     * Why an event or a signal has last changed: the way from the source that was written to.
     *
     * @param node the event or the signal
     * @return names, from the source to {@code node}; only the latter if it has never changed
     */
    public static List<String> cause(Reactive node) {
        List<String> path = new ArrayList<>();
        for (Node at = (Node) node; at != null; at = latest(at)) {
            path.add(0, at.toString());
        }
        return path;
    }

    /** The input that has changed last, but not after the node. */
    private static @Nullable Node latest(Node node) {
        Node latest = null;
        for (Node input : inputs(node)) {
            if (input.changed <= node.changed
                    && (latest == null || input.changed > latest.changed)) {
                latest = input;
            }
        }
        return latest;
    }
}
