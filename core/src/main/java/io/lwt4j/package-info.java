/**
 * Promises and the event loop: OCaml Lwt's model for Java.
 *
 * <p>Start with {@link io.lwt4j.Promise}, the one data type, and {@link io.lwt4j.EventLoop}, which
 * runs code one callback at a time. Unless a method says otherwise, null arguments are refused with
 * a {@link NullPointerException} that names the parameter.
 */
@NullMarked
package io.lwt4j;

import org.jspecify.annotations.NullMarked;
