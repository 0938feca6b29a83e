/** What {@code hale demo} does: the bundled model on phantoms that it never saw. */
package dev.hale.app.demo;
