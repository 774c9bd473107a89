package dev.mlxmtp.kernel;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * Main uses the REPL, the REPL the commands, the commands the display. Java cells and libraries
 * know none of them, so that any of them may use these.
 */
class PackageOrderTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.mlxmtp.kernel");

  @Test
  void layers() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("main")
        .definedBy("dev.mlxmtp.kernel")
        .layer("repl")
        .definedBy("dev.mlxmtp.kernel.repl")
        .layer("magic")
        .definedBy("dev.mlxmtp.kernel.magic")
        .layer("display")
        .definedBy("dev.mlxmtp.kernel.display")
        .layer("jshell")
        .definedBy("dev.mlxmtp.kernel.jshell")
        .layer("maven")
        .definedBy("dev.mlxmtp.kernel.maven")
        .whereLayer("main")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("repl")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("magic")
        .mayOnlyBeAccessedByLayers("main", "repl")
        .whereLayer("display")
        .mayOnlyBeAccessedByLayers("main", "repl", "magic", "jshell", "maven")
        .whereLayer("jshell")
        .mayOnlyBeAccessedByLayers("main", "repl", "magic")
        .whereLayer("maven")
        .mayOnlyBeAccessedByLayers("main", "repl", "magic")
        .check(classes);
  }

  @Test
  void noCycles() {
    slices().matching("dev.mlxmtp.kernel.(*)..").should().beFreeOfCycles().check(classes);
  }
}
