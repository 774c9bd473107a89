package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses the statements of a template. */
final class Parser extends ExpressionParser {
  private int loops;

  private Parser(TokenStream tokens) {
    super(tokens);
  }

  static List<Node> parse(String template) {
    return new Parser(new TokenStream(Lexer.tokenize(template))).statements(Set.of());
  }

  /** Statements up to one of the end tags, whose name is then the current token. */
  private List<Node> statements(Set<String> ends) {
    var body = new ArrayList<Node>();
    while (true) {
      var token = tokens.current();
      switch (token.kind()) {
        case DATA -> body.add(new Node.Text(tokens.next().text(), token.line()));
        case PRINT_BEGIN -> {
          tokens.next();
          body.add(new Node.Print(tuple(true, false), token.line()));
          tokens.expect(Token.Kind.PRINT_END);
        }
        case BLOCK_BEGIN -> {
          tokens.next();
          if (tokens.current().is(Token.Kind.NAME) && ends.contains(tokens.current().text())) {
            return body;
          }
          body.add(deeper(() -> statement(ends)));
          tokens.expect(Token.Kind.BLOCK_END);
        }
        default -> {
          if (!ends.isEmpty()) {
            throw tokens.fail("Unexpected end of template: looking for " + names(ends) + ".");
          }
          return body;
        }
      }
    }
  }

  private static String names(Set<String> tags) {
    return String.join(" or ", tags.stream().sorted().map(t -> "'" + t + "'").toList());
  }

  /** The statements of a tag's body, from the end of the tag on, its end tag's name included. */
  private List<Node> bodyUpTo(String end) {
    var body = body(Set.of(end));
    tokens.next();
    return body;
  }

