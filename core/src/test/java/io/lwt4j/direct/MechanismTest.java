package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Which mechanism is chosen. */
class MechanismTest {

    @Test
    void aMechanismCanBeAskedForByName() {
        assertThat(Mechanism.chosen("platform")).isEqualTo(Mechanism.PLATFORM);
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> Mechanism.chosen("green"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lwt4j.direct")
                .hasMessageContaining("\"green\"")
                .hasMessageContaining("scheduled, virtual, platform");
        assertThatThrownBy(() -> Mechanism.chosen("PLATFORM"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void beforeVirtualThreadsThereIsOneMechanismOnly() {
        assertThat(Mechanism.chosen(null)).isEqualTo(Mechanism.PLATFORM);
        assertThatThrownBy(() -> Mechanism.chosen("virtual"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs JDK 21 or newer");
        assertThatThrownBy(() -> Mechanism.chosen("scheduled"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("--add-opens");
        assertThatThrownBy(() -> VirtualThreads.start(() -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(VirtualThreads.isVirtual(Thread.currentThread())).isFalse();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void withVirtualThreadsEveryMechanismCanBeAskedFor() {
        assertThat(Mechanism.chosen("virtual")).isEqualTo(Mechanism.VIRTUAL);
        assertThat(Mechanism.chosen("scheduled")).isEqualTo(Mechanism.SCHEDULED);
    }
}
