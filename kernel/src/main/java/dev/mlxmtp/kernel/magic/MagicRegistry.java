package dev.mlxmtp.kernel.magic;

import java.io.InputStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** All magics by name. */
public final class MagicRegistry {
  private final Map<String, Supplier<Magic>> magics = new LinkedHashMap<>();

  /**
   * @param in read by a magic that takes its text from standard input
   */
  public MagicRegistry(Workbench bench, InputStream in) {
    magics.put("generate", () -> new GenerateMagic(bench, in));
    magics.put("chat", () -> new ChatMagic(bench));
    magics.put("load", () -> new LoadMagic(bench));
    magics.put("info", () -> new InfoMagic(bench));
    magics.put("help", () -> new HelpMagic(bench, this));
  }

  public List<String> names() {
    return List.copyOf(magics.keySet());
  }

  public String description(String name) {
    return String.join(" ", command(name).getCommandSpec().usageMessage().description());
  }

  /**
   * A fresh parser and instance for one call.
   *
   * @throws UserError where there is no such magic, with the nearest names
   */
  public CommandLine command(String name) {
    Supplier<Magic> magic = magics.get(name);
    if (magic == null) {
      throw new UserError(
          "There is no %" + name + "; did you mean " + nearest(name) + "? %help lists all.");
    }
    return new CommandLine(magic.get());
  }

  private String nearest(String name) {
    return magics.keySet().stream()
        .sorted(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .limit(2)
        .map(candidate -> "%" + candidate)
        .collect(Collectors.joining(" or "));
  }

  // Levenshtein's.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, Math.min(row[j - 1], above) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
