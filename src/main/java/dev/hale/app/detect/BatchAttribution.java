package dev.hale.app.detect;

import dev.hale.HaleException;
import dev.hale.app.train.Calibration;
import dev.hale.app.train.SetImages;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.Split;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.SliceImages;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.DeviceException;
import dev.hale.io.AtomicFolder;
import dev.hale.io.Nifti;
import dev.hale.io.PortableName;
import dev.hale.io.ScanFiles;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Attributes many scans and writes a folder for each, whole or not at all: {@code
 * attribution.nii.gz} on the scan's own grid, and {@code attribution.json}.
 *
 * @param critic who attributes; stays the caller's
 * @param brains where the brain masks come from
 * @param references of expected gradients, {@code [n][(c * S + j) * S + i]}; may be empty
 * @param out where each scan gets a folder of its name
 * @param overwrite whether to replace results that are there
 */
public record BatchAttribution(
    CriticAttribution critic,
    BrainSource brains,
    float[][] references,
    Path out,
    boolean overwrite) {
  /** Hears how far it is. */
  public interface Listener {
    /**
     * Slices of a scan are done.
     *
     * @param scan position of the scan
     */
    void onSlices(int scan, double done, int total);

    /** A scan failed; the others go on. */
    void onFailure(String name, Throwable error);
  }

  /**
   * References for expected gradients: healthy slices that the critic learnt from.
   *
   * @param most as many as are wanted, drawn at random
   * @throws DataException where the set was prepared otherwise, or has no healthy slice
   */
  public static float[][] references(CriticAttribution critic, Path folder, int most) {
    try (PreparedSet set = PreparedSet.open(folder)) {
      if (!set.preprocessing().equals(critic.preprocessing())) {
        throw new DataException(
            "%s was prepared otherwise than the critic's training images: %s, the critic's were %s"
                .formatted(folder, set.preprocessing(), critic.preprocessing()));
      }
      List<Integer> rows = Calibration.healthyRows(set, Split.TRAIN, most);
      return SetImages.withNeighbours(set, rows, critic.context()).stacked();
    }
  }

  /**
   * Attributes every scan. One that fails does not keep the others from being done; a model or
   * device that fails ends it all.
   *
   * @return one record a scan, in order
   * @throws DataException where two scans cannot have a folder each
   */
  public List<AttributionRecord> run(List<ScanFiles> scans, Listener listener) {
    PortableName.requireApart(scans.stream().map(ScanFiles::name).toList(), "scans");
    List<AttributionRecord> records = new ArrayList<>();
    for (int i = 0; i < scans.size(); i++) {
      int scan = i;
      ScanFiles files = scans.get(i);
      try {
        records.add(one(files, (done, total) -> listener.onSlices(scan, done, total)));
      } catch (CheckpointException | DeviceException e) {
        throw e;
      } catch (HaleException | OutOfMemoryError e) {
        listener.onFailure(files.name(), e);
        records.add(AttributionRecord.failed(files.name(), BatchDetection.reason(e)));
      }
    }
    return records;
  }

  private AttributionRecord one(ScanFiles files, DetectionProgress progress) {
    Path folder = out.resolve(PortableName.of(files.name()));
    requireFree(files, folder);
    WantedChannels channels = critic.preprocessing().wanted();
    Scan scan = channels.of(files.read(channels));
    Mask brain = brains.of(files, scan);
    PreparedScan prepared = critic.preprocessing().prepare(scan, brain.voxels());
    CriticAttribution.Maps maps =
        critic.maps(SliceImages.of(prepared, critic.context()), references, progress);
    List<Integer> slices = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    for (int n = 0; n < prepared.count(); n++) {
      slices.add(prepared.slices()[n]);
      probabilities.add(maps.probability(n));
    }
    AttributionRecord record =
        new AttributionRecord(
            files.name(),
            folder,
            brain.with(scan.warnings(brain.voxels())).warnings(),
            null,
            slices,
            probabilities,
            critic.provenance());
    float[] volume = prepared.restore(maps.maps(), 0);
    AtomicFolder.write(
        folder,
        partial -> {
          Nifti.writeMap(partial.resolve("attribution.nii.gz"), scan.grid(), volume);
          record.write(partial);
        });
    return record;
  }

  /** Only attributions are ever replaced, and never the folder that holds the scan. */
  private void requireFree(ScanFiles files, Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    boolean holdsInput =
        files.files().stream().anyMatch(f -> f.toAbsolutePath().normalize().startsWith(absolute));
    if (holdsInput || (Files.exists(folder) && !AttributionRecord.isIn(folder))) {
      throw new DataException(
          "%s is there already and is no attribution; write elsewhere".formatted(folder));
    }
    if (Files.exists(folder) && !overwrite) {
      throw new DataException("%s is there already; --overwrite replaces it".formatted(folder));
    }
  }
}
