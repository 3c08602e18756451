/** Lwt_react's events and signals: values that change over time, updated without glitches. */
@NullMarked
package io.lwt4j.react;

import org.jspecify.annotations.NullMarked;
