/**
 * Detects, attributes and scores from files to files, scan by scan or in batches. Detection on
 * arrays belongs to {@code dev.hale.detection}.
 */
package dev.hale.app.detect;
