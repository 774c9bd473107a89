package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs the statements of one rendering. */
final class Interpreter {

  /** How a statement ended. */
  private enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Evaluator evaluator;

  Interpreter(Budget budget) {
    this.budget = budget;
    this.evaluator = new Evaluator(budget);
  }

  Value evaluate(Expr expr, Scope scope) {
    return evaluator.evaluate(expr, scope);
  }

  /** Runs statements and returns what they print. */
  Str capture(List<Node> body, Scope scope) {
    var out = new StrBuilder();
    run(body, scope, out);
    return out.build();
  }

  private Flow run(List<Node> body, Scope scope, StrBuilder out) {
    for (var node : body) {
      Flow flow;
      try {
        budget.spend(1);
        flow = run(node, scope, out);
      } catch (TemplateException e) {
        throw e.at(node.line());
      }
      if (flow != Flow.NORMAL) {
        return flow;
      }
    }
    return Flow.NORMAL;
  }

  private Flow run(Node node, Scope scope, StrBuilder out) {
    switch (node) {
      case Node.Text text -> out.append(text.text());
      case Node.Print print -> out.append(Repr.str(evaluate(print.value(), scope), budget));
      case Node.If branches -> {
        return runIf(branches, scope, out);
      }
      case Node.For loop -> {
        var values = evaluate(loop.values(), scope);
        runFor(loop, values, 1, scope, out);
      }
      case Node.Assign set -> assign(set.target(), evaluate(set.value(), scope), scope);
      case Node.AssignBlock set ->
          assign(set.target(), filtered(set.filtered(), set.body(), scope), scope);
      case Node.FilterBlock block ->
          out.append(Repr.str(filtered(block.filtered(), block.body(), scope), budget));
      case Node.Macro macro -> {
        scope.set(macro.callee().name(), new Macro(macro.callee(), scope, this));
      }
      case Node.CallBlock block -> out.append(Repr.str(call(block, scope), budget));
      case Node.With with -> {
        var inner = scope.inner();
        for (var binding : with.bindings()) {
          assign(binding.target(), evaluate(binding.value(), scope), inner);
        }
        return run(with.body(), inner, out);
      }
      case Node.Group group -> {
        return run(group.body(), scope.inner(), out);
      }
      case Node.Break b -> {
        return Flow.BREAK;
      }
      case Node.Continue c -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NORMAL;
  }

  private Flow runIf(Node.If branches, Scope scope, StrBuilder out) {
    for (var branch : branches.branches()) {
      if (evaluator.isTrue(branch.test(), scope)) {
        return run(branch.body(), scope, out);
      }
    }
    return run(branches.otherwise(), scope, out);
  }

  private Value filtered(Expr filters, List<Node> body, Scope scope) {
    var inner = scope.inner();
    var captured = scope.inner();
    captured.set(Node.CAPTURED, capture(body, inner));
    return evaluate(filters, captured);
  }

  private Value call(Node.CallBlock block, Scope scope) {
    var caller = new Macro(block.caller(), scope, this);
    var callee = evaluate(block.call().callee(), scope);
    var args = evaluator.arguments(block.call().arguments(), scope);
    var named = new java.util.LinkedHashMap<>(args.named());
    named.put("caller", caller);
    return evaluator.call(callee, new Args(args.positional(), named));
  }

  private void runFor(Node.For node, Value values, int depth, Scope scope, StrBuilder out) {
    var source = Values.iterate(values);
    var size = node.test().isPresent() ? OptionalInt.empty() : Values.length(values);
    if (node.test().isPresent()) {
      source = new Tested(node, source, scope);
    }
    var loop = new Loop(source, size, depth, args -> recurse(node, args, depth, scope));
    boolean ran = false;
    for (var item = loop.advance(); item.isPresent(); item = loop.advance()) {
      ran = true;
      var inner = scope.inner();
      inner.set("loop", loop);
      assign(node.target(), item.get(), inner);
      budget.spend(1);
      if (run(node.body(), inner, out) == Flow.BREAK) {
        break;
      }
    }
    if (!ran) {
      run(node.otherwise(), scope.inner(), out);
    }
  }

  private Value recurse(Node.For node, Args args, int depth, Scope scope) {
    if (!node.recursive()) {
      throw new TemplateException(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    var values = args.bind("loop", "iterable").get("iterable");
    var out = new StrBuilder();
    runFor(node, values, depth + 1, scope, out);
    return out.build();
  }

  /** The values of a loop that pass its test, each looked at only when the loop comes to it. */
  private final class Tested implements Iterator<Value> {
    private final Node.For node;
    private final Iterator<Value> source;
    private final Scope scope;
    private Optional<Value> next = Optional.empty();

    Tested(Node.For node, Iterator<Value> source, Scope scope) {
      this.node = node;
      this.source = source;
      this.scope = scope;
    }

    @Override
    public boolean hasNext() {
      while (next.isEmpty() && source.hasNext()) {
        var value = source.next();
        var inner = scope.inner();
        assign(node.target(), value, inner);
        if (evaluator.isTrue(node.test().orElseThrow(), inner)) {
          next = Optional.of(value);
        }
      }
      return next.isPresent();
    }

    @Override
    public Value next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var value = next.orElseThrow();
      next = Optional.empty();
      return value;
    }
  }

  private void assign(Node.Target target, Value value, Scope scope) {
    switch (target) {
      case Node.Target.Variable v -> scope.set(v.name(), value);
      case Node.Target.Attribute a -> {
        if (!(scope.get(a.object()) instanceof Namespace namespace)) {
          throw new TemplateException("cannot assign attribute on non-namespace object");
        }
        namespace.set(a.name(), value);
      }
      case Node.Target.Unpacked u -> unpack(u.targets(), value, scope);
    }
  }

  private void unpack(List<Node.Target> targets, Value value, Scope scope) {
    if (!Values.isIterable(value)) {
      throw new TemplateException(
          "cannot unpack non-iterable " + Values.typeName(value) + " object");
    }
    var items = new ArrayList<Value>();
    for (var all = Values.iterate(value); all.hasNext() && items.size() <= targets.size(); ) {
      items.add(all.next());
    }
    if (items.size() > targets.size()) {
      throw new TemplateException("too many values to unpack (expected " + targets.size() + ")");
    }
    if (items.size() < targets.size()) {
      throw new TemplateException(
          "not enough values to unpack (expected %d, got %d)"
              .formatted(targets.size(), items.size()));
    }
    for (int i = 0; i < targets.size(); i++) {
      assign(targets.get(i), items.get(i), scope);
    }
  }
}
