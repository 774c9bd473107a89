package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.jshell.JavaShell;
import dev.mlxmtp.kernel.magic.JavaCells;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes the shells of Java cells, with what is in their scope from the start. */
public final class Shells {
  private static final String STARTUP = "startup.jsh";

  private Shells() {}

  /** A shell whose warnings go to the screen. */
  public static JavaCells on(Screen screen) {
    return JavaCells.of(
        () ->
            JavaShell.open(
                List.of(startup()), warning -> screen.note("warning: " + warning, Tone.NOTE)));
  }

  private static String startup() {
    try (InputStream in = Shells.class.getResourceAsStream(STARTUP)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
