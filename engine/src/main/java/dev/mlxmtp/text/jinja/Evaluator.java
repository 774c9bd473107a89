package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Computes expressions. */
final class Evaluator {
  private final Budget budget;

  Evaluator(Budget budget) {
    this.budget = budget;
  }

  Value evaluate(Expr expr, Scope scope) {
    try {
      var value = compute(expr, scope);
      budget.spend(1 + weight(value));
      return value;
    } catch (TemplateException e) {
      throw e.at(expr.line());
    }
  }

  /** What looking at a value costs, so that work on big values is paid for. */
  private static int weight(Value value) {
    return switch (value) {
      case Str s -> s.text().length() >> 5;
      case Value.Seq s -> s.items().size() >> 3;
      case Dict d -> d.size() >> 3;
      default -> 0;
    };
  }

  private Value compute(Expr expr, Scope scope) {
    return switch (expr) {
      case Expr.Const e -> e.value();
      case Expr.Name e -> scope.get(e.name());
      case Expr.ListOf e -> Value.Seq.list(all(e.items(), scope));
      case Expr.TupleOf e -> Value.Seq.tuple(all(e.items(), scope));
      case Expr.DictOf e -> {
        var dict = new Dict();
        for (var pair : e.pairs()) {
          dict.put(evaluate(pair.key(), scope), evaluate(pair.value(), scope));
        }
        yield dict;
      }
      case Expr.Attribute e -> Attributes.attribute(evaluate(e.target(), scope), e.name(), budget);
      case Expr.Item e ->
          Attributes.item(evaluate(e.target(), scope), evaluate(e.key(), scope), budget);
      case Expr.Slice e ->
          Attributes.slice(
              evaluate(e.target(), scope),
              bound(e.from(), scope),
              bound(e.to(), scope),
              bound(e.step(), scope),
              budget);
      case Expr.Call e -> call(evaluate(e.callee(), scope), arguments(e.arguments(), scope));
      case Expr.Filtered e ->
          Filters.apply(
              e.filter(), evaluate(e.input(), scope), arguments(e.arguments(), scope), budget);
      case Expr.Tested e ->
          Value.Bool.of(
              Tests.check(
                  e.test(), evaluate(e.input(), scope), arguments(e.arguments(), scope), budget));
      case Expr.Not e -> Value.Bool.of(!isTrue(e.operand(), scope));
      case Expr.And e -> {
        var left = evaluate(e.left(), scope);
        yield Values.truthy(left) ? evaluate(e.right(), scope) : left;
      }
      case Expr.Or e -> {
        var left = evaluate(e.left(), scope);
        yield Values.truthy(left) ? left : evaluate(e.right(), scope);
      }
      case Expr.Unary e ->
          e.operator().equals("-")
              ? Operators.negate(evaluate(e.operand(), scope))
              : Operators.plus(evaluate(e.operand(), scope));
      case Expr.Binary e ->
          Operators.binary(
              e.operator(), evaluate(e.left(), scope), evaluate(e.right(), scope), budget);
      case Expr.Concat e -> concat(all(e.parts(), scope));
      case Expr.Compare e -> Value.Bool.of(compare(e, scope));
      case Expr.Conditional e -> conditional(e, scope);
    };
  }

  boolean isTrue(Expr expr, Scope scope) {
    return Values.truthy(evaluate(expr, scope));
  }

  private List<Value> all(List<Expr> items, Scope scope) {
    var values = new ArrayList<Value>();
    for (var item : items) {
      values.add(evaluate(item, scope));
    }
    return values;
  }

  private Value bound(Optional<Expr> bound, Scope scope) {
    return bound.map(e -> evaluate(e, scope)).orElse(Value.None.NONE);
  }

  Value call(Value callee, Args args) {
    Values.requireDefined(callee);
    if (!(callee instanceof Value.Callable callable)) {
      throw new TemplateException("'" + Values.typeName(callee) + "' object is not callable");
    }
    budget.enter();
    var result = callable.call(args);
    budget.leave();
    return result;
  }

  Args arguments(Expr.Arguments arguments, Scope scope) {
    if (arguments == Expr.Arguments.NONE) {
      return Args.NONE;
    }
    var positional = all(arguments.positional(), scope);
    var named = new LinkedHashMap<String, Value>();
    for (var keyword : arguments.named()) {
      named.put(keyword.name(), evaluate(keyword.value(), scope));
    }
    arguments.list().ifPresent(e -> positional.addAll(Values.toList(evaluate(e, scope), budget)));
    arguments.dict().ifPresent(e -> addNamed(evaluate(e, scope), named));
    return new Args(positional, named);
  }

  private static void addNamed(Value value, LinkedHashMap<String, Value> named) {
    if (!(value instanceof Dict dict)) {
      throw new TemplateException("argument after ** must be a mapping");
    }
    for (var entry : dict.entries()) {
      if (!(entry.key() instanceof Str name)) {
        throw new TemplateException("keywords must be strings");
      }
      named.put(name.text(), entry.value());
    }
  }

  /** Unlike {@code +}, this never escapes. */
  private Str concat(List<Value> values) {
    return StringMethods.join(Str.EMPTY, values, budget);
  }

  private boolean compare(Expr.Compare chain, Scope scope) {
    var left = evaluate(chain.first(), scope);
    for (var operand : chain.rest()) {
      var right = evaluate(operand.value(), scope);
      if (!compare(operand.operator(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean compare(String operator, Value left, Value right) {
    return switch (operator) {
      case "in" -> Values.contains(right, left, budget);
      case "not in" -> !Values.contains(right, left, budget);
      default -> Tests.compare(operator, left, right, budget);
    };
  }

  private Value conditional(Expr.Conditional e, Scope scope) {
    if (isTrue(e.test(), scope)) {
      return evaluate(e.then(), scope);
    }
    return e.otherwise()
        .map(other -> evaluate(other, scope))
        .orElseGet(
            () ->
                new Value.Undefined(
                    "the inline if-expression on line "
                        + e.line()
                        + " evaluated to false and no else section was defined."));
  }
}
