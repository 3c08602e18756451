package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Runs the tests of all titles once more, and counts. */
class ConformanceReportTest {

    private static final List<Class<? extends Conformance>> GROUPS = List.of(
            GraphPropagationConformanceTest.class,
            DynamicDependenciesConformanceTest.class,
            ComputedConformanceTest.class,
            EffectLifecycleConformanceTest.class,
            NestedEffectsConformanceTest.class,
            EffectWriteConformanceTest.class,
            ComputedWriteConformanceTest.class,
            CycleConformanceTest.class,
            BatchConformanceTest.class,
            UntrackedConformanceTest.class,
            ErrorConformanceTest.class,
            StaleOrderConformanceTest.class,
            MemoryConformanceTest.class);

    /** The scored titles of the suite, section by section. */
    private static final int[] SCORED = {
        1, 2, 3, 5, 6, 7, 8, 9, 10, 116, 157, 187, 188, 189, 190, 191, 192, 204, 205, 206, 207, 208,
        12, 13, 14, 16, 165, 166, 193, 194, 195, 196, 197, 198, 199, 200, 18, 19, 21, 22, 23, 24,
        25, 26, 145, 147, 149, 115, 27, 28, 34, 169, 220, 35, 36, 38, 39, 40, 42, 108, 110, 111,
        141, 143, 178, 214, 201, 202, 203, 216, 217, 222, 43, 45, 46, 47, 163, 164, 170, 209, 210,
        48, 50, 51, 52, 53, 54, 56, 112, 114, 133, 134, 135, 136, 137, 138, 172, 180, 179, 113, 57,
        181, 182, 183, 184, 185, 186, 213, 212, 224, 225, 61, 63, 153, 64, 221, 223, 66, 67, 69, 70,
        72, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 74, 75, 76, 117,
        118, 156, 218, 219, 84, 89, 90, 91, 92, 154, 155, 177, 211, 93, 94, 95, 158, 159, 97, 99,
        160, 161, 215
    };

    @Test
    void everyScoredTitleHasOneTestWhichPasses() throws ReflectiveOperationException {
        List<Integer> numbers = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Class<? extends Conformance> group : GROUPS) {
            for (Method method : titled(group)) {
                int number = method.getAnnotation(Title.class).value();
                numbers.add(number);
                Throwable failure = run(group, method);
                if (failure != null) {
                    failures.add("#" + number + " " + method.getName() + ": " + failure);
                }
            }
        }
        int[] sorted = numbers.stream().mapToInt(Integer::intValue).sorted().toArray();
        int[] expected = SCORED.clone();
        Arrays.sort(expected);
        System.out.println(
                "signals conformance: " + (numbers.size() - failures.size()) + "/" + SCORED.length);
        assertThat(failures).isEmpty();
        assertThat(sorted).isEqualTo(expected).hasSize(163);
    }

    private static List<Method> titled(Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Title.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static Throwable run(Class<? extends Conformance> group, Method method)
            throws ReflectiveOperationException {
        assertThat(method.isAnnotationPresent(Test.class)).as(method.getName()).isTrue();
        Conformance test = group.getDeclaredConstructor().newInstance();
        test.listenForErrors();
        try {
            method.invoke(test);
            test.theGraphIsAtRest();
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (AssertionError e) {
            return e;
        }
    }
}
