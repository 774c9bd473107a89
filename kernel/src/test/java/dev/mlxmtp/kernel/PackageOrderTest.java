package dev.mlxmtp.kernel;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Main uses the REPL, the REPL the commands, the commands the display. */
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
        .layer("jupyter")
        .definedBy("dev.mlxmtp.kernel.jupyter")
        .layer("cell")
        .definedBy("dev.mlxmtp.kernel.cell")
        .layer("magic")
        .definedBy("dev.mlxmtp.kernel.magic")
        .layer("jshell")
        .definedBy("dev.mlxmtp.kernel.jshell")
        .layer("maven")
        .definedBy("dev.mlxmtp.kernel.maven")
        .layer("display")
        .definedBy("dev.mlxmtp.kernel.display")
        .whereLayer("main")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("repl")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("jupyter")
        .mayOnlyBeAccessedByLayers("main")
        .whereLayer("cell")
        .mayOnlyBeAccessedByLayers("main", "repl", "jupyter")
        .whereLayer("magic")
        .mayOnlyBeAccessedByLayers("main", "repl", "jupyter", "cell")
        .whereLayer("jshell")
        .mayOnlyBeAccessedByLayers("repl", "jupyter", "cell", "magic")
        .whereLayer("maven")
        .mayOnlyBeAccessedByLayers("magic")
        .whereLayer("display")
        .mayOnlyBeAccessedByLayers("main", "repl", "jupyter", "cell", "magic")
        .check(classes);
  }

  @Test
  void noCycles() {
    slices().matching("dev.mlxmtp.kernel.(*)..").should().beFreeOfCycles().check(classes);
  }
}
