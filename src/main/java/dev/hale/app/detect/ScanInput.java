package dev.hale.app.detect;

import dev.hale.scan.Mask;
import dev.hale.scan.Scan;

/**
 * A scan as detection takes it.
 *
 * @param scan those of the model's channels that there are, in the model's order
 * @param brain where to look
 * @param made which files it was made from
 * @param pictures whether it is kept in pictures, which have neither left nor millimetres
 */
public record ScanInput(Scan scan, Mask brain, DetectionInputs made, boolean pictures) {}
