package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;

/**
 * Lets controllers of Spring WebFlux return and accept promises, streams, events and signals, and
 * runs such methods on an event loop. Found by Spring Boot itself where this is on the class path.
 *
 * <p>Thread rule: that of Spring, which is the only one to use this. Cancellation: a client that
 * goes away cancels what it was to be answered with.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
            "org.springframework.boot.autoconfigure.web.reactive.WebFluxAutoConfiguration"
        })
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@EnableConfigurationProperties(LwtWebFluxProperties.class)
public final class LwtWebFluxAutoConfiguration {

    private static final String LOOP = "lwt4j.webflux.loop";

    /** Needs the properties, so that a value nobody knows is told before anything is missing. */
    LwtWebFluxAutoConfiguration(LwtWebFluxProperties properties) {}

    /** Static, so that it is there before any registry is. */
    @Bean
    static BeanPostProcessor lwtReactiveAdapters() {
        ReactorBridge.refuseBlocking();
        Adapters.register(ReactiveAdapterRegistry.getSharedInstance());
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof ReactiveAdapterRegistry registry) {
                    Adapters.register(registry);
                }
                return bean;
            }
        };
    }

    @Bean
    LoopHandlerAdapter lwtHandlerAdapter(
            Loops loops,
            ObjectProvider<RequestMappingHandlerAdapter> adapter,
            ApplicationContext context) {
        return new LoopHandlerAdapter(
                loops, loop -> SpringAdapters.on(loop, adapter.getObject(), context));
    }

    @Bean
    RequestEnd lwtRequestEnd() {
        return new RequestEnd();
    }

    @Bean
    LoopFilter lwtLoopFilter(Loops loops) {
        return new LoopFilter(loops);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = LOOP, havingValue = "own", matchIfMissing = true)
    static class OwnLoop {

        /** Beans are destroyed when the server has answered its last request. */
        @Bean(destroyMethod = "close")
        @ConditionalOnMissingBean
        EventLoop lwtEventLoop() {
            return EventLoop.builder().name("lwt-webflux").start();
        }

        @Bean
        Loops lwtLoops(EventLoop loop) {
            return exchange -> loop;
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(MeterBinder.class)
        static class Meters {

            @Bean
            LoopMetrics lwtLoopMetrics(EventLoop loop) {
                return new LoopMetrics(loop, "webflux");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = LOOP, havingValue = "server")
    static class ServerLoop {

        @Bean
        ServerLoops lwtLoops() {
            return new ServerLoops();
        }

        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(MeterBinder.class)
        static class Meters {

            /**
             * Loops are made with the first request on a thread, and get their meters then. There
             * are others after a restart.
             */
            @Bean
            MeterBinder lwtLoopMetrics(ServerLoops loops) {
                return registry -> loops.onNew(
                        (loop, name) -> new LoopMetrics(loop, name).bindUntilClosed(registry));
            }
        }
    }
}
