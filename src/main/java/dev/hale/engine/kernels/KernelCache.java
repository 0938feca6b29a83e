package dev.hale.engine.kernels;

import dev.hale.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Compiled kernels on disk, so that a machine compiles once. An entry begins with the SHA-256 of
 * its code: one that is cut short or damaged is as good as none. It is written beside its place and
 * moved there, so that no process sees half of it.
 */
record KernelCache(Path folder) {
  private static final int DIGEST = 32;

  /**
   * {@code hale.cache} (a system property), else {@code $XDG_CACHE_HOME/hale}, else {@code
   * ~/.cache/hale}; in it, {@code kernels}.
   */
  static KernelCache standard() {
    String property = System.getProperty("hale.cache");
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base;
    if (property != null) {
      base = Path.of(property);
    } else if (xdg != null && Path.of(xdg).isAbsolute()) { // the specification ignores others
      base = Path.of(xdg, "hale");
    } else {
      base = Path.of(System.getProperty("user.home"), ".cache", "hale");
    }
    return new KernelCache(base.resolve("kernels"));
  }

  Optional<byte[]> read(String key) {
    byte[] entry;
    try {
      entry = Files.readAllBytes(place(key));
    } catch (IOException absent) {
      return Optional.empty();
    }
    if (entry.length <= DIGEST) {
      return Optional.empty();
    }
    byte[] code = Arrays.copyOfRange(entry, DIGEST, entry.length);
    boolean whole =
        MessageDigest.isEqual(Arrays.copyOf(entry, DIGEST), new Sha256().add(code).bytes());
    return whole ? Optional.of(code) : Optional.empty();
  }

  /**
   * Stores code, in the place of what may be there.
   *
   * @throws IOException if it cannot be written; whoever has the code can go on without
   */
  void write(String key, byte[] code) throws IOException {
    Files.createDirectories(folder);
    Path beside = Files.createTempFile(folder, key, ".new");
    try {
      byte[] entry = Arrays.copyOf(new Sha256().add(code).bytes(), DIGEST + code.length);
      System.arraycopy(code, 0, entry, DIGEST, code.length);
      Files.write(beside, entry);
      Files.move(
          beside, place(key), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  Path place(String key) {
    return folder.resolve(key + ".cubin");
  }
}
