package dev.mlxmtp.kernel.jshell;

import jdk.jshell.SourceCodeAnalysis.Completeness;

/**
 * A snippet where it stands in its cell.
 *
 * @param text as JShell wants it: the cell's own, with a semicolon where one is missing at the end
 * @param start of its first character in the cell
 * @param end where the next one may begin
 */
record SnippetSource(String text, int start, int end, Completeness completeness) {}
