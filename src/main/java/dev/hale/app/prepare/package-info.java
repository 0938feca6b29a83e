/**
 * Makes prepared sets of scans or phantoms: which subjects, which split, which slices. What a
 * prepared set is on disk belongs to {@code dev.hale.data.prepared}.
 */
package dev.hale.app.prepare;
