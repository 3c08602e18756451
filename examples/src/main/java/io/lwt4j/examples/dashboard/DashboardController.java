package io.lwt4j.examples.dashboard;

import io.lwt4j.Promise;
import io.lwt4j.react.Event;
import io.lwt4j.react.Signal;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the page asks for.
 *
 * <p>Thread rule: methods that return or accept types of lwt4j are called on the loop.
 */
@RestController
@RequestMapping("/api")
final class DashboardController {

    private final Model model;

    DashboardController(Model model) {
        this.model = model;
    }

    /** The figures of now, and then of each moment that the client is fast enough for. */
    @GetMapping(path = "/figures", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Signal<Figures> figures() {
        return model.figures();
    }

    /** The alarms from now on. */
    @GetMapping(path = "/alarms", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Event<Alarm> alarms() {
        return model.alarms();
    }

    /** What has been before. */
    @GetMapping("/history")
    Promise<History> history() {
        return Promise.of(model.history());
    }

    /** How the signals hang together, with their values of now. */
    @GetMapping("/graph")
    Promise<Picture> graph() {
        return Promise.of(model.picture());
    }

    /** Says from which spread on there is an alarm. */
    @PutMapping("/threshold")
    Promise<Double> threshold(@RequestBody double threshold) {
        model.threshold().set(threshold);
        return Promise.of(threshold);
    }
}
