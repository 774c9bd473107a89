package dev.mlxmtp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The packages and what a file in each may know. Knowledge is transitive: with {@code model} comes
 * what {@code model} may know.
 */
@AnalyzeClasses(packages = "dev.mlxmtp", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.mlxmtp.";
  private static final Map<String, List<String>> MAY_KNOW =
      Map.of(
          "mlx", List.of(),
          "checkpoint", List.of("mlx"),
          "quantize", List.of("checkpoint"),
          "text", List.of(),
          "vision", List.of("mlx", "checkpoint"),
          "model", List.of("mlx", "checkpoint", "vision"),
          "decode", List.of("model"),
          "session", List.of("decode", "text", "vision", "quantize"),
          "bench", List.of("session"));

  @ArchTest
  static final ArchRule EVERY_CLASS_LIES_IN_A_PACKAGE_OF_THE_TABLE =
      classes()
          .should()
          .resideInAnyPackage(
              MAY_KNOW.keySet().stream().map(p -> ROOT + p + "..").toArray(String[]::new));

  @ArchTest
  static void packagesKnowWhatTheTableAllows(JavaClasses all) {
    for (String name : MAY_KNOW.keySet()) {
      String[] allowed =
          Stream.concat(Stream.of(name), closure(name).stream())
              .map(p -> ROOT + p + "..")
              .toArray(String[]::new);
      DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage(ROOT + "*..");
      DescribedPredicate<JavaClass> permitted = JavaClass.Predicates.resideInAnyPackage(allowed);
      noClasses()
          .that()
          .resideInAPackage(ROOT + name + "..")
          .should()
          .dependOnClassesThat(ours.and(DescribedPredicate.not(permitted)))
          .because(name + " may know " + closure(name) + " alone")
          .allowEmptyShould(true)
          .check(all);
    }
  }

  private static TreeSet<String> closure(String name) {
    TreeSet<String> known = new TreeSet<>(MAY_KNOW.get(name));
    MAY_KNOW.get(name).forEach(p -> known.addAll(closure(p)));
    return known;
  }

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule FOREIGN_MEMORY_IS_TOUCHED_IN_ONE_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "mlx..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..");

  // With a name in place of a file the library asks the hub.
  @ArchTest
  static final ArchRule TOKENIZERS_ARE_NEVER_DOWNLOADED =
      noClasses()
          .should()
          .callMethod(
              "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer",
              "newInstance",
              "java.lang.String")
          .orShould()
          .callMethod(
              "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer",
              "newInstance",
              "java.lang.String",
              "java.util.Map");

  @ArchTest
  static final ArchRule NO_NETWORK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.URLConnection")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.Socket");

  // Front ends decide what is printed; the benchmark is a program of its own.
  @ArchTest
  static final ArchRule THE_ENGINE_PRINTS_NOTHING =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "bench..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule NO_REFLECTION =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.lang.reflect..");
}
