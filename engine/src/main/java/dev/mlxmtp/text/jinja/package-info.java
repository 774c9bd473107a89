/**
 * An interpreter for the part of Jinja2 that Hugging Face's chat templates use.
 *
 * <p>{@link dev.mlxmtp.text.jinja.Template} is the way in: {@code Lexer} cuts the source into
 * tokens, {@code Parser} and {@code ExpressionParser} build {@code Node}s and {@code Expr}s, {@code
 * Interpreter} and {@code Evaluator} run them on {@link dev.mlxmtp.text.jinja.Value}s that behave
 * as Python's. A {@link dev.mlxmtp.text.jinja.Str} remembers which of its parts are untrusted; a
 * {@code Budget} bounds the work, so that no template runs for ever.
 */
package dev.mlxmtp.text.jinja;
