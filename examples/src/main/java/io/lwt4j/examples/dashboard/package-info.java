/** A live dashboard: feeds of three kinds, the signals made of them, and a page that shows them. */
@NullMarked
package io.lwt4j.examples.dashboard;

import org.jspecify.annotations.NullMarked;
