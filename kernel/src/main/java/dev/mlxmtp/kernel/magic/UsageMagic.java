package dev.mlxmtp.kernel.magic;

import picocli.CommandLine;

/** Shows how another command is used. */
record UsageMagic(CommandLine commandLine) implements Magic {
  @Override
  public Outcome run(Workspace workspace) {
    workspace.screen().println(commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF).strip());
    return Outcome.DONE;
  }
}
