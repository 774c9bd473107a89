package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.Console;
import dev.mlxmtp.kernel.magic.Magic;
import dev.mlxmtp.kernel.magic.MagicRegistry;
import dev.mlxmtp.kernel.magic.Workbench;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads cells from standard input without a terminal: a line each, continued by a trailing
 * backslash.
 */
public final class PipedRepl {
  private PipedRepl() {}

  /**
   * @return {@link Magic#WRONG_USE} where a cell failed; the others are run all the same
   */
  public static int run(Workbench bench, Console console, InputStream in) {
    MagicRunner runner =
        new MagicRunner(new MagicRegistry(bench, InputStream.nullInputStream()), console);
    int code = Magic.DONE;
    StringBuilder cell = new StringBuilder();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.endsWith("\\")) {
          cell.append(line, 0, line.length() - 1).append('\n');
          continue;
        }
        if (runner.run(cell.append(line).toString()) != Magic.DONE) {
          code = Magic.WRONG_USE;
        }
        cell.setLength(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!cell.isEmpty() && runner.run(cell.toString()) != Magic.DONE) {
      code = Magic.WRONG_USE;
    }
    return code;
  }
}
