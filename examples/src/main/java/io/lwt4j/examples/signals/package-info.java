/** A small spreadsheet: signals on their own, with core and react only. */
@NullMarked
package io.lwt4j.examples.signals;

import org.jspecify.annotations.NullMarked;