  private List<Node> body(Set<String> ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.Kind.BLOCK_END);
    return statements(ends);
  }

  private Node statement(Set<String> ends) {
    if (!tokens.current().is(Token.Kind.NAME)) {
      throw tokens.fail("tag name expected");
    }
    var tag = tokens.next();
    int line = tag.line();
    return switch (tag.text()) {
      case "if" -> ifStatement(line);
      case "for" -> forStatement(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "filter" -> {
        var filtered = moreFilters(primary().filter(new Expr.Name(Node.CAPTURED, line)));
        yield new Node.FilterBlock(filtered, bodyUpTo("endfilter"), line);
      }
      case "with" -> with(line);
      case "generation" -> new Node.Group(bodyUpTo("endgeneration"), line);
      case "print" -> printStatement(line);
      case "break" -> inLoop(tag, new Node.Break(line));
      case "continue" -> inLoop(tag, new Node.Continue(line));
      default -> {
        var wanted = ends.isEmpty() ? "" : " while looking for " + names(ends);
        throw new TemplateException(
            "Encountered unknown tag '" + tag.text() + "'" + wanted + ".", line);
      }
    };
  }

  private Node printStatement(int line) {
    var prints = new ArrayList<Node>();
    while (!tokens.current().is(Token.Kind.BLOCK_END)) {
      if (!prints.isEmpty()) {
        tokens.expectOperator(",");
      }
      prints.add(new Node.Print(expression(), line));
    }
    return new Node.Group(prints, line);
  }

  private Node inLoop(Token tag, Node node) {
    if (loops == 0) {
      throw new TemplateException("'" + tag.text() + "' outside loop", tag.line());
    }
    return node;
  }

  private Node ifStatement(int line) {
    var branches = new ArrayList<Node.Branch>();
    while (true) {
      var test = tuple(false, false);
      branches.add(new Node.Branch(test, body(Set.of("elif", "else", "endif"))));
      var end = tokens.next();
      if (end.isName("endif")) {
        return new Node.If(branches, List.of(), line);
      }
      if (end.isName("else")) {
        return new Node.If(branches, bodyUpTo("endif"), line);
      }
    }
  }

  private Node forStatement(int line) {
    var target = target(false, "in");
    if (target.equals(new Node.Target.Variable("loop"))) {
      throw new TemplateException("Can't assign to special loop variable in for-loop target", line);
    }
    tokens.expectName("in");
    var values = tuple(false, false, "recursive");
    Optional<Expr> test = tokens.skipName("if") ? Optional.of(expression()) : Optional.empty();
    boolean recursive = tokens.skipName("recursive");
    loops++;
    var body = body(Set.of("endfor", "else"));
    loops--;
    List<Node> otherwise = tokens.next().isName("else") ? bodyUpTo("endfor") : List.of();
    return new Node.For(target, values, test, recursive, body, otherwise, line);
  }

  private Node set(int line) {
    var target = target(true);
    if (tokens.skipOperator("=")) {
      return new Node.Assign(target, tuple(true, false), line);
    }
    var filtered = moreFilters(new Expr.Name(Node.CAPTURED, line));
    return new Node.AssignBlock(target, filtered, bodyUpTo("endset"), line);
  }

  private Expr moreFilters(Expr input) {
    var filtered = input;
    while (tokens.skipOperator("|")) {
      filtered = primary().filter(filtered);
    }
    return filtered;
  }

  private Node with(int line) {
    var bindings = new ArrayList<Node.Binding>();
    while (!tokens.current().is(Token.Kind.BLOCK_END)) {
      if (!bindings.isEmpty()) {
        tokens.expectOperator(",");
      }
      var name = new Node.Target.Variable(tokens.expect(Token.Kind.NAME).text());
      tokens.expectOperator("=");
      bindings.add(new Node.Binding(name, expression()));
    }
    return new Node.With(bindings, bodyUpTo("endwith"), line);
  }

  private Node macro(int line) {
    var name = tokens.expect(Token.Kind.NAME).text();
    return new Node.Macro(callee(name, "endmacro"), line);
  }

  private Node callBlock(int line) {
    var names = new HashSet<String>();
    List<Node.Parameter> parameters = tokens.current().isOperator("(") ? signature() : List.of();
    if (!(expression() instanceof Expr.Call call)) {
      throw new TemplateException("expected call", line);
    }
    var body = calleeBody(names, "endcall");
    return new Node.CallBlock(call, callee("caller", parameters, body, names), line);
  }

  private Node.Callee callee(String name, String end) {
    var names = new HashSet<String>();
    var parameters = signature();
    return callee(name, parameters, calleeBody(names, end), names);
  }

  private static Node.Callee callee(
      String name, List<Node.Parameter> parameters, List<Node> body, Set<String> names) {
    return new Node.Callee(
        name,
        parameters,
        body,
        names.contains("caller"),
        names.contains("kwargs"),
        names.contains("varargs"));
  }

  private List<Node> calleeBody(Set<String> names, String end) {
    int outerLoops = loops;
    loops = 0;
    var outer = primary().collectNames(names);
    var body = bodyUpTo(end);
    outer.addAll(names);
    primary().collectNames(outer);
    loops = outerLoops;
    return body;
  }

  private List<Node.Parameter> signature() {
    tokens.expectOperator("(");
    var parameters = new ArrayList<Node.Parameter>();
    boolean fallbacks = false;
    while (!tokens.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      var name = tokens.expect(Token.Kind.NAME).text();
      boolean hasFallback = tokens.skipOperator("=");
      if (!hasFallback && fallbacks) {
        throw tokens.fail("non-default argument follows default argument");
      }
      fallbacks |= hasFallback;
      parameters.add(
          new Node.Parameter(name, hasFallback ? Optional.of(expression()) : Optional.empty()));
    }
    tokens.expectOperator(")");
    return parameters;
  }

  private Node.Target target(boolean attributes, String... endNames) {
    var targets = new ArrayList<Node.Target>();
    boolean isTuple = false;
    while (targets.isEmpty() || isTuple) {
      if (!targets.isEmpty() && endsTarget(endNames)) {
        break;
      }
      targets.add(deeper(() -> singleTarget(attributes)));
      if (!tokens.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    return isTuple ? new Node.Target.Unpacked(targets) : targets.getFirst();
  }

  private boolean endsTarget(String... endNames) {
    var token = tokens.current();
    return token.is(Token.Kind.BLOCK_END)
        || token.isOperator(")")
        || List.of(endNames).contains(token.text());
  }

  private Node.Target singleTarget(boolean attributes) {
    if (tokens.skipOperator("(")) {
      var inner = target(attributes);
      tokens.expectOperator(")");
      return inner;
    }
    var name = tokens.expect(Token.Kind.NAME).text();
    if (List.of("true", "false", "none", "True", "False", "None").contains(name)) {
      throw tokens.fail("can't assign to 'const'");
    }
    if (attributes && tokens.skipOperator(".")) {
      return new Node.Target.Attribute(name, tokens.expect(Token.Kind.NAME).text());
    }
    return new Node.Target.Variable(name);
  }
}
