package io.lwt4j.examples.dashboard;

import io.lwt4j.EventLoop;
import io.reactivex.rxjava3.schedulers.Schedulers;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

import java.time.Duration;

/** The parts of the dashboard. All of it lives on the loop that controllers are called on. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({DashboardController.class, DashboardEnd.class})
final class DashboardConfiguration {

    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final double EURO = 1.08;

    @Bean(destroyMethod = "")
    RateServer rateServer(EventLoop loop) {
        return loop.submit(RateServer::start).join();
    }

    @Bean
    Feeds feeds(DashboardArguments arguments, RateServer rateServer) {
        Exchange north = new Exchange(arguments.seed(), 1 / EURO);
        Exchange south = new Exchange(arguments.seed() + 1, 1);
        return new Feeds(
                new Quotes(north.at(0), south.at(0)),
                north.flux(PERIOD, reactor.core.scheduler.Schedulers.parallel()),
                south.observable(PERIOD, Schedulers.computation()),
                rateServer.client());
    }

    @Bean(destroyMethod = "")
    Model model(EventLoop loop, Feeds feeds) {
        return loop.submit(() -> Model.open(feeds)).join();
    }
}
