package io.lwt4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;

import org.junit.jupiter.api.Test;

class MemberTest {

    @Test
    void whoLeavesWithAFullOutboxGetsAllOfItAndTheLastLine() throws Exception {
        assertThat(EventLoop.run(() -> {
                    Member member = new Member("ann", 2);
                    member.tell("one");
                    member.tell("two");
                    member.leave("goodbye");
                    assertThat(member.dismissed().isPending()).isTrue();
                    return member.lines().toList();
                }))
                .containsExactly("one", "two", "goodbye");
    }

    @Test
    void whoIsToldOneLineTooManyIsDismissedAndGetsTheLastLineOnly() throws Exception {
        assertThat(EventLoop.run(() -> {
                    Member member = new Member("ann", 2);
                    member.tell("one");
                    member.tell("two");
                    member.tell("three");
                    assertThat(member.dismissed().poll()).contains("reads too slowly");
                    member.leave("goodbye");
                    return member.lines().toList();
                }))
                .containsExactly("goodbye");
    }
}
