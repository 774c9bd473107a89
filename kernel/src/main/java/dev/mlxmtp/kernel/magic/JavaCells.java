package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.jshell.JavaShell;
import java.util.Optional;
import java.util.function.Supplier;

/** The Java shell of a workspace, made when it is first needed, for that takes a second. */
public final class JavaCells implements AutoCloseable {
  private final Optional<Supplier<JavaShell>> maker;
  // Read while it is being made, which a lock would wait for.
  private volatile Optional<JavaShell> shell = Optional.empty();

  private JavaCells(Optional<Supplier<JavaShell>> maker) {
    this.maker = maker;
  }

  /** A shell made so. */
  public static JavaCells of(Supplier<JavaShell> maker) {
    return new JavaCells(Optional.of(maker));
  }

  /** No shell, for single commands. */
  public static JavaCells none() {
    return new JavaCells(Optional.empty());
  }

  /**
   * The shell.
   *
   * @throws MagicException where there is none
   */
  public synchronized JavaShell shell() {
    if (shell.isEmpty()) {
      Supplier<JavaShell> make =
          maker.orElseThrow(
              () -> new MagicException("Java cells run in the terminal and in notebooks only."));
      shell = Optional.of(make.get());
    }
    return shell.get();
  }

  /** The shell, if it was made already. */
  public Optional<JavaShell> made() {
    return shell;
  }

  @Override
  public synchronized void close() {
    shell.ifPresent(JavaShell::close);
    shell = Optional.empty();
  }
}
