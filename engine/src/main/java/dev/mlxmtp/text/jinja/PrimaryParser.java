package dev.mlxmtp.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses literals and names, and what may follow them: subscripts, calls, filters, tests. */
final class PrimaryParser {
  private final ExpressionParser expressions;
  private final TokenStream tokens;
  private Set<String> names = new HashSet<>();

  PrimaryParser(ExpressionParser expressions) {
    this.expressions = expressions;
    this.tokens = expressions.tokens;
  }

  /** From now on every name that is read goes into the set; returns the set used until now. */
  Set<String> collectNames(Set<String> into) {
    var before = names;
    names = into;
    return before;
  }

  Expr primary() {
    var token = tokens.current();
    int line = token.line();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> {
        var text = new StringBuilder();
        while (tokens.current().is(Token.Kind.STRING)) {
          text.append(tokens.next().text());
        }
        yield new Expr.Const(Str.trusted(text.toString()), line);
      }
      case INTEGER -> new Expr.Const(new Value.Int(integer(tokens.next().text())), line);
      case FLOAT -> new Expr.Const(new Value.Real(Double.parseDouble(tokens.next().text())), line);
      case OPERATOR -> {
        if (tokens.skipOperator("(")) {
          var inner = expressions.tuple(true, true);
          tokens.expectOperator(")");
          yield inner;
        }
        if (tokens.skipOperator("[")) {
          yield new Expr.ListOf(items("]"), line);
        }
        if (tokens.skipOperator("{")) {
          yield dict(line);
        }
        throw unexpected();
      }
      default -> throw unexpected();
    };
  }

  private TemplateException unexpected() {
    return tokens.current().is(Token.Kind.EOF)
        ? tokens.fail("unexpected end of template")
        : tokens.fail("unexpected '" + tokens.current().describe() + "'");
  }

  private Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Const(Value.Bool.TRUE, token.line());
      case "false", "False" -> new Expr.Const(Value.Bool.FALSE, token.line());
      case "none", "None" -> new Expr.Const(Value.None.NONE, token.line());
      default -> {
        names.add(token.text());
        yield new Expr.Name(token.text(), token.line());
      }
    };
  }

  private static BigInteger integer(String text) {
    if (text.length() > 2 && text.charAt(0) == '0') {
      int radix =
          switch (Character.toLowerCase(text.charAt(1))) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
          };
      return radix == 10 ? BigInteger.ZERO : new BigInteger(text.substring(2), radix);
    }
    return new BigInteger(text);
  }

  private List<Expr> items(String close) {
    var items = new ArrayList<Expr>();
    while (!tokens.current().isOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(close)) {
          break;
        }
      }
      items.add(expressions.expression());
    }
    tokens.expectOperator(close);
    return items;
  }

  private Expr dict(int line) {
    var pairs = new ArrayList<Expr.Pair>();
    while (!tokens.current().isOperator("}")) {
      if (!pairs.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator("}")) {
          break;
        }
      }
      var key = expressions.expression();
      tokens.expectOperator(":");
      pairs.add(new Expr.Pair(key, expressions.expression()));
    }
    tokens.expectOperator("}");
    return new Expr.DictOf(pairs, line);
  }

  Expr postfix(Expr start) {
    var result = start;
    while (true) {
      int line = tokens.current().line();
      if (tokens.skipOperator(".")) {
        result = attribute(result, line);
      } else if (tokens.skipOperator("[")) {
        result = subscript(result, line);
      } else if (tokens.current().isOperator("(")) {
        result = new Expr.Call(result, arguments(), line);
      } else {
        return result;
      }
    }
  }

  private Expr attribute(Expr target, int line) {
    var token = tokens.next();
    return switch (token.kind()) {
      case NAME -> new Expr.Attribute(target, token.text(), line);
      case INTEGER ->
          new Expr.Item(target, new Expr.Const(new Value.Int(integer(token.text())), line), line);
      default -> throw new TemplateException("expected name or number", token.line());
    };
  }

  private Expr subscript(Expr target, int line) {
    Optional<Expr> first =
        tokens.current().isOperator(":") ? Optional.empty() : Optional.of(expressions.expression());
    Expr result;
    if (tokens.skipOperator(":")) {
      var to = bound();
      Optional<Expr> step = tokens.skipOperator(":") ? bound() : Optional.empty();
      result = new Expr.Slice(target, first, to, step, line);
    } else {
      var key = first.orElseThrow();
      result = new Expr.Item(target, isComma() ? restOfTuple(key, line) : key, line);
    }
    tokens.expectOperator("]");
    return result;
  }

  private boolean isComma() {
    return tokens.current().isOperator(",");
  }

  private Expr restOfTuple(Expr first, int line) {
    var items = new ArrayList<Expr>();
    items.add(first);
    while (tokens.skipOperator(",")) {
      items.add(expressions.expression());
    }
    return new Expr.TupleOf(items, line);
  }

  private Optional<Expr> bound() {
    return tokens.current().isOperator(":") || tokens.current().isOperator("]")
        ? Optional.empty()
        : Optional.of(expressions.expression());
  }

  Expr filters(Expr start) {
    var result = start;
    while (true) {
      int line = tokens.current().line();
      if (tokens.skipOperator("|")) {
        result = filter(result);
      } else if (tokens.skipName("is")) {
        result = test(result, line);
      } else if (tokens.current().isOperator("(")) {
        result = new Expr.Call(result, arguments(), line);
      } else {
        return result;
      }
    }
  }

  /** A filter, from its name on. */
  Expr filter(Expr input) {
    int line = tokens.current().line();
    var name = dottedName();
    var arguments = tokens.current().isOperator("(") ? arguments() : Expr.Arguments.NONE;
    return new Expr.Filtered(input, name, arguments, line);
  }

  private String dottedName() {
    var name = new StringBuilder(tokens.expect(Token.Kind.NAME).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Token.Kind.NAME).text());
    }
    return name.toString();
  }

  private Expr test(Expr input, int line) {
    boolean negated = tokens.skipName("not");
    var name = dottedName();
    var arguments = Expr.Arguments.NONE;
    if (tokens.current().isOperator("(")) {
      arguments = arguments();
    } else if (startsArgument()) {
      if (tokens.current().isName("is")) {
        throw tokens.fail("You cannot chain multiple tests with is");
      }
      var argument = expressions.deeper(() -> postfix(primary()));
      arguments =
          new Expr.Arguments(List.of(argument), List.of(), Optional.empty(), Optional.empty());
    }
    Expr result = new Expr.Tested(input, name, arguments, line);
    return negated ? new Expr.Not(result, line) : result;
  }

  private boolean startsArgument() {
    var token = tokens.current();
    return switch (token.kind()) {
      case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.isOperator("[") || token.isOperator("{");
      default -> false;
    };
  }

  /** The arguments of a call, parentheses included. */
  Expr.Arguments arguments() {
    tokens.expectOperator("(");
    var positional = new ArrayList<Expr>();
    var named = new ArrayList<Expr.Keyword>();
    Optional<Expr> list = Optional.empty();
    Optional<Expr> dict = Optional.empty();
    boolean first = true;
    while (!tokens.current().isOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.current().isOperator("*")) {
        ensure(list.isEmpty() && dict.isEmpty());
        tokens.next();
        list = Optional.of(expressions.expression());
      } else if (tokens.current().isOperator("**")) {
        ensure(dict.isEmpty());
        tokens.next();
        dict = Optional.of(expressions.expression());
      } else if (tokens.current().is(Token.Kind.NAME) && tokens.look().isOperator("=")) {
        ensure(dict.isEmpty());
        var name = tokens.next().text();
        tokens.next();
        named.add(new Expr.Keyword(name, expressions.expression()));
      } else {
        ensure(list.isEmpty() && dict.isEmpty() && named.isEmpty());
        positional.add(expressions.expression());
      }
    }
    tokens.expectOperator(")");
    return new Expr.Arguments(positional, named, list, dict);
  }

  private void ensure(boolean valid) {
    if (!valid) {
      throw tokens.fail("invalid syntax for function call expression");
    }
  }
}
