package io.lwt4j.examples.crawl;

import java.util.Map;

/**
 * What a web server answers.
 *
 * @param status 200 and so on
 * @param headers by their names in lower case
 * @param body the text
 */
record HttpResponse(int status, Map<String, String> headers, String body) {

    String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
