package dev.hale.experiment;

import dev.hale.data.BrainMask;
import dev.hale.data.DataException;
import dev.hale.data.Mask;
import dev.hale.data.Scan;
import dev.hale.data.ScanFiles;
import dev.hale.data.ScanReader;
import java.nio.file.Path;
import java.util.List;

/** Where the brain of a scan comes from. */
public sealed interface BrainSource {
  /**
   * A brain.
   *
   * @param mask 1 inside and 0 outside, one value a voxel
   * @param origin where it came from, in a few words
   * @param warnings of its numbers, where it was read from a file
   */
  record Brain(byte[] mask, String origin, List<String> warnings) {}

  /**
   * The brain of one scan.
   *
   * @param scan with the model's channels only
   * @throws DataException where there is none, or it does not fit
   */
  Brain of(ScanFiles files, Scan scan);

  /** A mask of that stem beside the scan's files, such as {@code brain.nii.gz}. */
  record Beside(String stem) implements BrainSource {
    @Override
    public Brain of(ScanFiles files, Scan scan) {
      Path file = files.beside(stem);
      if (file == null) {
        throw new DataException(
            "scan %s: there is no brain mask %s beside %s"
                .formatted(scan.name(), stem, files.files().get(0)));
      }
      return new OneFile(file).of(files, scan);
    }
  }

  /** One mask for every scan. */
  record OneFile(Path file) implements BrainSource {
    @Override
    public Brain of(ScanFiles files, Scan scan) {
      Mask mask = ScanReader.readMask(file, scan.grid(), "scan " + scan.name()).asBrain();
      return new Brain(mask.voxels(), mask.file(), mask.warnings());
    }
  }

  /** Whatever differs from the background of a skull-stripped scan. */
  record Background() implements BrainSource {
    @Override
    public Brain of(ScanFiles files, Scan scan) {
      return new Brain(BrainMask.find(scan), "what differs from the background", List.of());
    }
  }

  /** All of the image, for those that have no background, such as radiographs. */
  record Whole() implements BrainSource {
    @Override
    public Brain of(ScanFiles files, Scan scan) {
      return new Brain(BrainMask.whole(scan.grid()), "the whole image", List.of());
    }
  }
}
