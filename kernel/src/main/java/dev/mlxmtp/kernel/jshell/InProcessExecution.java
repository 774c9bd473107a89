package dev.mlxmtp.kernel.jshell;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import jdk.jshell.spi.SPIResolutionException;

/**
 * Runs snippets on the thread that evaluates them, and keeps the objects that they gave or threw;
 * JShell itself knows their texts only.
 */
final class InProcessExecution extends DirectExecutionControl {
  private static final String NAME = "in-process";

  private final CellThread thread;
  private String wrapper = "";
  private Optional<Object> value = Optional.empty();
  private Optional<Failure> failure = Optional.empty();

  /** Why a snippet's code did not end by itself. */
  sealed interface Failure {}

  /**
   * The code threw.
   *
   * @param family it, its causes and what was suppressed, in the order in which JShell has their
   *     stack traces, one as the cause of the other
   */
  record Threw(List<Throwable> family) implements Failure {}

  /**
   * The code did not even start.
   *
   * @param why a fault of its classes, or that the cell was stopped
   */
  record NotStarted(Throwable why) implements Failure {}

  InProcessExecution(CellLoader loader, CellThread thread) {
    super(loader);
    this.thread = thread;
  }

  /** How JShell gets at it. */
  ExecutionControlProvider provider() {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return NAME;
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return InProcessExecution.this;
      }
    };
  }

  /** Forgets the snippets before. */
  void forget() {
    value = Optional.empty();
    failure = Optional.empty();
  }

  /** What the last snippet gave; absent for null, too. */
  Optional<Object> value() {
    return value;
  }

  /** The class that was run last. */
  String wrapper() {
    return wrapper;
  }

  /** The first failure since {@link #forget}. */
  Optional<Failure> failure() {
    return failure;
  }

  @Override
  public String invoke(String className, String methodName)
      throws RunException, InternalException, EngineTerminationException {
    wrapper = className;
    try {
      return super.invoke(className, methodName);
    } catch (InternalException | StoppedException e) {
      // JShell passes over them in silence.
      fail(new NotStarted(e));
      throw e;
    }
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    thread.enter();
    try {
      value = Optional.ofNullable(snippet.invoke(null));
      // Its text is not asked for: that would call the user's toString.
      return "";
    } finally {
      thread.leave();
    }
  }

  @Override
  public String varValue(String className, String name) throws InternalException {
    // As JShell does it, but for the text: long arrays are cut, and toString may fail.
    try {
      Field field = findClass(className).getDeclaredField(name);
      field.setAccessible(true);
      return ValueText.of(Optional.ofNullable(field.get(null)));
    } catch (ReflectiveOperationException e) {
      throw new InternalException(e.toString());
    }
  }

  @Override
  protected String throwConvertedInvocationException(Throwable thrown)
      throws RunException, InternalException {
    List<Throwable> family = Family.of(thrown);
    fail(new Threw(family));
    if (thrown instanceof SPIResolutionException unresolved) {
      throw new ResolutionException(unresolved.id(), unresolved.getStackTrace());
    }
    Optional<UserException> chain = Optional.empty();
    for (Throwable member : family.reversed()) {
      UserException link =
          new UserException("", member.getClass().getName(), member.getStackTrace());
      chain.ifPresent(link::initCause);
      chain = Optional.of(link);
    }
    throw chain.orElseThrow();
  }

  private void fail(Failure reason) {
    failure = failure.or(() -> Optional.of(reason));
  }
}
