/** Events and signals as the cancellation matrix sees them. */
package io.lwt4j.react.bridge;
