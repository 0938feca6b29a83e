/** Where time goes, for {@code hale profile} and for programs that want to know. */
package dev.hale.engine.trace;
