package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.jshell.CellValue;
import dev.mlxmtp.kernel.jshell.CompileException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs Java often enough to tell how long it takes. */
@Command(
    name = "timeit",
    description = TimeitMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class TimeitMagic implements Magic {
  static final String SUMMARY = "Time a piece of Java";

  private static final int DEFAULT_RUNS = 7;

  @Parameters(paramLabel = "CODE", arity = "1", description = "An expression, or statements.")
  private String code = "";

  @Option(names = "-n", paramLabel = "N", description = "Loops a run. Default: for 0.2 s.")
  private Optional<Integer> loops = Optional.empty();

  @Option(names = "-r", paramLabel = "N", description = "Runs. Default: 7.")
  private int runs = DEFAULT_RUNS;

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    if (runs < 1 || loops.orElse(1) < 1) {
      throw new MagicException("-n and -r need at least 1.");
    }
    JavaRun java = new JavaRun(workspace);
    // Compiled as one snippet, so that the shell's own work is not timed.
    String call = Timing.class.getName() + ".of(() -> %s, " + loops.orElse(0) + ", " + runs + ")";
    String bare = code.strip().replaceFirst(";$", "");
    Optional<CellValue> timing;
    try {
      timing = java.eval(call.formatted("(" + bare + ")"));
    } catch (CompileException expression) {
      timing = asStatements(java, call.formatted("{ " + bare + ";\nreturn null; }"), expression);
    }
    if (timing.flatMap(CellValue::value).orElseThrow() instanceof Timing measured) {
      workspace.screen().show(measured);
    }
    return Outcome.DONE;
  }

  // Of the two complaints, that about what the code looks like.
  private Optional<CellValue> asStatements(JavaRun java, String call, CompileException expression) {
    try {
      return java.eval(call);
    } catch (CompileException statements) {
      throw code.contains("}") || code.contains(";\n") ? statements : expression;
    }
  }
}
