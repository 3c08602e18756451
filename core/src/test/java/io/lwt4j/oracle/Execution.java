package io.lwt4j.oracle;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One execution of a statement: gives its operands a meaning, by the names defined at this moment
 * and by the argument of the callback around it.
 *
 * <p>Names have to be looked up in operand order and before anything else happens. Java evaluates
 * arguments from left to right, so a kind of statement that reads its operands inside its one call
 * of the library does that.
 */
final class Execution {

    private final Interpreter interpreter;
    private final Statement statement;
    private final @Nullable Object argument;

    Execution(Interpreter interpreter, Statement statement, @Nullable Object argument) {
        this.interpreter = interpreter;
        this.statement = statement;
        this.argument = argument;
    }

    JsonNode json(int operand) {
        return statement.operand(operand);
    }

    String name(int operand) {
        return statement.name(operand);
    }

    Promise<@Nullable Object> promise(int operand) {
        return interpreter.promises().get(name(operand));
    }

    List<Promise<@Nullable Object>> promises(int operand) {
        return statement.names(operand).stream()
                .map(interpreter.promises()::get)
                .toList();
    }

    Resolver<@Nullable Object> resolver(int operand) {
        return interpreter.promises().resolver(name(operand));
    }

    /** The thing of some other kind that is named in an operand. */
    <T> T thing(Namespace.Kind<T> kind, int operand) {
        return interpreter.names(kind).get(name(operand));
    }

    /** Defines the name in operand 1 as a thing of some other kind. */
    <T> void define(Namespace.Kind<T> kind, T thing) {
        define(kind, 1, thing);
    }

    /** Defines the name in an operand as a thing of some other kind. */
    <T> void define(Namespace.Kind<T> kind, int operand, T thing) {
        interpreter.names(kind).define(name(operand), thing);
    }

    @Nullable
    Object value(int operand) {
        return Values.evaluate(json(operand), argument);
    }

    Throwable exception(int operand) {
        return OracleException.evaluate(json(operand), argument);
    }

    Callback callback(int operand) {
        return callback(json(operand));
    }

    /** A callback that is only a part of an operand. */
    Callback callback(JsonNode json) {
        return new Callback(interpreter, json);
    }

    /** Defines the name in operand 1. */
    void define(Promise<@Nullable Object> promise) {
        interpreter.promises().define(name(1), promise);
    }

    /** Defines the name in operand 1, and gives it a resolver. */
    void define(Resolver<@Nullable Object> resolver) {
        interpreter.promises().define(name(1), resolver);
    }

    void emit(String line) {
        interpreter.emit(line);
    }

    /** What the loop's handler of uncaught exceptions does. */
    void hook(Throwable exception) {
        interpreter.hook(exception);
    }

    /** A program's values have no static type: a promise of any type serves as one of objects. */
    @SuppressWarnings("unchecked") // the value is only ever read, as an object
    static Promise<@Nullable Object> untyped(Promise<?> promise) {
        return (Promise<@Nullable Object>) promise;
    }
}
