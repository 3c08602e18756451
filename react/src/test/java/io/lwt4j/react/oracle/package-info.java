/** Golden programs for events and signals, traced on the original. */
@NullMarked
package io.lwt4j.react.oracle;

import org.jspecify.annotations.NullMarked;
