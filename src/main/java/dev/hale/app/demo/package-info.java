/**
 * What {@code hale demo} does: the bundled model on phantoms that it never saw. Phantoms themselves
 * belong to {@code dev.hale.data.phantom}.
 */
package dev.hale.app.demo;
