/**
 * The command line: it reads options, calls what does the work, prints results and maps errors to
 * exit codes. No work is done here, and no other package knows that there is a command line.
 */
package dev.hale.cli;
