package dev.hale.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.Hale;
import dev.hale.detection.method.DetectionMethod;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ModuleTest {
  private final ModuleDescriptor hale = descriptor();

  @Test
  void embeddersSeeWhatTheyNeedAndNothingElse() {
    assertEquals(
        Set.of(
            "dev.hale",
            "dev.hale.detection",
            "dev.hale.detection.method",
            "dev.hale.detection.result",
            "dev.hale.engine",
            "dev.hale.io",
            "dev.hale.scan"),
        hale.exports().stream().map(Exports::source).collect(Collectors.toSet()));
  }

  @Test
  void aModuleProvidesTheMethodsThatTheClassPathHas() throws IOException {
    String service = DetectionMethod.class.getName();
    String listed;
    try (InputStream in = Hale.class.getResourceAsStream("/META-INF/services/" + service)) {
      listed = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
    List<String> provided =
        hale.provides().stream()
            .filter(provides -> provides.service().equals(service))
            .map(Provides::providers)
            .findAny()
            .orElseThrow();
    assertEquals(new TreeSet<>(listed.lines().toList()), new TreeSet<>(provided));
  }

  private static ModuleDescriptor descriptor() {
    try {
      Path home = Path.of(Hale.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return ModuleFinder.of(home).find("dev.hale").orElseThrow().descriptor();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
