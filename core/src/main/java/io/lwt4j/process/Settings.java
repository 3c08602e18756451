package io.lwt4j.process;

import io.lwt4j.io.ChannelOptions;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a {@link Command} was told. It is changed by {@link #with} only, which changes a copy. */
final class Settings {

    private final List<String> words;

    /** All of it, if that was said. */
    private @Nullable Map<String, String> environment;

    /** Those to set, or to take out. */
    private Map<String, Optional<String>> variables = Map.of();

    private @Nullable Path directory;

    /** Where the three streams go to; null where nothing was said. */
    private List<@Nullable Stdio> streams = Collections.nCopies(3, null);

    private @Nullable Duration timeout;
    private Duration killGrace;
    private Predicate<? super ExitStatus> accepted = ExitStatus::isSuccess;
    private ChannelOptions options = ChannelOptions.defaults();

    Settings(List<String> words, Duration killGrace) {
        this.words = words;
        this.killGrace = killGrace;
    }

    private Settings with(Consumer<Settings> change) {
        Settings copy = new Settings(words, killGrace);
        copy.environment = environment;
        copy.variables = variables;
        copy.directory = directory;
        copy.streams = streams;
        copy.timeout = timeout;
        copy.accepted = accepted;
        copy.options = options;
        change.accept(copy);
        return copy;
    }

    Settings withVariable(String name, Optional<String> value) {
        Map<String, Optional<String>> more = new LinkedHashMap<>(variables);
        more.put(name, value);
        return with(it -> it.variables = more);
    }

    Settings withEnvironment(Map<String, String> all) {
        return with(it -> {
            it.environment = all;
            it.variables = Map.of();
        });
    }

    Settings withDirectory(Path other) {
        return with(it -> it.directory = other);
    }

    Settings withStream(int i, Stdio stream) {
        List<@Nullable Stdio> others = new ArrayList<>(streams);
        others.set(i, stream);
        return with(it -> it.streams = others);
    }

    Settings withTimeout(Duration other) {
        return with(it -> it.timeout = other);
    }

    Settings withKillGrace(Duration other) {
        return with(it -> it.killGrace = other);
    }

    Settings withAccepted(Predicate<? super ExitStatus> other) {
        return with(it -> it.accepted = other);
    }

    Settings withOptions(ChannelOptions other) {
        return with(it -> it.options = other);
    }

    List<String> words() {
        return words;
    }

    @Nullable
    Duration timeout() {
        return timeout;
    }

    Duration killGrace() {
        return killGrace;
    }

    boolean accepts(ExitStatus status) {
        return accepted.test(status);
    }

    ChannelOptions options() {
        return options;
    }

    /** Whether something was said about a stream. */
    boolean says(int i) {
        return streams.get(i) != null;
    }

    /** The three streams. */
    Stdio[] streams(Stdio errors) {
        Stdio[] all = new Stdio[3];
        for (int i = 0; i < 3; i++) {
            Stdio said = streams.get(i);
            all[i] = said != null ? said : i == 2 ? errors : Stdio.inherit();
        }
        return all;
    }

    ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(words);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Map<String, String> variablesOfIt = builder.environment();
        if (environment != null) {
            variablesOfIt.clear();
            variablesOfIt.putAll(environment);
        }
        variables.forEach((name, value) -> {
            if (value.isPresent()) {
                variablesOfIt.put(name, value.get());
            } else {
                variablesOfIt.remove(name);
            }
        });
        return builder;
    }
}
