/** Events and signals. */
module io.lwt4j.react {
    requires static org.jspecify;
    requires transitive io.lwt4j;

    exports io.lwt4j.react;
}
