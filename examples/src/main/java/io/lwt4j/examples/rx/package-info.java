/** An RxJava service that moves to promises, streams and signals, step by step. */
@NullMarked
package io.lwt4j.examples.rx;

import org.jspecify.annotations.NullMarked;
