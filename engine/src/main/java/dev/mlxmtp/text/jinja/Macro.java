package dev.mlxmtp.text.jinja;

import java.util.LinkedHashMap;
import java.util.Optional;

/** A macro, or the body of a call block: a callable that returns what its body prints. */
final class Macro implements Value.Native, Value.Callable {
  private final Node.Callee callee;
  private final Scope defined;
  private final Interpreter interpreter;

  Macro(Node.Callee callee, Scope defined, Interpreter interpreter) {
    this.callee = callee;
    this.defined = defined;
    this.interpreter = interpreter;
  }

  @Override
  public String typeName() {
    return "Macro";
  }

  @Override
  public Optional<Value> attribute(String name) {
    return name.equals("name") ? Optional.of(Str.trusted(callee.name())) : Optional.empty();
  }

  @Override
  public Value call(Args args) {
    var scope = defined.inner();
    var named = new LinkedHashMap<>(args.named());
    var parameters = callee.parameters();
    boolean hasCallerParameter = false;
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      hasCallerParameter |= parameter.name().equals("caller");
      if (i < args.positional().size()) {
        scope.set(parameter.name(), args.positional().get(i));
        continue;
      }
      var given = Optional.ofNullable(named.remove(parameter.name()));
      scope.set(
          parameter.name(),
          given
              .or(() -> parameter.fallback().map(e -> interpreter.evaluate(e, scope)))
              .orElseGet(
                  () ->
                      new Value.Undefined(
                          "parameter '" + parameter.name() + "' was not provided")));
    }
    if (callee.usesCaller() && !hasCallerParameter) {
      var caller = Optional.ofNullable(named.remove("caller"));
      scope.set("caller", caller.orElseGet(() -> new Value.Undefined("No caller defined")));
    }
    takeRest(args, named, scope);
    return interpreter.capture(callee.body(), scope);
  }

  private void takeRest(Args args, LinkedHashMap<String, Value> named, Scope scope) {
    int taken = callee.parameters().size();
    if (callee.usesKwargs()) {
      scope.set("kwargs", new Args(args.positional(), named).namedAsDict());
    } else if (!named.isEmpty()) {
      throw new TemplateException(
          "macro '%s' takes no keyword argument '%s'"
              .formatted(callee.name(), named.firstEntry().getKey()));
    }
    if (callee.usesVarargs()) {
      var rest = args.positional();
      scope.set(
          "varargs", Value.Seq.tuple(rest.subList(Math.min(taken, rest.size()), rest.size())));
    } else if (args.positional().size() > taken) {
      throw new TemplateException(
          "macro '%s' takes not more than %d argument(s)".formatted(callee.name(), taken));
    }
  }
}
