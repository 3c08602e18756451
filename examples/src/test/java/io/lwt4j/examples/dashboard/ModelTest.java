package io.lwt4j.examples.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.react.GraphView.NodeView;
import io.reactivex.rxjava3.schedulers.TestScheduler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import reactor.test.scheduler.VirtualTimeScheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The signals, with each of the three clocks in the hand of the test. */
class ModelTest {

    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final double RATE = 1.1;

    private final Exchange north = new Exchange(7, 1 / RATE);
    private final Exchange south = new Exchange(8, 1);
    private final VirtualTimeScheduler northTime = VirtualTimeScheduler.create();
    private final TestScheduler southTime = new TestScheduler();
    private final List<Throwable> errors = new ArrayList<>();
    private final EventLoop loop = EventLoop.builder()
            .engine(new VirtualTimeEngine())
            .uncaughtHandler(errors::add)
            .build();

    private final List<String> ended = new ArrayList<>();
    private final List<Resolver<Double>> questions = new ArrayList<>();
    private RateSource rates = () -> Promise.of(RATE);

    @AfterEach
    void close() {
        loop.close();
        northTime.dispose();
        assertThat(errors).isEmpty();
    }

    private Model open() throws Exception {
        Feeds feeds = new Feeds(
                new Quotes(north.at(0), south.at(0)),
                north.flux(PERIOD, northTime).doOnCancel(() -> ended.add("north")),
                south.observable(PERIOD, southTime).doOnDispose(() -> ended.add("south")),
                () -> rates.ask());
        return loop.runUntilComplete(() -> Model.open(feeds));
    }

    private void run(Runnable body) throws Exception {
        loop.runUntilComplete(() -> {
            body.run();
            return Promise.unit();
        });
    }

    private void sleep(Duration duration) throws Exception {
        loop.runUntilComplete(() -> EventLoop.sleep(duration));
    }

    private void northTicks() {
        northTime.advanceTimeBy(PERIOD);
    }

