package dev.hale.scan;

/** Counts and compares masks in tests. */
public final class BrainMasks {
  private BrainMasks() {}

  public static int count(byte[] mask) {
    int count = 0;
    for (byte b : mask) {
      count += b;
    }
    return count;
  }

  public static double dice(byte[] a, byte[] b) {
    int both = 0;
    for (int v = 0; v < a.length; v++) {
      both += a[v] & b[v];
    }
    return 2.0 * both / (count(a) + count(b));
  }
}
