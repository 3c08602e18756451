package io.lwt4j.examples;

import io.lwt4j.examples.docs.Page;

import java.io.IOException;

/** The page of an example. */
public final class ExamplePage {

    private ExamplePage() {}

    /** The output that the page shows. */
    public static String output(String name) throws IOException {
        return block(name, "text");
    }

    /** The first block of the page in a certain language. */
    public static String block(String name, String language) throws IOException {
        Page page = Page.of("examples/" + name);
        return page.blocks(language).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError(page + " has no " + language));
    }
}
