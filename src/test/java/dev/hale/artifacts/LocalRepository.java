package dev.hale.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A Maven repository in a folder with what the build has made and the presets that it needs. Native
 * libraries of other platforms are empty jars here: what is asked for is tested, not what is in it.
 */
record LocalRepository(Path folder) {
  static final String VERSION = System.getProperty("hale.test.version");
  static final String PLATFORM = System.getProperty("hale.test.platform");

  /** The repository that Maven keeps on this machine, whole after a build. */
  static final Path MAVENS = Path.of(System.getProperty("hale.test.repository"));

  static final List<String> PLATFORMS = List.of("linux-x86_64", "macosx-arm64");

  /** Fills a folder. */
  static LocalRepository lay(Path folder) throws IOException {
    LocalRepository made = new LocalRepository(folder);
    made.layModule("hale-parent", "");
    made.layModule("hale", "library", "", "-" + PLATFORM);
    made.layModule("hale-platform", "platform");
    for (String preset : List.of("javacpp", "openblas", "pytorch", "cuda", "javacpp-presets")) {
      made.layPreset(preset);
    }
    return made;
  }

  /** The place of this build's artifact. */
  Path home(String artifact) {
    return folder.resolve("dev/hale").resolve(artifact).resolve(VERSION);
  }

  private void layModule(String artifact, String module, String... jars) throws IOException {
    Path home = Files.createDirectories(home(artifact));
    String name = artifact + "-" + VERSION;
    Files.copy(Path.of(module, "pom.xml"), home.resolve(name + ".pom"));
    for (String suffix : jars) {
      String jar = name + suffix + ".jar";
      Files.copy(Path.of(module, "target", jar), home.resolve(jar));
    }
    if (jars.length > 1) {
      layForeign(home, name);
    }
  }

  private void layPreset(String artifact) throws IOException {
    Path place = Path.of("org/bytedeco").resolve(artifact);
    try (Stream<Path> versions = Files.list(MAVENS.resolve(place))) {
      for (Path version : versions.filter(Files::isDirectory).toList()) {
        layPreset(artifact, place, version);
      }
    }
  }

  private void layPreset(String artifact, Path place, Path version) throws IOException {
    Path home = Files.createDirectories(folder.resolve(place).resolve(version.getFileName()));
    boolean natives = false;
    try (Stream<Path> files = Files.list(version)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".pom") || name.endsWith(".jar")) {
          Files.createSymbolicLink(home.resolve(name), file);
        }
        natives |= name.endsWith(PLATFORM + ".jar");
      }
    }
    if (natives) {
      layForeign(home, artifact + "-" + version.getFileName());
    }
  }

  private static void layForeign(Path home, String name) throws IOException {
    for (String platform : PLATFORMS) {
      Path jar = home.resolve(name + "-" + platform + ".jar");
      if (!Files.exists(jar)) {
        new JarOutputStream(Files.newOutputStream(jar)).close();
      }
    }
  }
}
