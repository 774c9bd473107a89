package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.display.Table;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.magic.HelpOption;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicException;
import dev.mlxmtp.kernel.magic.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The notebook kernel: makes Jupyter know it, and is what Jupyter starts. */
@Command(
    name = "kernel",
    description = KernelMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class KernelMagic implements Magic {
  public static final String SUMMARY = "Install, list or remove the Jupyter kernel";

  private static final String NAME = "[\\w.-]+";

  enum Action {
    INSTALL,
    LIST,
    REMOVE,
    RUN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String version;

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description = "install, list or remove; run is what Jupyter itself does.")
  private Action action = Action.LIST;

  @Parameters(
      index = "1",
      paramLabel = "CONNECTION",
      arity = "0..1",
      description = "For run: the file that Jupyter wrote.")
  private Optional<Path> connection = Optional.empty();

  @Option(names = "--user", description = "In the user's own Jupyter folder. The default.")
  private boolean user;

  @Option(
      names = "--sys-prefix",
      description = "In the active Python environment (VIRTUAL_ENV or CONDA_PREFIX).")
  private boolean sysPrefix;

  @Option(names = "--prefix", paramLabel = "DIR", description = "In DIR/share/jupyter.")
  private Optional<String> prefix = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Under which Jupyter knows it. Default: mlx-mtp.")
  private String name = "mlx-mtp";

  @Mixin private HelpOption help = new HelpOption();

  public KernelMagic(String version) {
    this.version = version;
  }

  @Override
  public Outcome run(Workspace workspace) {
    if (action != Action.RUN && connection.isPresent()) {
      throw new MagicException("`kernel " + action + "` takes no file; leave it out.");
    }
    switch (action) {
      case INSTALL -> install(workspace);
      case LIST -> list(workspace);
      case REMOVE -> remove(workspace);
      case RUN ->
          KernelProcess.run(
              connection.orElseThrow(
                  () -> new MagicException("`kernel run` needs the connection file.")),
              version);
    }
    return Outcome.DONE;
  }

  private void install(Workspace workspace) {
    KernelSpec spec = new KernelSpec(target().resolve("kernels").resolve(checkedName()));
    spec.install(Launch.command());
    workspace.screen().println("installed in " + spec.folder());
    workspace
        .screen()
        .note(
            "`jupyter lab` offers it as Java (mlx-mtp); remove it with `kernel remove`", Tone.NOTE);
  }

  private String checkedName() {
    if (!name.matches(NAME)) {
      throw new MagicException(
          "--name takes letters, digits, dots, dashes and underscores, not `" + name + "`.");
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private Path target() {
    long given = List.of(user, sysPrefix, prefix.isPresent()).stream().filter(b -> b).count();
    if (given > 1) {
      throw new MagicException("Give one of --user, --sys-prefix and --prefix.");
    }
    JupyterFolders folders = JupyterFolders.current();
    if (prefix.isPresent()) {
      return JupyterFolders.under(prefix.get());
    }
    return sysPrefix
        ? folders
            .environmentFolder()
            .orElseThrow(
                () ->
                    new MagicException(
                        "No Python environment is active (VIRTUAL_ENV and CONDA_PREFIX are not"
                            + " set); activate one, or give its folder with --prefix."))
        : folders.user();
  }

  private List<Path> places() {
    List<Path> places = new ArrayList<>(JupyterFolders.current().all());
    prefix.map(JupyterFolders::under).ifPresent(places::addFirst);
    return places;
  }

  private void list(Workspace workspace) {
    List<KernelSpec> found = KernelSpec.installed(places());
    if (found.isEmpty()) {
      workspace.screen().println("not installed; `./mtp kernel install` does it");
      return;
    }
    Table table = new Table();
    found.forEach(
        spec -> table.row(spec.folder().getFileName().toString(), spec.folder() + problem(spec)));
    table.print(workspace.screen());
  }

  private static String problem(KernelSpec spec) {
    String command = spec.command();
    return Files.isExecutable(Path.of(command))
        ? ""
        : " (broken: there is no " + command + "; install it again)";
  }

  private void remove(Workspace workspace) {
    boolean placed = user || sysPrefix || prefix.isPresent();
    List<Path> places = placed ? List.of(target()) : places();
    List<KernelSpec> found =
        KernelSpec.installed(places).stream()
            .filter(spec -> spec.folder().endsWith(checkedName()))
            .toList();
    if (found.isEmpty()) {
      throw new MagicException(
          "No kernel `" + name + "` of this program is installed; see `./mtp kernel list`.");
    }
    found.forEach(
        spec -> {
          spec.remove();
          workspace.screen().println("removed " + spec.folder());
        });
  }
}
