package io.lwt4j.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A callback of a program, ready to be handed to the library. The program does not say whether the
 * callback makes a promise, a value or nothing: the statement that holds it does, by taking one of
 * the methods below.
 */
final class Callback {

    private final Interpreter interpreter;
    private final String id;
    private final List<Statement> body;
    private final JsonNode end;

    Callback(Interpreter interpreter, JsonNode json) {
        this.interpreter = interpreter;
        this.id = json.get("id").textValue();
        this.body = Statement.list(json.path("do"));
        this.end = json.path("end");
    }

    /** Makes a promise. */
    Promise<@Nullable Object> promise(@Nullable Object argument) throws Exception {
        runBody(argument);
        if (interpreter.isStopped()) {
            return Resolver.<@Nullable Object>uncancellable().promise();
        }
        return switch (endKind()) {
            case "ret" -> Promise.of(endValue(argument));
            case "raise" -> throw endException(argument);
            case "fail" -> Promise.failed(OracleException.evaluate(end.get(1), argument));
            case "p" -> namedPromise();
            default -> throw unknownEnd();
        };
    }

    /** Makes a promise, and has no argument. */
    Promise<@Nullable Object> promise() throws Exception {
        return promise(null);
    }

    /** Makes a value. */
    @Nullable
    Object value(@Nullable Object argument) throws Exception {
        runBody(argument);
        if (interpreter.isStopped()) {
            throw new OracleException("Stopped");
        }
        return switch (endKind()) {
            case "ret" -> endValue(argument);
            case "raise" -> throw endException(argument);
            default -> throw unknownEnd();
        };
    }

    /** Makes nothing. */
    void run(@Nullable Object argument) throws Exception {
        value(argument);
    }

    /** Makes nothing, and has no argument. */
    void run() throws Exception {
        run(null);
    }

    private void runBody(@Nullable Object argument) {
        interpreter.countStep();
        interpreter.emit(id + "(" + Values.print(argument) + ")");
        body.forEach(statement -> interpreter.execute(statement, argument));
    }

    private String endKind() {
        return end.isMissingNode() ? "ret" : end.get(0).textValue();
    }

    private @Nullable Object endValue(@Nullable Object argument) {
        return end.isMissingNode() ? null : Values.evaluate(end.get(1), argument);
    }

    /** The exception to throw. One that is no {@link Exception} is thrown here already. */
    private Exception endException(@Nullable Object argument) {
        Throwable exception = OracleException.evaluate(end.get(1), argument);
        if (exception instanceof Error error) {
            throw error;
        }
        return (Exception) exception;
    }

    /** Looked up only now: the body may have defined the name, or defined it again. */
    private Promise<@Nullable Object> namedPromise() {
        try {
            return interpreter.promises().get(end.get(1).textValue());
        } catch (UndefinedNameException e) {
            interpreter.emit(e.traceLine());
            return Promise.of(null);
        }
    }

    private AssertionError unknownEnd() {
        return new AssertionError("callback " + id + " cannot end with " + end);
    }
}
