package dev.hale.campaign;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A reader and files for it that are sound.
 *
 * @param name of the reader
 * @param file where a mutant is put before it is read
 * @param seeds sound files; each is mutated, and others are spliced into it
 * @param share of the mutants that it gets, beside those of the other readers
 * @param wrap what is done to a mutant before it is put there: packing it, mending checksums
 * @param reading reads the file, all that it gives
 */
record Target(
    String name,
    Path file,
    List<byte[]> seeds,
    int share,
    UnaryOperator<byte[]> wrap,
    Reading reading) {

  /** How a file is read, and what reading must give. */
  interface Reading {
    /**
     * Reads the file.
     *
     * @param written what stands in it
     * @throws dev.hale.HaleException where the reader refuses it
     * @throws AssertionError where it reads something else than what stands there
     */
    void read(byte[] written) throws Exception;
  }

  static Target of(String name, Path file, List<byte[]> seeds, Reading reading) {
    return new Target(name, file, seeds, 4, UnaryOperator.identity(), reading);
  }

  Target wrapped(UnaryOperator<byte[]> how) {
    return new Target(name, file, seeds, share, how, reading);
  }

  Target withShare(int other) {
    return new Target(name, file, seeds, other, wrap, reading);
  }
}
