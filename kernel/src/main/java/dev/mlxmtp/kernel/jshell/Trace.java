package dev.mlxmtp.kernel.jshell;

import dev.mlxmtp.kernel.jshell.Origins.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What was thrown in a cell and where, in lines of cells. */
final class Trace {
  private static final String INDENT = "    ";
  private static final int HEAD = 20;
  private static final int TAIL = 10;

  /** How code is run, which tells the author of a cell nothing. */
  private static final List<String> MACHINERY =
      List.of("jdk.internal.", "jdk.jshell.", "java.lang.invoke.", "java.lang.reflect.");

  private static final String PROGRAM = "dev.mlxmtp.";
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.*)\\$\\d+");

  /** The method that JShell makes of statements; it leaves the name out, but not in lambdas. */
  private static final List<String> TOP_LEVEL = List.of("", "do_it$");

  private final Origins origins;
  private final Cell cell;
  private final Throwable thrown;
  private final Map<Throwable, List<StackTraceElement>> stacks = new IdentityHashMap<>();

  /**
   * @param cell in which it was thrown
   * @param family what was thrown, with all that hangs on it
   * @param translated the family's stack traces in which JShell has named snippets; those of later
   *     members may be missing
   */
  Trace(
      Origins origins,
      Cell cell,
      List<Throwable> family,
      List<List<StackTraceElement>> translated) {
    this.origins = origins;
    this.cell = cell;
    this.thrown = family.getFirst();
    for (int i = 0; i < family.size(); i++) {
      Throwable member = family.get(i);
      stacks.put(
          member, i < translated.size() ? translated.get(i) : List.of(member.getStackTrace()));
    }
  }

  /** The first line of the cell on the way to where it was thrown. */
  Optional<Integer> line() {
    return stacks.get(thrown).stream()
        .flatMap(frame -> origins.of(frame).stream())
        .filter(place -> place.cell().equals(cell))
        .map(Place::line)
        .findFirst();
  }

  /** Name, message and stack trace; then the same of what caused it and of what was suppressed. */
  String details() {
    List<String> lines = new ArrayList<>();
    describe(thrown, "", lines, Collections.newSetFromMap(new IdentityHashMap<>())::add);
    return String.join("\n", lines);
  }

  /** The stack trace alone, under another headline. */
  String details(String headline) {
    return headline + "\n" + String.join("\n", shortened(frames(stacks.get(thrown))));
  }

  /** Its name and message in one line, without a full stop. */
  static String headline(Throwable thrown) {
    String name = SnippetNames.simple(thrown.getClass());
    String message = message(thrown).strip().replaceAll("\\s*\\R\\s*", " ");
    if (message.endsWith(".") && !message.endsWith("..")) {
      message = message.substring(0, message.length() - 1);
    }
    return message.isEmpty() ? name : name + ": " + message;
  }

  private static String message(Throwable thrown) {
    try {
      return SnippetNames.expunged(Optional.ofNullable(thrown.getLocalizedMessage()).orElse(""));
    } catch (RuntimeException | StackOverflowError e) {
      return "(getMessage() throws " + SnippetNames.simple(e.getClass()) + ")";
    }
  }

  private void describe(
      Throwable member, String relation, List<String> lines, Predicate<Throwable> isNew) {
    String message = message(member);
    String name = SnippetNames.full(member.getClass());
    lines.add(relation + (message.isEmpty() ? name : name + ": " + message));
    if (!stacks.containsKey(member) || !isNew.test(member)) {
      return;
    }
    lines.addAll(shortened(frames(stacks.get(member))));
    for (Throwable suppressed : member.getSuppressed()) {
      describe(suppressed, "suppressed: ", lines, isNew);
    }
    if (member.getCause() != null) {
      describe(member.getCause(), "caused by: ", lines, isNew);
    }
  }

  private List<String> frames(List<StackTraceElement> stack) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < stack.size(); i++) {
      StackTraceElement frame = stack.get(i);
      // Of a way through this program only the door by which it was entered.
      boolean inside = isProgram(frame) && i + 1 < stack.size() && isProgram(stack.get(i + 1));
      if (!inside && MACHINERY.stream().noneMatch(frame.getClassName()::startsWith)) {
        shown.add(INDENT + "at " + text(frame));
      }
    }
    return shown;
  }

  private static boolean isProgram(StackTraceElement frame) {
    return frame.getClassName().startsWith(PROGRAM);
  }

  private String text(StackTraceElement frame) {
    return origins
        .of(frame)
        .map(
            place -> {
              String where = place.cell().place(place.line(), cell);
              String method = method(frame);
              return method.isEmpty() ? where : method + " (" + where + ")";
            })
        .orElseGet(frame::toString);
  }

  private static String method(StackTraceElement frame) {
    Matcher lambda = LAMBDA.matcher(frame.getMethodName());
    String name = lambda.matches() ? lambda.group(1) : frame.getMethodName();
    String method = TOP_LEVEL.contains(name) ? "" : name.equals("new") ? "<init>" : name;
    String owner = frame.getClassName().replace('$', '.');
    return owner.isEmpty() || method.isEmpty() ? method : owner + "." + method;
  }

  private static List<String> shortened(List<String> frames) {
    int left = frames.size() - HEAD - TAIL;
    if (left <= 1) {
      return frames;
    }
    return Stream.of(
            frames.subList(0, HEAD),
            List.of(INDENT + "… " + left + " more …"),
            frames.subList(HEAD + left, frames.size()))
        .flatMap(List::stream)
        .toList();
  }
}
