package dev.mlxmtp.kernel.magic;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what is wrong with a command's arguments. */
final class UsageError {
  private UsageError() {}

  static String sentence(ParameterException e) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    return problem(e, spec) + "; see `" + spec.name() + " --help`.";
  }

  private static String problem(ParameterException e, CommandSpec spec) {
    return switch (e) {
      case UnmatchedArgumentException unmatched -> unmatched(unmatched, spec);
      case MissingParameterException missing -> {
        ArgSpec argument = missing.getMissing().getFirst();
        yield argument.isOption()
            ? name(argument) + " needs a value"
            : "`" + spec.name() + "` needs " + argument.paramLabel();
      }
      case OverwrittenOptionException twice -> name(twice.getOverwritten()) + " is given twice";
      default -> value(e);
    };
  }

  private static String unmatched(UnmatchedArgumentException e, CommandSpec spec) {
    String argument = e.getUnmatched().getFirst();
    if (!e.isUnknownOption()) {
      return "The argument `"
          + argument
          + "` is one too many: put a text of several words in quotes, and an option's optional"
          + " value after `=`";
    }
    String option = argument.replaceFirst("=.*", "");
    List<String> near = Nearest.to(option, spec.optionsMap().keySet());
    return "The option `" + option + "` is unknown" + Nearest.hint(near);
  }

  private static String value(ParameterException e) {
    ArgSpec argument = e.getArgSpec();
    if (argument == null || e.getValue() == null) {
      return e.getMessage().strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
    }
    return name(argument) + " takes " + kind(argument) + ", not `" + e.getValue() + "`";
  }

  private static String kind(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      return StreamSupport.stream(argument.completionCandidates().spliterator(), false)
          .collect(Collectors.joining(" or "));
    }
    Class<?> type = argument.auxiliaryTypes()[0];
    if (argument.typeInfo().isMap()) {
      return "pairs as in " + argument.paramLabel() + ", split by commas";
    }
    boolean whole = List.of(int.class, Integer.class, long.class, Long.class).contains(type);
    return whole ? "a whole number" : "a number";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
