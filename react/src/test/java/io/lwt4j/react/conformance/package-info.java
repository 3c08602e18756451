/** What the libraries of the field agree on, title by title of their common suite. */
@NullMarked
package io.lwt4j.react.conformance;

import org.jspecify.annotations.NullMarked;
