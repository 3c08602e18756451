package io.lwt4j.interop.reactor.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** What can be said in the application's properties. */
@ConfigurationProperties("lwt4j.webflux")
record LwtWebFluxProperties(@DefaultValue("own") Loop loop) {

    /** Where controllers run. */
    enum Loop {
        /** On one loop, a bean, with a thread of its own unless the application defines another. */
        OWN,
        /** On a loop of the server's thread that a request came on. */
        SERVER
    }
}
