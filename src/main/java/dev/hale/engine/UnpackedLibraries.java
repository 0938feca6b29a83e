package dev.hale.engine;

import dev.hale.io.FileFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.logging.Logger;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;

/**
 * The native libraries of jars as files in JavaCPP's cache, where JavaCPP finds and loads them.
 * JavaCPP would unpack each one under its final name just before it loads it, which is too late for
 * one that another library needs: after an interrupted first run the linker maps half a file, and
 * with none it takes the system's. Here all are whole before any is loaded, and a file has its name
 * only once it is whole.
 */
final class UnpackedLibraries {
  static final String LOCK = "hale.lock";
  private static final String PART = ".hale-part";

  /** Our jar is built to be reproducible and has the same time in every version. */
  private static final String TIMELESS = "dev/hale/";

  private final Path cache;
  private final List<Library> libraries;

  private UnpackedLibraries(Path cache, List<Library> libraries) {
    this.cache = cache;
    this.libraries = libraries;
  }

  /**
   * Sees to it that the libraries are whole in a cache folder. Processes that find something amiss
   * do this one after the other; where all is well no lock is taken.
   *
   * @param cache JavaCPP's cache folder
   * @param samples one library of each folder of a jar; those that are not in a jar are left alone
   * @throws DeviceException if the cache cannot be read or has no room
   */
  static void complete(Path cache, List<URL> samples) {
    try {
      List<Library> found = new ArrayList<>();
      for (URL sample : samples) {
        if (sample.openConnection() instanceof JarURLConnection jar) {
          addFolder(found, cache, jar);
        }
      }
      new UnpackedLibraries(cache, found).complete();
    } catch (IOException e) {
      throw new DeviceException(
          "native libraries cannot be unpacked to %s: %s".formatted(cache, FileFailure.reason(e)));
    }
  }

  private static void addFolder(List<Library> found, Path cache, JarURLConnection sample)
      throws IOException {
    JarFile jar = sample.getJarFile();
    String name = sample.getEntryName();
    String folder = name.substring(0, name.lastIndexOf('/') + 1);
    boolean flat = Boolean.getBoolean("org.bytedeco.javacpp.cachedir.nosubdir");
    Path target =
        flat ? cache : cache.resolve(Path.of(jar.getName()).getFileName()).resolve(folder);
    for (JarEntry entry : Collections.list(jar.entries())) {
      String file = entry.getName();
      if (file.startsWith(folder)
          && file.indexOf('/', folder.length()) < 0
          && !entry.isDirectory()) {
        file = file.substring(folder.length());
        found.add(new Library(jar, entry, target.resolve(file)));
        if (file.startsWith("libopenblas.")) { // JavaCPP wants a second one for another binding
          String twin = file.replace("libopenblas.", "libopenblas_nolapack.");
          found.add(new Library(jar, entry, target.resolve(twin)));
        }
      }
    }
  }

  private List<Library> damaged() throws IOException {
    List<Library> damaged = new ArrayList<>();
    for (Library library : libraries) {
      if (!library.isWhole()) {
        damaged.add(library);
      }
    }
    return damaged;
  }

  private void complete() throws IOException {
    if (damaged().isEmpty()) {
      return;
    }
    try (FileChannel channel = openLock()) {
      boolean alone = channel != null && lock(channel);
      List<Library> damaged = damaged(); // perhaps fewer: another process may have been at it
      if (alone) {
        for (Library library : damaged) {
          library.delete();
        }
      }
      unpack(damaged);
    }
  }

  private void unpack(List<Library> libraries) throws IOException {
    long needed = libraries.stream().mapToLong(library -> library.entry().getSize()).sum();
    long free = Files.getFileStore(cache).getUsableSpace();
    if (free < needed) {
      throw noRoom("not enough room", needed, free);
    }
    for (Library library : libraries) {
      try {
        library.unpack();
      } catch (ZipException e) {
        throw e; // the jar's fault
      } catch (IOException e) {
        throw noRoom(FileFailure.reason(e), needed, free);
      }
    }
  }

  private DeviceException noRoom(String reason, long needed, long free) {
    return new DeviceException(
        ("native libraries cannot be unpacked to %s: %s (%d MB needed, %d MB free); make room"
                + " there, or name another folder with"
                + " HALE_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER")
            .formatted(cache, reason, (needed + 999_999) / 1_000_000, free / 1_000_000));
  }

  /** Null where the folder has no place for it. */
  private FileChannel openLock() {
    try {
      return FileChannel.open(
          cache.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Waits for the lock, which ends with the process that has it. Without one, two processes unpack
   * the same, each to files of its own; that costs time and does no harm.
   */
  private boolean lock(FileChannel channel) {
    try {
      if (channel.tryLock() == null) {
        Logger.getLogger(UnpackedLibraries.class.getName())
            .info("waiting for another process that unpacks native libraries to " + cache);
        channel.lock();
      }
      return true;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** An entry of a jar and the file that it is to be. */
  private record Library(JarFile jar, JarEntry entry, Path file) {
    /**
     * Size and time are what JavaCPP goes by; the time is set last. Where the time says nothing the
     * bytes are compared. A link was made by JavaCPP, which has the same library from another jar.
     */
    boolean isWhole() throws IOException {
      BasicFileAttributes found;
      try {
        found = Files.readAttributes(file, BasicFileAttributes.class);
      } catch (NoSuchFileException e) {
        return false;
      }
      return Files.isSymbolicLink(file)
          || (found.isRegularFile()
              && found.size() == entry.getSize()
              && found.lastModifiedTime().toMillis() == entry.getTime()
              && (!entry.getName().startsWith(TIMELESS) || checksum() == entry.getCrc()));
    }

    private long checksum() throws IOException {
      CRC32 sum = new CRC32();
      try (InputStream in = new CheckedInputStream(Files.newInputStream(file), sum)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return sum.getValue();
    }

    /** Makes room for it, of what killed processes left, too. */
    void delete() throws IOException {
      Files.deleteIfExists(file);
      if (Files.isDirectory(file.getParent())) {
        try (DirectoryStream<Path> parts =
            Files.newDirectoryStream(file.getParent(), file.getFileName() + ".*" + PART)) {
          for (Path part : parts) {
            Files.delete(part);
          }
        }
      }
    }

    /**
     * Writes it to the disk before it gets its name.
     *
     * @throws ZipException if the jar is damaged
     */
    void unpack() throws IOException {
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + PART);
      try {
        try (CheckedInputStream in =
                new CheckedInputStream(
                    new BufferedInputStream(jar.getInputStream(entry)), new CRC32());
            FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          in.transferTo(Channels.newOutputStream(out));
          if (in.getChecksum().getValue() != entry.getCrc()) {
            throw new ZipException("%s in %s is damaged".formatted(entry, jar.getName()));
          }
          out.force(true);
        }
        Files.setLastModifiedTime(part, FileTime.fromMillis(entry.getTime()));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }
}
