package dev.mlxmtp.kernel.magic;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives an option a value only after {@code =}, so that it never swallows the prompt. */
final class AttachedValue implements IParameterPreprocessor {
  @Override
  public boolean preprocess(
      Stack<String> args, CommandSpec commandSpec, ArgSpec argSpec, Map<String, Object> info) {
    // picocli tells the character between option and value: a blank is a word of its own.
    if (argSpec instanceof OptionSpec option
        && String.valueOf(info.getOrDefault("separator", " ")).isBlank()) {
      args.push(option.fallbackValue());
    }
    return false;
  }
}
