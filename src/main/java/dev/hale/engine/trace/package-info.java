/**
 * Where time goes, for {@code hale profile} and for programs that want to know. It measures and
 * never changes what is computed; while nobody listens it costs next to nothing.
 */
package dev.hale.engine.trace;
