/**
 * The oracle: programs in a small language, run against the public API, must print the traces that
 * OCaml's Lwt printed for them.
 *
 * <p>A golden file holds one {@link io.lwt4j.oracle.OracleCase} a line. The
 * {@link io.lwt4j.oracle.Interpreter} runs its {@link io.lwt4j.oracle.Statement}s. What each kind
 * of statement does is written in the {@link io.lwt4j.oracle.Part} that the kind belongs to, and
 * {@link io.lwt4j.oracle.Parts} lists the parts there are. A trace that differs is judged by
 * {@link io.lwt4j.oracle.Verdict}, which knows the decided {@link io.lwt4j.oracle.Deviation}s.
 */
@NullMarked
package io.lwt4j.oracle;

import org.jspecify.annotations.NullMarked;
