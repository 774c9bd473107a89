package dev.mlxmtp.text.jinja;

import java.util.List;
import java.util.Optional;

/** A statement of a template. */
sealed interface Node {
  /** The line it starts on, from 1. */
  int line();

  record Text(String text, int line) implements Node {}

  record Print(Expr value, int line) implements Node {}

  record Branch(Expr test, List<Node> body) {}

  record If(List<Branch> branches, List<Node> otherwise, int line) implements Node {}

  record For(
      Target target,
      Expr values,
      Optional<Expr> test,
      boolean recursive,
      List<Node> body,
      List<Node> otherwise,
      int line)
      implements Node {}

  record Assign(Target target, Expr value, int line) implements Node {}

  /**
   * Sets a name to what the body prints.
   *
   * @param filtered the filters over {@link #CAPTURED}
   */
  record AssignBlock(Target target, Expr filtered, List<Node> body, int line) implements Node {}

  /** Prints its body through filters over {@link #CAPTURED}. */
  record FilterBlock(Expr filtered, List<Node> body, int line) implements Node {}

  record Parameter(String name, Optional<Expr> fallback) {}

  /** What a macro and the body of a call block have in common. */
  record Callee(
      String name,
      List<Parameter> parameters,
      List<Node> body,
      boolean usesCaller,
      boolean usesKwargs,
      boolean usesVarargs) {}

  record Macro(Callee callee, int line) implements Node {}

  record CallBlock(Expr.Call call, Callee caller, int line) implements Node {}

  record With(List<Binding> bindings, List<Node> body, int line) implements Node {}

  record Binding(Target target, Expr value) {}

  /** Statements that print as if they stood without their tag. */
  record Group(List<Node> body, int line) implements Node {}

  record Break(int line) implements Node {}

  record Continue(int line) implements Node {}

  /** A name that no template can spell: what the body of a block has printed. */
  String CAPTURED = " captured";

  /** What can be assigned to. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    record Attribute(String object, String name) implements Target {}

    record Unpacked(List<Target> targets) implements Target {}
  }
}
