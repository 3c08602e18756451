/** A crawler with limits, retries, a progress bar and a clean end on Ctrl-C. */
@NullMarked
package io.lwt4j.examples.crawl;

import org.jspecify.annotations.NullMarked;
