package dev.mlxmtp.text.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * A chat template, parsed. It runs the part of Jinja2 that chat templates use, set up as Hugging
 * Face sets it up, without access to anything but the values it is given. Can be used by several
 * threads.
 */
public final class Template {
  private final List<Node> body;

  private Template(List<Node> body) {
    this.body = body;
  }

  /**
   * Parses a template.
   *
   * @param source its text
   * @throws TemplateException if it isn't valid
   */
  public static Template parse(String source) {
    try {
      return new Template(Parser.parse(source));
    } catch (StackOverflowError e) {
      throw new TemplateException("The template nests too deeply.");
    }
  }

  /**
   * Renders the template.
   *
   * @param variables what it can see besides Jinja's own functions
   * @param clock the time that {@code strftime_now} tells
   * @return the text, with what came from untrusted values marked
   * @throws TemplateException if it fails, refuses its input, or takes too many steps
   */
  public Str render(Map<String, Value> variables, Clock clock) {
    return render(variables, clock, new Budget());
  }

  Str render(Map<String, Value> variables, Clock clock, Budget budget) {
    var globals = new Scope();
    Globals.define(globals, clock, budget);
    var scope = globals.inner();
    variables.forEach(scope::set);
    try {
      return new Interpreter(budget).capture(body, scope);
    } catch (StackOverflowError e) {
      throw new TemplateException("The template or its data nest too deeply.");
    }
  }
}
