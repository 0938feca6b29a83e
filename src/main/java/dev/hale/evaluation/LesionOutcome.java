package dev.hale.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of one true lesion. It is compared with all predicted components that touch it, taken
 * together, without their voxels in other lesions: a prediction that joins two lesions is not held
 * against either, one that floods the brain is.
 *
 * @param voxels of the lesion
 * @param millilitres of the lesion
 * @param dice of the lesion with those components, in [0, 1]; 0 where none touches it
 */
public record LesionOutcome(int voxels, double millilitres, double dice) {

  /** Whether the lesion counts as found: its intersection over union exceeds that of matches. */
  public boolean found() {
    return dice / (2 - dice) > LesionMatch.MINIMUM_IOU; // IoU = Dice / (2 - Dice)
  }

  /**
   * The outcomes of all lesions of a volume, in the order of {@link ConnectedComponents}.
   *
   * @param prediction mask, {@code [k][j][i]}
   * @param truth mask, {@code [k][j][i]}
   * @param region {@code [k][j][i]}, or null; both masks are cut to it first
   * @throws IllegalArgumentException where lengths and shape do not fit
   */
  public static List<LesionOutcome> of(
      byte[] prediction, byte[] truth, byte[] region, VolumeShape shape) {
    ConnectedComponents real = components(truth, region, shape);
    ConnectedComponents found = components(prediction, region, shape);
    int[] outside = new int[found.count()]; // voxels of a prediction that lie in no lesion
    List<Map<Integer, Integer>> common = new ArrayList<>(); // of each lesion, with predictions
    for (int lesion = 0; lesion < real.count(); lesion++) {
      common.add(new HashMap<>());
    }
    for (int v = 0; v < truth.length; v++) {
      if (found.labels()[v] != 0 && real.labels()[v] == 0) {
        outside[found.labels()[v] - 1]++;
      } else if (found.labels()[v] != 0) {
        common.get(real.labels()[v] - 1).merge(found.labels()[v] - 1, 1, Integer::sum);
      }
    }
    List<LesionOutcome> outcomes = new ArrayList<>();
    for (int lesion = 0; lesion < real.count(); lesion++) {
      long both = 0;
      long alone = 0;
      for (Map.Entry<Integer, Integer> touching : common.get(lesion).entrySet()) {
        both += touching.getValue();
        alone += outside[touching.getKey()];
      }
      int size = real.sizes()[lesion];
      outcomes.add(
          new LesionOutcome(
              size,
              size * shape.voxelCubicMillimetres() / 1000,
              2.0 * both / (size + both + alone)));
    }
    return outcomes;
  }

  private static ConnectedComponents components(byte[] mask, byte[] region, VolumeShape shape) {
    return ConnectedComponents.of(
        Voxels.cut(mask, region), shape.columns(), shape.rows(), shape.slices());
  }
}
