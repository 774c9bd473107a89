package dev.mlxmtp.text.jinja;

import java.util.List;

/** Walks over the tokens of a template. */
final class TokenStream {
  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token look() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    var token = current();
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Token.Kind kind) {
    if (!current().is(kind)) {
      throw unexpected(new Token(kind, kind.name().toLowerCase(java.util.Locale.ROOT), 0));
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected(new Token(Token.Kind.OPERATOR, operator, 0));
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected(new Token(Token.Kind.NAME, name, 0));
    }
  }

  private TemplateException unexpected(Token wanted) {
    return current().is(Token.Kind.EOF)
        ? fail("unexpected end of template, expected '" + wanted.describe() + "'.")
        : fail("expected token '%s', got '%s'".formatted(wanted.describe(), current().describe()));
  }

  TemplateException fail(String reason) {
    return new TemplateException(reason, current().line());
  }
}
