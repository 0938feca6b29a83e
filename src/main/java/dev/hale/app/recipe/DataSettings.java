package dev.hale.app.recipe;

import dev.hale.app.config.Inline;
import java.nio.file.Path;

/**
 * The images to train on.
 *
 * @param set folder of the prepared set; made from the rest where it is missing
 * @param preparation how the set is made
 */
public record DataSettings(Path set, @Inline PreparationSettings preparation) {}
