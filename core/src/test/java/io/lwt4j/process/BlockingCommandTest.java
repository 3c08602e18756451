package io.lwt4j.process;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Commands in whose pipes threads block, as they do where the system has no other way. */
class BlockingCommandTest extends CommandContractTest {

    @BeforeAll
    static void block() {
        Wiring.alwaysBlocking = true;
    }

    @AfterAll
    static void watchAgain() {
        Wiring.alwaysBlocking = false;
    }
}
