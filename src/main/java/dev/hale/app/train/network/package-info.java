/**
 * One class for each network that {@code hale train} knows: where a configuration describes it and
 * what it learns. Networks of other jars join by {@link java.util.ServiceLoader}.
 */
package dev.hale.app.train.network;
