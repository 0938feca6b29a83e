package dev.hale.cli;

import dev.hale.data.phantom.PhantomSubject;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;

/** A phantom with its axes in another order, as many scanners store them. */
final class TurnedPhantom {
  private TurnedPhantom() {}

  /** The same voxels in the same places, axes along S, L, A instead of R, A, S. */
  static PhantomSubject of(PhantomSubject subject) {
    Scan scan = subject.scan();
    Grid from = scan.grid();
    double[] a = from.affine();
    double[] affine = new double[16];
    for (int row = 0; row < 4; row++) {
      affine[4 * row] = a[4 * row + 2];
      affine[4 * row + 1] = -a[4 * row];
      affine[4 * row + 2] = a[4 * row + 1];
      affine[4 * row + 3] = a[4 * row + 3] + a[4 * row] * (from.nx() - 1);
    }
    Grid to = new Grid(from.nz(), from.nx(), from.ny(), affine);
    float[] voxels = new float[scan.voxels().length];
    byte[] lesion = new byte[to.size()];
    byte[] brain = new byte[to.size()];
    for (int v = 0; v < to.size(); v++) {
      int k = v % to.nx();
      int i = from.nx() - 1 - v / to.nx() % to.ny();
      int source = from.index(i, v / to.nx() / to.ny(), k);
      lesion[v] = subject.lesion()[source];
      brain[v] = subject.brain()[source];
      for (int c = 0; c < scan.channels().size(); c++) {
        voxels[c * to.size() + v] = scan.voxels()[c * to.size() + source];
      }
    }
    return new PhantomSubject(
        new Scan(scan.name(), scan.channels(), to, voxels), lesion, brain, subject.pathology());
  }
}
