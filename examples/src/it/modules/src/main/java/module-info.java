/** What a program on the module path says. */
module consumer {
    requires io.lwt4j;
    requires io.lwt4j.react;
}
