/** The benchmark set that libraries for signals are compared by, as tests of their results. */
@NullMarked
package io.lwt4j.react.field;

import org.jspecify.annotations.NullMarked;
