package dev.mlxmtp.text.jinja;

import java.util.List;
import java.util.Optional;

/** An expression of a template. */
sealed interface Expr {
  /** The line it starts on, from 1. */
  int line();

  record Const(Value value, int line) implements Expr {}

  record Name(String name, int line) implements Expr {}

  record ListOf(List<Expr> items, int line) implements Expr {}

  record TupleOf(List<Expr> items, int line) implements Expr {}

  record Pair(Expr key, Expr value) {}

  record DictOf(List<Pair> pairs, int line) implements Expr {}

  record Attribute(Expr target, String name, int line) implements Expr {}

  record Item(Expr target, Expr key, int line) implements Expr {}

  record Slice(Expr target, Optional<Expr> from, Optional<Expr> to, Optional<Expr> step, int line)
      implements Expr {}

  record Call(Expr callee, Arguments arguments, int line) implements Expr {}

  record Filtered(Expr input, String filter, Arguments arguments, int line) implements Expr {}

  record Tested(Expr input, String test, Arguments arguments, int line) implements Expr {}

  record Not(Expr operand, int line) implements Expr {}

  record And(Expr left, Expr right, int line) implements Expr {}

  record Or(Expr left, Expr right, int line) implements Expr {}

  record Unary(String operator, Expr operand, int line) implements Expr {}

  record Binary(String operator, Expr left, Expr right, int line) implements Expr {}

  record Concat(List<Expr> parts, int line) implements Expr {}

  record Operand(String operator, Expr value) {}

  /** A chain of comparisons: each operand is compared to the one before it. */
  record Compare(Expr first, List<Operand> rest, int line) implements Expr {}

  record Conditional(Expr test, Expr then, Optional<Expr> otherwise, int line) implements Expr {}

  record Keyword(String name, Expr value) {}

  /** The arguments of a call, {@code *list} and {@code **dict} included. */
  record Arguments(
      List<Expr> positional, List<Keyword> named, Optional<Expr> list, Optional<Expr> dict) {
    static final Arguments NONE =
        new Arguments(List.of(), List.of(), Optional.empty(), Optional.empty());
  }
}
