package io.lwt4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;

/** Exit codes, and the error that tells of them. */
class ExitStatusTest {

    @Test
    void codesFrom129To192AreSignals() {
        assertThat(ExitStatus.of(0)).isEqualTo(new ExitStatus.Exited(0));
        assertThat(ExitStatus.of(128)).isEqualTo(new ExitStatus.Exited(128));
        assertThat(ExitStatus.of(143)).isEqualTo(new ExitStatus.Signaled(OsSignal.TERM));
        assertThat(ExitStatus.of(143).code()).isEqualTo(143);
        assertThat(ExitStatus.of(193)).isEqualTo(new ExitStatus.Exited(193));
        assertThat(ExitStatus.of(-1).isSuccess()).isFalse();
        assertThat(ExitStatus.of(0).isSuccess()).isTrue();
    }

    @Test
    void anExitExceptionSurvivesSerialization() throws Exception {
        ExitException error =
                new ExitException(List.of("make", "all"), ExitStatus.of(2), "a\nno rule\n", false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(error);
        }
        ExitException copy;
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            copy = (ExitException) in.readObject();
        }
        assertThat(copy).hasMessage("\"make all\" ended with exit code 2: no rule");
        assertThat(copy.status()).isEqualTo(error.status());
        assertThat(copy.command()).containsExactly("make", "all");
        assertThat(copy.errors()).isEqualTo("a\nno rule\n");
    }
}
