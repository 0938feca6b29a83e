package dev.hale.data.phantom;

import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Makes brain-like MRI from nothing but a seed: the same seed gives the same bits.
 *
 * <p>One seed is one person on one scanner, whatever the pathology: {@code subject(HEALTHY, 7)} is
 * the healthy twin of {@code subject(GLIOMA, 7)}, same folds, same shading, same noise. That gives
 * the true counterfactual to compare with, but training and test sets must not share seeds.
 */
public final class Phantom {
  private Phantom() {}

  /** A subject on the default grid. */
  public static PhantomSubject subject(Pathology pathology, long seed) {
    return subject(pathology, seed, PhantomOptions.DEFAULT);
  }

  /** A subject on a grid of the given size, from the given scanner. */
  public static PhantomSubject subject(Pathology pathology, long seed, PhantomOptions options) {
    SplittableRandom root = new SplittableRandom(seed);
    Pose pose = new Pose(root.split());
    Contrast contrast = new Contrast(root.split());
    Scanner scanner = new Scanner(root.split());
    TissueMap map = tissues(pathology, options, pose, root.split(), root.split());
    float[] voxels = image(map, options, pose, contrast, scanner);
    String name = "phantom-" + pathology.name().toLowerCase(Locale.ROOT) + "-" + seed;
    Scan scan = new Scan(name, Contrast.CHANNELS, map.grid, voxels);
    return new PhantomSubject(scan, map.lesion, map.brain, pathology);
  }

  /** The truth behind {@link #subject}. */
  static TissueMap tissues(Pathology pathology, long seed, PhantomOptions options) {
    SplittableRandom root = new SplittableRandom(seed);
    Pose pose = new Pose(root.split());
    root.split(); // the contrast
    root.split(); // the scanner
    return tissues(pathology, options, pose, root.split(), root.split());
  }

  private static TissueMap tissues(
      Pathology pathology,
      PhantomOptions options,
      Pose pose,
      SplittableRandom forAnatomy,
      SplittableRandom forLesions) {
    Anatomy anatomy = new Anatomy(forAnatomy);
    Lesions lesions =
        switch (pathology) {
          case HEALTHY -> new NoLesions();
          case GLIOMA -> new Glioma(forLesions, anatomy);
          case MS -> {
            double first = Pose.CENTRE - 0.5 * (options.slices() - 1) * options.sliceSpacing();
            yield new Plaques(forLesions, anatomy, options.sliceSpacing(), first);
          }
        };
    TissueMap map = new TissueMap(options.grid());
    Anatomy.Place place = new Anatomy.Place();
    double[] head = new double[3];
    for (int voxel = 0; voxel < map.grid.size(); voxel++) {
      pose.toHead(options, voxel, head);
      double depth = anatomy.hullDepth(head[0], head[1], head[2]);
      if (depth > 0) {
        fill(map, voxel, head, depth, anatomy, lesions, place);
      }
    }
    return map;
  }

  private static void fill(
      TissueMap map,
      int voxel,
      double[] head,
      double depth,
      Anatomy anatomy,
      Lesions lesions,
      Anatomy.Place place) {
    MassEffect push = lesions.massEffect();
    double back = push.share(head[0], head[1], head[2], depth);
    double x = head[0] + back * (push.x() - head[0]);
    double y = head[1] + back * (push.y() - head[1]);
    double z = head[2] + back * (push.z() - head[2]);
    double origin = back > 0 ? Math.max(0.1, anatomy.hullDepth(x, y, z)) : depth;
    anatomy.at(x, y, z, origin, place);
    double share = lesions.cover(head[0], head[1], head[2], depth, place);
    map.brain[voxel] = 1;
    map.lesion[voxel] = (byte) (share >= 0.5 ? 1 : 0);
    map.lesionStrength[voxel] = share > 0 ? (float) lesions.strength(head[0], head[1], head[2]) : 1;
    map.ventricleDistance[voxel] = (float) place.ventricle;
    for (int t = 0; t < Tissue.COUNT; t++) {
      map.fraction[t][voxel] = (float) place.fraction[t];
    }
  }

  private static float[] image(
      TissueMap map, PhantomOptions options, Pose pose, Contrast contrast, Scanner scanner) {
    Grid grid = map.grid;
    float[] voxels = new float[Contrast.CHANNELS.size() * grid.size()];
    double[] head = new double[3];
    double[] signal = new double[Contrast.CHANNELS.size()];
    for (int voxel = 0; voxel < grid.size(); voxel++) {
      if (map.brain[voxel] != 0) {
        pose.toHead(options, voxel, head);
        contrast.signal(map, voxel, head[0], head[1], head[2], signal);
        for (int c = 0; c < signal.length; c++) {
          double bias = scanner.bias(c, head[0], head[1], head[2]);
          voxels[c * grid.size() + voxel] = (float) (signal[c] * bias);
        }
      }
    }
    for (int c = 0; c < signal.length; c++) {
      if (!options.scanner().equals(OtherScanner.DEFAULT)) {
        options.scanner().change(voxels, c * grid.size(), grid, map.brain);
      }
      scanner.measure(voxels, c * grid.size(), c, grid, map.brain);
    }
    return voxels;
  }
}
