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
import java.util.function.Predicate;

/**
 * What a {@link Command} was told.
 *
 * @param environment all of it, if that was said
 * @param variables those to set, or to take out
 * @param streams where the three streams go to; null where nothing was said
 */
record Settings(
        List<String> words,
        @Nullable Map<String, String> environment,
        Map<String, Optional<String>> variables,
        @Nullable Path directory,
        List<@Nullable Stdio> streams,
        @Nullable Duration timeout,
        Duration killGrace,
        Predicate<? super ExitStatus> accepted,
        ChannelOptions options) {

    static Settings of(List<String> words, Duration killGrace) {
        return new Settings(
                words,
                null,
                Map.of(),
                null,
                Collections.nCopies(3, null),
                null,
                killGrace,
                ExitStatus::isSuccess,
                ChannelOptions.defaults());
    }

    Settings withVariable(String name, Optional<String> value) {
        Map<String, Optional<String>> more = new LinkedHashMap<>(variables);
        more.put(name, value);
        return new Settings(
                words,
                environment,
                more,
                directory,
                streams,
                timeout,
                killGrace,
                accepted,
                options);
    }

    Settings withEnvironment(Map<String, String> all) {
        return new Settings(
                words, all, Map.of(), directory, streams, timeout, killGrace, accepted, options);
    }

    Settings withDirectory(Path other) {
        return new Settings(
                words,
                environment,
                variables,
                other,
                streams,
                timeout,
                killGrace,
                accepted,
                options);
    }

    Settings withStream(int i, Stdio stream) {
        List<@Nullable Stdio> others = new ArrayList<>(streams);
        others.set(i, stream);
        return new Settings(
                words,
                environment,
                variables,
                directory,
                others,
                timeout,
                killGrace,
                accepted,
                options);
    }

    Settings withTimeout(Duration other) {
        return new Settings(
                words,
                environment,
                variables,
                directory,
                streams,
                other,
                killGrace,
                accepted,
                options);
    }

    Settings withKillGrace(Duration other) {
        return new Settings(
                words,
                environment,
                variables,
                directory,
                streams,
                timeout,
                other,
                accepted,
                options);
    }

    Settings withAccepted(Predicate<? super ExitStatus> other) {
        return new Settings(
                words,
                environment,
                variables,
                directory,
                streams,
                timeout,
                killGrace,
                other,
                options);
    }

    Settings withOptions(ChannelOptions other) {
        return new Settings(
                words,
                environment,
                variables,
                directory,
                streams,
                timeout,
                killGrace,
                accepted,
                other);
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
