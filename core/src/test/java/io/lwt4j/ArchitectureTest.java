package io.lwt4j;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import org.junit.jupiter.api.Test;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** Which part of the library may know of which. */
class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("io.lwt4j");

    /** What promises are made of; must run on platforms without threads, files and sockets. */
    private static final Set<String> PROMISE_CORE = Set.of(
            "Promise",
            "Pending",
            "Derived",
            "Continuations",
            "Callbacks",
            "Join",
            "FailFast",
            "Race",
            "OwnedRace",
            "Using",
            "Detachable",
            "Link",
            "WaiterList",
            "Cell",
            "LoopCore",
            "CancelSearch",
            "Context",
            "PromiseLocal",
            "Resolver",
            "Task",
            "Rejected",
            "Resolved",
            "PairQueue");

    @Test
    void promisesAndTheLoopKnowNothingOfWhatIsBuiltOnThem() {
        noClasses()
                .that()
                .resideInAPackage("io.lwt4j")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.lwt4j.io..",
                        "io.lwt4j.net..",
                        "io.lwt4j.tls..",
                        "io.lwt4j.process..",
                        "io.lwt4j.stream..",
                        "io.lwt4j.sync..",
                        "io.lwt4j.detach..",
                        "io.lwt4j.direct..")
                .check(MAIN);
    }

    @Test
    void enginesKnowNothingOfLoopsAndPromises() {
        noClasses()
                .that()
                .resideInAPackage("io.lwt4j.engine..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.lwt4j..")
                        .and(DescribedPredicate.not(resideInAPackage("io.lwt4j.engine.."))))
                .check(MAIN);
    }

    @Test
    void thePromiseCoreIsAllThere() {
        for (String name : PROMISE_CORE) {
            MAIN.get("io.lwt4j." + name);
        }
    }

    @Test
    void thePromiseCoreUsesNoChannelsAndNoNetwork() {
        noClasses()
                .that(belongToThePromiseCore())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio..", "java.net..", "java.io..")
                .check(MAIN);
    }

    @Test
    void thePromiseCoreUsesOnlyTheVocabularyOfJavaUtilConcurrent() {
        classes()
                .that(belongToThePromiseCore())
                .should(dependOnNothingElseOf(
                        "java.util.concurrent",
                        Set.of(
                                Callable.class.getName(),
                                CancellationException.class.getName(),
                                RejectedExecutionException.class.getName()),
                        Set.of(
                                CompletableFuture.class.getName(),
                                CompletionStage.class.getName(),
                                Flow.class.getName(),
                                Flow.Publisher.class.getName())))
                .check(MAIN);
    }

    @Test
    void classesAreFinalUnlessTheyAreMadeToBeExtended() {
        classes().that(areOrdinaryClasses()).should(beExtendedIfNotFinal()).check(MAIN);
    }

    private static DescribedPredicate<JavaClass> belongToThePromiseCore() {
        return nameMatching("io\\.lwt4j\\.(" + String.join("|", PROMISE_CORE) + ")(\\$.*)?")
                .<JavaClass>forSubtype()
                .as("belong to the promise core");
    }

    /** Named classes, other than enums (javac decides about those). */
    private static DescribedPredicate<JavaClass> areOrdinaryClasses() {
        return DescribedPredicate.describe(
                "are ordinary classes",
                c -> !c.isInterface() && !c.isEnum() && !c.isAnonymousClass() && !isOfEnum(c));
    }

    private static boolean isOfEnum(JavaClass c) {
        return c.getRawSuperclass().map(JavaClass::isEnum).orElse(false);
    }

    private static ArchCondition<JavaClass> beExtendedIfNotFinal() {
        return new ArchCondition<>("be final, abstract, or have a subclass") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean satisfied = item.getModifiers().contains(JavaModifier.FINAL)
                        || item.getModifiers().contains(JavaModifier.ABSTRACT)
                        || !item.getSubclasses().isEmpty();
                events.add(new SimpleConditionEvent(
                        item, satisfied, item.getName() + " is open, but nothing extends it"));
            }
        };
    }

    /** The {@code onPromise} types may be named by {@link Promise}, which converts from and to. */
    private static ArchCondition<JavaClass> dependOnNothingElseOf(
            String packageName, Set<String> everywhere, Set<String> onPromise) {
        return new ArchCondition<>("depend on nothing of " + packageName + " but " + everywhere) {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    boolean foreign = target.getPackageName().startsWith(packageName)
                            && !everywhere.contains(target.getName())
                            && !(item.isEquivalentTo(Promise.class)
                                    && onPromise.contains(target.getName()));
                    if (foreign) {
                        events.add(
                                SimpleConditionEvent.violated(item, dependency.getDescription()));
                    }
                }
            }
        };
    }
}
