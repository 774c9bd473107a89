package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Parses expressions, from the operator that binds least to the one that binds most. */
class ExpressionParser {
  private static final int MAX_DEPTH = 150;
  private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

  final TokenStream tokens;
  private final PrimaryParser primary;
  private int depth;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.primary = new PrimaryParser(this);
  }

  /** Runs a part of the parser one level deeper, and refuses what nests without end. */
  <T> T deeper(Supplier<T> part) {
    if (++depth > MAX_DEPTH) {
      throw tokens.fail("The template nests too deeply.");
    }
    try {
      return part.get();
    } finally {
      depth--;
    }
  }

  PrimaryParser primary() {
    return primary;
  }

  Expr expression() {
    return deeper(this::conditional);
  }

  /** An expression, or several with commas between them as a tuple. */
  Expr tuple(boolean conditionals, boolean parentheses, String... endNames) {
    int line = tokens.current().line();
    var items = new ArrayList<Expr>();
    boolean isTuple = false;
    while (!endsTuple(endNames)) {
      items.add(conditionals ? expression() : deeper(this::or));
      if (!tokens.current().isOperator(",")) {
        break;
      }
      isTuple = true;
      tokens.next();
    }
    if (!isTuple && items.size() == 1) {
      return items.getFirst();
    }
    if (!isTuple && !parentheses) {
      throw tokens.fail("Expected an expression, got '" + tokens.current().describe() + "'");
    }
    return new Expr.TupleOf(items, line);
  }

  private boolean endsTuple(String... endNames) {
    var token = tokens.current();
    for (var name : endNames) {
      if (token.isName(name)) {
        return true;
      }
    }
    return token.is(Token.Kind.PRINT_END)
        || token.is(Token.Kind.BLOCK_END)
        || token.isOperator(")");
  }

  private Expr conditional() {
    int line = tokens.current().line();
    var result = or();
    while (tokens.skipName("if")) {
      var test = or();
      Optional<Expr> otherwise =
          tokens.skipName("else") ? Optional.of(deeper(this::conditional)) : Optional.empty();
      result = new Expr.Conditional(test, result, otherwise, line);
      line = tokens.current().line();
    }
    return result;
  }

  private Expr or() {
    int line = tokens.current().line();
    var left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Or(left, and(), line);
    }
    return left;
  }

  private Expr and() {
    int line = tokens.current().line();
    var left = not();
    while (tokens.skipName("and")) {
      left = new Expr.And(left, not(), line);
    }
    return left;
  }

  private Expr not() {
    int line = tokens.current().line();
    if (tokens.skipName("not")) {
      return new Expr.Not(deeper(this::not), line);
    }
    return compare();
  }

  private Expr compare() {
    int line = tokens.current().line();
    var first = sum();
    var rest = new ArrayList<Expr.Operand>();
    while (true) {
      var token = tokens.current();
      if (token.is(Token.Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
        tokens.next();
        rest.add(new Expr.Operand(token.text(), sum()));
      } else if (tokens.skipName("in")) {
        rest.add(new Expr.Operand("in", sum()));
      } else if (token.isName("not") && tokens.look().isName("in")) {
        tokens.next();
        tokens.next();
        rest.add(new Expr.Operand("not in", sum()));
      } else {
        return rest.isEmpty() ? first : new Expr.Compare(first, List.copyOf(rest), line);
      }
    }
  }

  private Expr sum() {
    int line = tokens.current().line();
    var left = concat();
    while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
      var operator = tokens.next().text();
      left = new Expr.Binary(operator, left, concat(), line);
    }
    return left;
  }

  private Expr concat() {
    int line = tokens.current().line();
    var parts = new ArrayList<Expr>();
    parts.add(product());
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expr.Concat(parts, line);
  }

  private Expr product() {
    int line = tokens.current().line();
    var left = power();
    while (tokens.current().is(Token.Kind.OPERATOR)
        && List.of("*", "/", "//", "%").contains(tokens.current().text())) {
      var operator = tokens.next().text();
      left = new Expr.Binary(operator, left, power(), line);
    }
    return left;
  }

  private Expr power() {
    int line = tokens.current().line();
    var left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary("**", left, unary(true), line);
    }
    return left;
  }

  /** A sign binds tighter than a filter: {@code -1|abs} is {@code (-1)|abs}. */
  private Expr unary(boolean filters) {
    int line = tokens.current().line();
    Expr result;
    if (tokens.current().isOperator("-") || tokens.current().isOperator("+")) {
      var operator = tokens.next().text();
      result = new Expr.Unary(operator, deeper(() -> unary(false)), line);
    } else {
      result = primary.primary();
    }
    result = primary.postfix(result);
    return filters ? primary.filters(result) : result;
  }
}
