package io.lwt4j.examples.dashboard;

import io.reactivex.rxjava3.core.Observable;

import reactor.core.publisher.Flux;

/**
 * What comes in from outside, each from a library of its own.
 *
 * @param opening what the exchanges begin with
 * @param north the quotes of one exchange, in euros, on threads of Reactor
 * @param south the quotes of another exchange, in dollars, on threads of RxJava
 * @param rate says, when it is asked, what a euro costs
 */
record Feeds(Quotes opening, Flux<Quote> north, Observable<Quote> south, RateSource rate) {}
