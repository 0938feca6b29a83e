/**
 * Configuration files: YAML bound to records, strictly. A key is a record's component in snake
 * case, a section is a record, an enum's constants are written in lower case. A record with a
 * static field {@code DEFAULT} of its own type takes what a file leaves out from there, all of it
 * where the section is missing; a record without one needs every key, {@link java.util.Optional}
 * components apart. The keys of an {@link dev.hale.app.config.Inline} component stand among those
 * of the record around it. What a record's constructor refuses is reported with the line of the
 * value.
 */
package dev.hale.app.config;
