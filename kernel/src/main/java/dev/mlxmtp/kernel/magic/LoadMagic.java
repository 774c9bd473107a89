package dev.mlxmtp.kernel.magic;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Loads a model in place of the resident one. */
@Command(
    name = "load",
    description = "loads a model in place of the resident one",
    sortOptions = false)
public final class LoadMagic implements Magic {
  private final Workbench bench;

  @Mixin ModelOptions model = new ModelOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "a model's folder, or org/name in the local Hugging Face cache")
  Optional<String> folder = Optional.empty();

  public LoadMagic(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public int run() {
    if (folder.isPresent() && model.model.isPresent()) {
      throw new UserError("Name the model once, as DIR or with --model.");
    }
    bench.load(folder.or(() -> model.model), model.session());
    bench.console().out().println(bench.banner());
    return DONE;
  }
}
