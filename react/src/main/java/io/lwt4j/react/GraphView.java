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

    /** What a node of a view is. */
    public enum Kind {
        /** It has a value. */
        SIGNAL,
        /** It occurs. */
        EVENT,
        /** It looks on: an observer, an effect, or a subscriber outside of the graph. */
        OBSERVER
    }

    /**
     * A node of a view.
     *
     * @param id how {@link EdgeView} and the pictures call it; no other node of the view has it
     * @param name its name, or what kind of node it is
     * @param kind what it is
     * @param active whether changes reach it; if not, it is idle
     * @param rank above those of all that it depends on, or that of the only one; 0 if it is idle
     * @param value the first characters of the value of a signal; null if there is none yet
     * @param changed the time of its last change: {@link StepReport#number} of the step, or for a
     *     source the time just before it, at which it was written to; 0 if there was none
     */
    public record NodeView(
            String id,
            String name,
            Kind kind,
            boolean active,
            int rank,
            @Nullable String value,
            long changed) {}

    /**
     * A way along which changes go.
     *
     * @param from the id of the node that is depended on
     * @param to the id of the node that depends on it
     */
    public record EdgeView(String from, String to) {}

    /**
     * The nodes, for a picture of one's own.
     *
     * @return the nodes as they are now, first those that the view was made of
     */
    public List<NodeView> nodes() {
        List<NodeView> nodes = new ArrayList<>(ids.size());
        ids.forEach((node, id) -> nodes.add(look(node, id)));
        return nodes;
    }

    private static NodeView look(Node node, String id) {
        Kind kind = node.is(Node.OBSERVER)
                ? Kind.OBSERVER
                : node.is(Node.EVENT) ? Kind.EVENT : Kind.SIGNAL;
        boolean active = node.is(Node.ACTIVE | Node.SOURCE);
        String value =
                kind == Kind.SIGNAL && node.value != Node.UNSET ? shortened(node.value) : null;
        return new NodeView(
                id,
                node.toString(),
                kind,
                active,
                active ? node.rank : 0,
                value,
                Math.max(0, node.changed));
    }

    /**
     * The edges, for a picture of one's own.
     *
     * @return the edges as they are now
     */
    public List<EdgeView> edges() {
        List<EdgeView> edges = new ArrayList<>();
        ids.forEach((node, id) -> {
            for (Node input : inputs(node)) {
                edges.add(new EdgeView(requireNonNull(ids.get(input)), id));
            }
        });
        return edges;
    }

    /**
     * The view in the language of Graphviz: each node with its name, rank, value and the time of
     * its last change, and the edges along which changes go; what is idle is dashed.
     *
     * @return the text
     */
    public String dot() {
        StringBuilder out = new StringBuilder("digraph signals {\n  rankdir=TB;\n");
        for (NodeView node : nodes()) {
            out.append("  ")
                    .append(node.id)
                    .append(" [label=\"")
                    .append(escaped(label(node), "\\\"", "\\n"))
                    .append("\", shape=")
                    .append(shape(node.kind))
                    .append(node.active ? "];\n" : ", style=dashed];\n");
        }
        for (EdgeView edge : edges()) {
            out.append("  ").append(edge.from).append(" -> ").append(edge.to).append(";\n");
        }
        return out.append("}\n").toString();
    }

    private static String shape(Kind kind) {
        return switch (kind) {
            case OBSERVER -> "note";
            case EVENT -> "ellipse";
            case SIGNAL -> "box";
        };
    }

    /**
     * The view in the language of Mermaid, which many pages of documentation show as a picture.
     *
     * @return the text
     */
    public String mermaid() {
        StringBuilder out = new StringBuilder("flowchart TD\n");
        for (NodeView node : nodes()) {
            boolean round = node.kind == Kind.EVENT;
            out.append("  ")
                    .append(node.id)
                    .append(round ? "([\"" : "[\"")
                    .append(escaped(label(node), "#quot;", "<br/>"))
                    .append(round ? "\"])\n" : "\"]\n");
        }
        for (EdgeView edge : edges()) {
            out.append("  ").append(edge.from).append(" --> ").append(edge.to).append('\n');
        }
        return out.toString();
    }

    private static String label(NodeView node) {
        StringBuilder label = new StringBuilder(node.name);
        if (node.active) {
            label.append("\nrank ").append(node.rank);
        }
        if (node.value != null) {
            label.append("\n= ").append(node.value);
        }
        if (node.changed > 0) {
            label.append("\nchanged at ").append(node.changed);
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
