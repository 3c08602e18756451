package io.lwt4j.interop.reactor.spring;

import static java.util.Objects.requireNonNullElseGet;

import io.lwt4j.EventLoop;

import org.springframework.context.ApplicationContext;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;

/** Spring's adapter for annotated controllers, once more, for a loop. */
final class SpringAdapters {

    private SpringAdapters() {}

    /** One that is configured as another, and calls all methods on a loop. */
    static RequestMappingHandlerAdapter on(
            EventLoop loop, RequestMappingHandlerAdapter original, ApplicationContext context) {
        RequestMappingHandlerAdapter adapter = new RequestMappingHandlerAdapter();
        adapter.setMessageReaders(original.getMessageReaders());
        adapter.setWebBindingInitializer(original.getWebBindingInitializer());
        adapter.setArgumentResolverConfigurer(original.getArgumentResolverConfigurer());
        adapter.setContentTypeResolver(original.getContentTypeResolver());
        adapter.setReactiveAdapterRegistry(new LoopAdapterRegistry(
                requireNonNullElseGet(
                        original.getReactiveAdapterRegistry(),
                        ReactiveAdapterRegistry::getSharedInstance),
                loop));
        adapter.setApplicationContext(context);
        adapter.setBlockingExecutor(new LoopExecutor(loop));
        adapter.setBlockingMethodPredicate(method -> true);
        try {
            adapter.afterPropertiesSet();
        } catch (Exception e) {
            throw new IllegalStateException("no handler adapter for " + loop, e);
        }
        return adapter;
    }
}
