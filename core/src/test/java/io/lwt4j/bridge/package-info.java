/**
 * The cancellation matrix: every conversion of the bridge under every condition in every form of
 * race, and what the laws say must come of it. This package knows no library; the modules add the
 * kinds of theirs and list their conversions.
 */
package io.lwt4j.bridge;
