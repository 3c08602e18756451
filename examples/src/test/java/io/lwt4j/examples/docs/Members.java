package io.lwt4j.examples.docs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The members that the tables of a page name as {@code Type.member}: on some pages those of another
 * library in the first column, in all others ours.
 *
 * @param page the page
 * @param count how many there are
 * @param missing those that do not exist, with their rows
 */
record Members(String page, int count, List<String> missing) {

    private static final Pattern MEMBER = Pattern.compile(
            "(?<![-\\w])([A-Z]\\w*(?:\\.[A-Z]\\w*)*)" + "(?:\\.|::)(?!class\\b)([a-z]\\w*)");
    private static final Pattern TYPE = Pattern.compile("^([A-Z]\\w*(?:\\.[A-Z]\\w*)*)$");

    private static final List<String> OURS = List.of(
            "io.lwt4j",
            "io.lwt4j.engine",
            "io.lwt4j.stream",
            "io.lwt4j.sync",
            "io.lwt4j.detach",
            "io.lwt4j.direct",
            "io.lwt4j.io",
            "io.lwt4j.net",
            "io.lwt4j.tls",
            "io.lwt4j.process",
            "io.lwt4j.react",
            "io.lwt4j.interop.reactor",
            "io.lwt4j.interop.rx");

    private static final List<String> JDK = List.of(
            "java.lang",
            "java.util",
            "java.util.concurrent",
            "java.util.function",
            "java.util.stream",
            "java.time");

    private static final List<String> REACTOR = List.of(
            "reactor.core",
            "reactor.core.publisher",
            "reactor.core.scheduler",
            "reactor.util.context",
            "reactor.util.retry",
            "reactor.test",
            "reactor.test.scheduler");

    private static final List<String> RXJAVA = List.of(
            "io.reactivex.rxjava3.core",
            "io.reactivex.rxjava3.disposables",
            "io.reactivex.rxjava3.observers",
            "io.reactivex.rxjava3.plugins",
            "io.reactivex.rxjava3.processors",
            "io.reactivex.rxjava3.schedulers",
            "io.reactivex.rxjava3.subjects",
            "io.reactivex.rxjava3.subscribers");

    static Members ofReactor() throws IOException {
        return in("coming-from-reactor", REACTOR);
    }

    static Members ofRxJava() throws IOException {
        return in("coming-from-rxjava", RXJAVA);
    }

    static Members ofTheJdk() throws IOException {
        return in("coming-from-completablefuture", JDK);
    }

    /** Those of a page where every library may be in any column. */
    static Members ofOurs(String page) throws IOException {
        return in(
                page,
                Stream.of(OURS, JDK, REACTOR, RXJAVA).flatMap(List::stream).toList());
    }

    private static Members in(String page, List<String> theirs) throws IOException {
        List<String> ours = Stream.of(OURS, JDK, theirs).flatMap(List::stream).toList();
        int count = 0;
        List<String> missing = new ArrayList<>();
        for (List<String> row : Page.of(page).rows()) {
            for (int column = 0; column < row.size(); column++) {
                List<String> packages = column == 0 ? theirs : ours;
                for (String code : Page.code(row.get(column))) {
                    for (MatchResult name : names(code)) {
                        count++;
                        if (!exists(packages, name)) {
                            missing.add(name.group() + " in " + row);
                        }
                    }
                }
            }
        }
        return new Members(page, count, missing);
    }

    /** All members that a piece of code names, or the one type that it is. */
    private static List<MatchResult> names(String code) {
        List<MatchResult> members = MEMBER.matcher(code).results().toList();
        return members.isEmpty() ? TYPE.matcher(code).results().toList() : members;
    }

    private static boolean exists(List<String> packages, MatchResult name) {
        List<Class<?>> types = packages.stream()
                .flatMap(prefix -> find(prefix + "." + name.group(1).replace('.', '$')))
                .toList();
        return name.groupCount() == 1
                ? !types.isEmpty()
                : types.stream().anyMatch(type -> hasMember(type, name.group(2)));
    }

    private static Stream<Class<?>> find(String name) {
        try {
            return Stream.of(Class.forName(name, false, Members.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return Stream.empty();
        }
    }

    private static boolean hasMember(Class<?> type, String name) {
        return Arrays.stream(type.getMethods())
                .anyMatch(method -> method.getName().equals(name));
    }
}
