package io.lwt4j.react.bridge;

import static io.lwt4j.bridge.CoreKinds.PROMISE;
import static io.lwt4j.bridge.FlowKinds.DROPPING_PUBLISHER;
import static io.lwt4j.bridge.FlowKinds.DROPS;
import static io.lwt4j.bridge.FlowKinds.PUBLISHER;
import static io.lwt4j.react.bridge.ReactKinds.EVENT;
import static io.lwt4j.react.bridge.ReactKinds.EVENT_FEED;
import static io.lwt4j.react.bridge.ReactKinds.INITIAL;
import static io.lwt4j.react.bridge.ReactKinds.OVERFLOWS;
import static io.lwt4j.react.bridge.ReactKinds.SIGNAL;
import static io.lwt4j.react.bridge.ReactKinds.SIGNAL_FEED;

import io.lwt4j.bridge.Conversion;
import io.lwt4j.bridge.Conversion.Trait;
import io.lwt4j.bridge.MatrixTest;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Signal;

import java.util.ArrayList;
import java.util.List;

/** The matrix of events and signals as publishers, and of publishers as events and signals. */
final class ReactBridgeMatrixTest extends MatrixTest {

    @Override
    protected String module() {
        return "react";
    }

    @Override
    protected List<Conversion<?, ?>> conversions() {
        List<Conversion<?, ?>> all = new ArrayList<>();
        // Nobody can cancel an event: who subscribes comes and goes.
        for (Overflow overflow : OVERFLOWS) {
            all.add(Conversion.of(
                            "Event.asPublisher(" + overflow + ")",
                            EVENT,
                            PUBLISHER,
                            event -> event.asPublisher(overflow))
                    .with(Trait.DETACH));
        }
        all.add(Conversion.of("Signal.asPublisher", SIGNAL, PUBLISHER, Signal::asPublisher)
                .with(Trait.DETACH));
        all.add(Conversion.of(
                "Intake.toEvent",
                PUBLISHER,
                EVENT_FEED,
                publisher -> Intake.create().toEvent(publisher)));
        all.add(Conversion.of(
                "Intake.toEvent, with a handler",
                DROPPING_PUBLISHER,
                EVENT_FEED,
                publisher -> Intake.create().toEvent(publisher, DROPS)));
        all.add(Conversion.of(
                "Intake.paced, toEvent",
                PUBLISHER,
                EVENT_FEED,
                publisher -> Intake.create().paced().toEvent(publisher)));
        all.add(Conversion.of(
                "Intake.toSignal",
                PUBLISHER,
                SIGNAL_FEED,
                publisher -> Intake.create().toSignal(publisher, INITIAL)));
        all.add(Conversion.of(
                        "the end of Intake.toEvent",
                        PUBLISHER,
                        PROMISE,
                        publisher -> Intake.create().toEvent(publisher).done().map(done ->
                                (Object) null))
                .with(Trait.ELSEWHERE));
        all.add(Conversion.of(
                        "Event.asPublisher, Intake.toEvent",
                        EVENT,
                        EVENT_FEED,
                        event -> Intake.create().toEvent(event.asPublisher(Overflow.unbounded())))
                .with(Trait.DETACH));
        return all;
    }
}
