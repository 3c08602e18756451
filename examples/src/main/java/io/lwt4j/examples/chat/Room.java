package io.lwt4j.examples.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is there, in the order they came. Everything here is on one loop, so there are no locks. */
final class Room {

    private final Map<String, Member> members = new LinkedHashMap<>();

    boolean isTaken(String name) {
        return members.containsKey(name);
    }

    void enter(Member member) {
        members.put(member.name(), member);
        tellAll("* " + member.name() + " has joined");
    }

    void leave(Member member, String why) {
        members.remove(member.name());
        tellAll("* " + member.name() + " has left: " + why);
    }

    void tellAll(String line) {
        // A copy, since who is told one line too many leaves at once.
        List.copyOf(members.values()).forEach(member -> member.tell(line));
    }

    String who() {
        return "* here: " + String.join(", ", members.keySet());
    }
}
