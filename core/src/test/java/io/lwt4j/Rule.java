package io.lwt4j;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rules of {@code docs/semantics.md} that a test pins. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Rule {

    /** The ids of the rules, such as {@code "P-4"}. */
    String[] value();
}
