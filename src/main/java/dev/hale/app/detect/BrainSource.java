package dev.hale.app.detect;

import dev.hale.detection.result.ScanInput;
import dev.hale.io.NoImage;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanReader;
import dev.hale.scan.BrainMask;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the brain of a scan comes from. */
public sealed interface BrainSource {
  /** The stem of masks that are taken where nothing else is said. */
  String USUAL = "brain";

  /**
   * As a command line says it.
   *
   * @param where {@code find}, {@code whole}, a file, or the stem of files beside scans
   */
  static BrainSource named(String where) {
    return switch (where) {
      case "find" -> new Background();
      case "whole" -> new Whole();
      default ->
          Files.exists(Path.of(where)) || NoImage.isThere(Path.of(where))
              ? new OneFile(Path.of(where))
              : new Beside(where);
    };
  }

  /**
   * The brain of one scan.
   *
   * @param scan with the model's channels only
   * @return with warnings of its numbers where it was read from a file
   * @throws DataException where there is none, or it does not fit
   */
  Mask of(ScanFiles files, Scan scan);

  /**
   * The file that holds the brain of a scan; null where none does.
   *
   * @throws DataException where there should be one
   */
  default Path file(ScanFiles files) {
    return null;
  }

  /** Where the brain of a scan comes from, in a few words. */
  default String origin(ScanFiles files) {
    return file(files).toString();
  }

  /** A mask of that stem beside the scan's files, such as {@code brain.nii.gz}. */
  record Beside(String stem) implements BrainSource {
    @Override
    public Mask of(ScanFiles files, Scan scan) {
      return new OneFile(file(files)).of(files, scan);
    }

    @Override
    public Path file(ScanFiles files) {
      Path file = files.beside(stem);
      if (file == null) {
        throw new DataException(
            "scan %s: there is no brain mask %s beside %s"
                .formatted(files.name(), stem, files.files().get(0)));
      }
      return file;
    }
  }

  /** One mask for every scan. */
  record OneFile(Path file) implements BrainSource {
    @Override
    public Mask of(ScanFiles files, Scan scan) {
      return ScanReader.readMask(file, scan.grid(), "scan " + scan.name()).asBrain();
    }

    @Override
    public Path file(ScanFiles files) {
      return file;
    }
  }

  /** Whatever differs from the background of a skull-stripped scan. */
  record Background() implements BrainSource {
    @Override
    public Mask of(ScanFiles files, Scan scan) {
      return new Mask(origin(files), BrainMask.find(scan), List.of());
    }

    @Override
    public String origin(ScanFiles files) {
      return ScanInput.FOUND_BRAIN;
    }
  }

  /** All of the image, for those that have no background, such as radiographs. */
  record Whole() implements BrainSource {
    @Override
    public Mask of(ScanFiles files, Scan scan) {
      return new Mask(origin(files), BrainMask.whole(scan.grid()), List.of());
    }

    @Override
    public String origin(ScanFiles files) {
      return "the whole image";
    }
  }
}
