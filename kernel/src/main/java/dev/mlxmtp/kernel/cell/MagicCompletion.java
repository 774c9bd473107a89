package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.cell.Suggestions.Suggestion;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.SetMagic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completes commands, their options, the options' values, files and folders. */
final class MagicCompletion {
  private static final String SIGN = "%";
  private static final List<String> FOLDERS = List.of("DIR", "DIR|org/name");
  private static final List<String> FILES = List.of("FILE", "FILE|PATTERN", "FILE|builtin");

  private final MagicRegistry registry;
  private final Path folder;

  /**
   * @param folder from which files are named
   */
  MagicCompletion(MagicRegistry registry, Path folder) {
    this.registry = registry;
    this.folder = folder;
  }

  /**
   * Completes the word at the end of a line that begins with the sign.
   *
   * @param offset of the line in its cell
   */
  Suggestions complete(String line, int offset) {
    int end = offset + line.length();
    int word = wordStart(line);
    String typed = line.substring(word);
    if (word == 0) {
      String signs = typed.startsWith(SIGN + SIGN) ? SIGN + SIGN : SIGN;
      return new Suggestions(
          offset,
          end,
          matching(
              registry.names().stream()
                  .map(name -> new Suggestion(signs + name, registry.summary(name), true)),
              typed));
    }
    String name = line.split("\\s+")[0].replaceFirst("^%+", "");
    if (!registry.contains(name)) {
      return Suggestions.none(end);
    }
    return new Suggestions(
        offset + word, end, arguments(name, line.substring(0, word).strip(), typed));
  }

  private static int wordStart(String line) {
    int at = line.length();
    while (at > 0 && !Character.isWhitespace(line.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private List<Suggestion> arguments(String name, String before, String typed) {
    CommandSpec spec = registry.spec(name);
    String previous = before.substring(before.lastIndexOf(' ') + 1);
    OptionSpec valued = spec.findOption(previous);
    if (valued != null && valued.arity().min() > 0) {
      return values(valued, typed);
    }
    int equals = typed.indexOf('=');
    if (typed.startsWith("-") && equals > 0) {
      OptionSpec option = spec.findOption(typed.substring(0, equals));
      return option == null
          ? List.of()
          : values(option, typed.substring(equals + 1)).stream()
              .map(s -> prefixed(typed.substring(0, equals + 1), s))
              .toList();
    }
    if (typed.startsWith("-")) {
      return matching(
          spec.options().stream().filter(o -> !o.hidden()).flatMap(MagicCompletion::ways), typed);
    }
    return switch (name) {
      case "help" ->
          matching(
              registry.names().stream().map(n -> new Suggestion(n, registry.summary(n), true)),
              typed);
      case "set" -> matching(settings(), typed);
      default ->
          spec.positionalParameters().isEmpty()
              ? List.of()
              : values(spec.positionalParameters().getFirst(), typed);
    };
  }

  private static Suggestion prefixed(String prefix, Suggestion s) {
    return new Suggestion(prefix + s.value(), s.about(), s.complete());
  }

  private static Stream<Suggestion> settings() {
    return SetMagic.completions().stream().map(s -> new Suggestion(s, "", !s.endsWith("=")));
  }

  private List<Suggestion> values(ArgSpec argument, String typed) {
    if (FOLDERS.contains(argument.paramLabel())) {
      return paths(typed, Files::isDirectory);
    }
    if (FILES.contains(argument.paramLabel())) {
      return paths(typed, path -> true);
    }
    return argument.completionCandidates() == null
        ? List.of()
        : matching(
            StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                .map(value -> new Suggestion(value, "", true)),
            typed);
  }

  // An option with its name, and also with what may only follow `=`.
  private static Stream<Suggestion> ways(OptionSpec option) {
    String about = option.description().length == 0 ? "" : firstSentence(option.description()[0]);
    String name = option.longestName();
    Stream.Builder<Suggestion> ways = Stream.builder();
    ways.add(new Suggestion(name, about, true));
    if (option.negatable()) {
      ways.add(new Suggestion(name.replaceFirst("^--", "--no-"), "", true));
    }
    if (option.arity().min() == 0 && option.arity().max() == 1) {
      ways.add(new Suggestion(name + "=", about, false));
    }
    return ways.build();
  }

  private static String firstSentence(String text) {
    return text.replace("%%", "%").replaceFirst("(?s)[.:;] .*", "").replaceFirst("\\.$", "");
  }

  private static List<Suggestion> matching(Stream<Suggestion> all, String typed) {
    return all.filter(s -> s.value().startsWith(typed)).toList();
  }

  private List<Suggestion> paths(String typed, Predicate<Path> wanted) {
    int slash = typed.lastIndexOf('/');
    String parent = typed.substring(0, slash + 1);
    return listing(parent)
        .map(
            start -> {
              try (Stream<Path> files = Files.list(start)) {
                return files
                    .filter(wanted)
                    .filter(path -> visible(path, typed.substring(slash + 1)))
                    .map(path -> suggestion(parent, path))
                    .sorted((a, b) -> a.value().compareTo(b.value()))
                    .toList();
              } catch (IOException e) {
                return List.<Suggestion>of();
              }
            })
        .orElse(List.of());
  }

  private Optional<Path> listing(String parent) {
    try {
      String home = System.getProperty("user.home") + "/";
      return Optional.of(folder.resolve(parent.replaceFirst("^~/", home)))
          .filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean visible(Path path, String typed) {
    String name = path.getFileName().toString();
    return name.startsWith(typed) && (!name.startsWith(".") || typed.startsWith("."));
  }

  private static Suggestion suggestion(String parent, Path path) {
    boolean isFolder = Files.isDirectory(path);
    return new Suggestion(parent + path.getFileName() + (isFolder ? "/" : ""), "", !isFolder);
  }
}
