/**
 * Java cells in this process: what a cell declares stays for the next, and its objects are the
 * program's own. Knows nothing of commands, terminals or notebooks.
 */
package dev.mlxmtp.kernel.jshell;
