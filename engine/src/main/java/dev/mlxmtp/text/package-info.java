/**
 * Text in and out of a model: chat templates ({@link dev.mlxmtp.text.ChatTemplate}), the tokenizer
 * ({@link dev.mlxmtp.text.Tokenizer}), and what turns generated ids back into text, thinking and
 * tool calls ({@link dev.mlxmtp.text.Detokenizer}, {@link dev.mlxmtp.text.StopStrings}, {@link
 * dev.mlxmtp.text.OutputParser}). Knows nothing of the model.
 */
package dev.mlxmtp.text;