    private void southTicks() {
        southTime.advanceTimeBy(PERIOD.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the loop take in what has come. */
    private void settle() throws Exception {
        loop.runUntilComplete(EventLoop::pause);
    }

    private double spreadAt(long moment) {
        return north.at(moment).price() * RATE - south.at(moment).price();
    }

    private static List<Long> moments(List<Figures> figures) {
        return figures.stream().map(Figures::moment).toList();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(0, last).boxed().toList();
    }

    private void assertNothingIsMixed(List<Figures> figures) {
        assertThat(figures).allSatisfy(f -> {
            assertThat(f.north()).isEqualTo(north.at(f.moment()).price() * RATE);
            assertThat(f.south()).isEqualTo(south.at(f.moment()).price());
            assertThat(f.spread()).isEqualTo(f.north() - f.south());
        });
    }

    @Test
    void whatBothExchangesSendTogetherIsOneStep() throws Exception {
        Model model = open();
        List<Figures> seen = new ArrayList<>();
        run(() -> model.figures().observe(seen::add));
        for (int moment = 1; moment <= 40; moment++) {
            northTicks();
            southTicks();
            settle();
        }
        assertThat(moments(seen)).containsExactlyElementsOf(upTo(40));
        assertNothingIsMixed(seen);
        assertThat(seen.get(40).heldBack()).isZero();
        assertThat(seen.get(40).mixed()).as("pairs of combineLatest").isEqualTo(39);
    }

    @Test
    void noSpreadIsOfTwoMomentsHoweverLateAnExchangeIs() throws Exception {
        Model model = open();
        List<Figures> seen = new ArrayList<>();
        run(() -> model.figures().observe(seen::add));
        Random random = new Random(3);
        int northern = 0;
        int southern = 0;
        while (northern < 300 || southern < 300) {
            if (southern == 300 || (northern < 300 && random.nextBoolean())) {
                northTicks();
                northern++;
            } else {
                southTicks();
                southern++;
            }
            if (random.nextInt(3) > 0) {
                settle();
            }
        }
        settle();
        assertNothingIsMixed(seen);
        assertThat(moments(seen).stream().distinct()).containsExactlyElementsOf(upTo(300));
        assertThat(seen.get(seen.size() - 1).heldBack()).isPositive();
    }

    @Test
    void anAlarmOccursAtEachCrossingAndNowhereElse() throws Exception {
        Model model = open();
        List<Alarm> alarms = new ArrayList<>();
        run(() -> model.alarms().observe(alarms::add));
        List<Alarm> expected = new ArrayList<>();
        for (int moment = 1; moment <= 400; moment++) {
            northTicks();
            southTicks();
            settle();
            boolean isWide = Math.abs(spreadAt(moment)) > 1;
            if (isWide != Math.abs(spreadAt(moment - 1)) > 1) {
                expected.add(new Alarm(moment, isWide, spreadAt(moment), 1));
            }
        }
        assertThat(alarms).hasSizeGreaterThan(5).isEqualTo(expected);
        assertThat(model.history().alarms()).isEqualTo(alarms);
    }

    @Test
    void aLowerThresholdIsACrossingToo() throws Exception {
        Model model = open();
        List<Alarm> alarms = new ArrayList<>();
        run(() -> {
            model.alarms().observe(alarms::add);
            model.threshold().set(10.0);
            alarms.clear();
            model.threshold().set(0.0);
        });
        assertThat(alarms).containsExactly(new Alarm(0, true, spreadAt(0), 0));
    }

    @Test
    void theAverageIsThatOfTheLastMoments() throws Exception {
        Model model = open();
        for (int moment = 1; moment <= 50; moment++) {
            northTicks();
            southTicks();
            settle();
        }
        double expected = LongStream.rangeClosed(51 - Model.WINDOW, 50)
                .mapToDouble(this::spreadAt)
                .average()
                .orElseThrow();
        run(() -> assertThat(model.figures().get().average()).isCloseTo(expected, within(1e-9)));
    }

    @Test
    void anAnswerThatComesTooLateIsGivenUp() throws Exception {
        Model model = open();
        rates = () -> {
            questions.add(Resolver.cancellable());
            return questions.get(questions.size() - 1).promise();
        };
        sleep(Rates.PAUSE);
        Promise<Double> first = questions.get(0).promise();
        assertThat(first.isPending()).isTrue();

        sleep(Rates.PATIENCE);
        assertThat(first.isCancelled()).isTrue();
        run(() -> {
            assertThat(model.figures().get().unanswered()).isEqualTo(1);
            assertThat(model.figures().get().rate()).isEqualTo(RATE);
        });

        sleep(Rates.PAUSE);
        assertThat(questions).hasSize(2);
        run(() -> questions.get(1).resolve(1.2));
        run(() -> {
            assertThat(model.figures().get().unanswered()).isEqualTo(1);
            assertThat(model.figures().get().rate()).isEqualTo(1.2);
        });
    }

    @Test
    void theEndOfTheModelEndsAllThatItHasStarted() throws Exception {
        Model model = open();
        rates = () -> {
            questions.add(Resolver.cancellable());
            return questions.get(questions.size() - 1).promise();
        };
        sleep(Rates.PAUSE);
        List<Figures> seen = new ArrayList<>();
        run(() -> {
            model.figures().observe(seen::add);
            seen.clear();
            model.close();
        });
        assertThat(questions.get(0).promise().isCancelled()).isTrue();
        assertThat(ended).containsExactlyInAnyOrder("north", "south");
        northTicks();
        southTicks();
        settle();
        assertThat(seen).isEmpty();
    }

    @Test
    void thePictureHasAllSignals() throws Exception {
        Model model = open();
        run(() -> assertThat(model.picture().nodes())
                .filteredOn(node -> node.active())
                .extracting(NodeView::name)
                .contains("north", "south", "newest", "quotes", "rate", "spread", "figures"));
    }
}
