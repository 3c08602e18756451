package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the snippets of the guide, and checks that it shows these, and what they print. */
class GuideTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

    private final List<Object> out = new ArrayList<>();

    @Test
    void everySnippetOfTheGuideIsRunHere() throws Exception {
        String self =
                squeezed(Files.readString(Path.of("src/test/java/io/lwt4j/react/GuideTest.java")));
        assertThat(blocks("java"))
                .hasSizeGreaterThan(7)
                .allSatisfy(snippet -> assertThat(self).contains(squeezed(snippet)));
    }

    private static Stream<String> blocks(String language) throws Exception {
        return FENCE.matcher(Files.readString(ROOT.resolve("docs/signals.md")))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2));
    }

    /** The text without white space: the formatter decides on lines. */
    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    /** The text without the times, which other tests of the same thread have part in. */
    private static String timeless(String text) {
        return text.replaceAll("changed at \\d+", "changed");
    }

    @Test
    void signals() {
        Var<Integer> net = Var.of(100);
        Var<Integer> rate = Var.of(20);
        Signal<Integer> tax = Signal.lift(net.signal(), rate.signal(), (n, r) -> n * r / 100);
        Signal<Integer> gross = Signal.lift(net.signal(), tax, Integer::sum);

        gross.observe(g -> out.add("gross " + g));
        net.set(200);

        assertThat(out).containsExactly("gross 120", "gross 240");
    }

    @Test
    void events() {
        EventEmitter<String> keys = EventEmitter.create();
        Signal<String> text = keys.event().foldSignal("", String::concat);

        keys.send("a");
        keys.send("b");
        out.add(text.get());

        assertThat(out).containsExactly("ab");
    }

    @Test
    void steps() {
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(1);
        Signal.lift(left.signal(), right.signal(), (l, r) -> l + " and " + r).observe(out::add);

        Step.batch(() -> {
            left.set(2);
            right.set(2);
        });

        assertThat(out).containsExactly("1 and 1", "2 and 2");
    }

    @Test
    void computed() {
        Var<Boolean> inEuro = Var.of(true);
        Var<Integer> cents = Var.of(250);
        Signal<String> label =
                Signal.computed(() -> inEuro.get() ? cents.get() / 100.0 + " €" : "free");

        label.observe(out::add);
        inEuro.set(false);
        cents.set(300);

        assertThat(out).containsExactly("2.5 €", "free");
    }

    @Test
    void owners() {
        Var<Integer> price = Var.of(1);
        Owner page = Owner.create();
        page.own(() -> price.signal().observe(p -> out.add("price " + p)));
        price.set(2);
        page.close();
        price.set(3);

        assertThat(out).containsExactly("price 1", "price 2");
    }

    @Test
    void errors() {
        Var<Integer> divisor = Var.of(1);
        Signal<Integer> ratio = divisor.signal().map(d -> 10 / d);
        ratio.observe(r -> out.add("ratio " + r), e -> out.add("error " + e.getMessage()));
        divisor.signal().observe(d -> out.add("divisor " + d));

        divisor.set(0);
        divisor.set(5);

        assertThat(out)
                .containsExactly(
                        "ratio 10",
                        "divisor 1",
                        "error / by zero",
                        "divisor 0",
                        "ratio 2",
                        "divisor 5");
    }

    @Test
    void promises() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<String> queries = EventEmitter.create();
            AsyncEvents.mapLatest(queries.event(), query -> search(query)).observe(out::add);
            queries.send("l");
            queries.send("lwt");

            assertThat(searches.get("l".length() - 1).promise().isCancelled()).isTrue();
            searches.get(1).resolve("found lwt");
            assertThat(out).containsExactly("found lwt");
            return Promise.unit();
        });
    }

    private final List<Resolver<String>> searches = new ArrayList<>();

    private Promise<String> search(String query) {
        assertThat(query).startsWith("l");
        searches.add(Resolver.cancellable());
        return searches.get(searches.size() - 1).promise();
    }

    @Test
    void pictures() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> width = Var.of(2).named("width");
            Var<Integer> height = Var.of(3).named("height");
            Signal<Integer> area = Signal.lift(width.signal(), height.signal(), (w, h) -> w * h)
                    .named("area");
            area.observe(a -> {});
            height.set(4);

            out.add(GraphView.cause(area));
            out.add(GraphView.of(area).mermaid());

            assertThat(out.get(0)).isEqualTo(List.of("height", "area"));
            assertThat(blocks("mermaid").map(GuideTest::timeless).toList())
                    .last()
                    .isEqualTo(timeless(out.get(1).toString()));
            assertThat(timeless(GraphView.of(area).dot()))
                    .startsWith("digraph signals {")
                    .contains("label=\"area\\nrank 1\\n= 8\\nchanged\"", "n1 -> n0;");
            return Promise.unit();
        });
    }
}
