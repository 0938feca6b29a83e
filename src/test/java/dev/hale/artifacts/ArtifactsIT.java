package dev.hale.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.TinyModel;
import dev.hale.data.phantom.Pathology;
import dev.hale.data.phantom.Phantom;
import dev.hale.data.phantom.PhantomOptions;
import dev.hale.io.Nifti;
import dev.hale.scan.Scan;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.ivy.Ivy;
import org.apache.ivy.core.module.descriptor.DefaultDependencyDescriptor;
import org.apache.ivy.core.module.descriptor.DefaultModuleDescriptor;
import org.apache.ivy.core.module.id.ModuleRevisionId;
import org.apache.ivy.core.report.ResolveReport;
import org.apache.ivy.core.resolve.ResolveOptions;
import org.apache.ivy.core.settings.IvySettings;
import org.apache.ivy.plugins.resolver.ChainResolver;
import org.apache.ivy.plugins.resolver.IBiblioResolver;
import org.apache.ivy.util.DefaultMessageLogger;
import org.apache.ivy.util.Message;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was built, as a program finds it that depends on {@code hale-platform}. */
final class ArtifactsIT {
  private static final Set<String> WANTED =
      new TreeSet<>(
          List.of(
              "cuda",
              "hale",
              "hale-linux-x86_64",
              "hale-macosx-arm64",
              "jackson-annotations",
              "jackson-core",
              "jackson-databind",
              "javacpp",
              "javacpp-linux-x86_64",
              "javacpp-macosx-arm64",
              "openblas",
              "openblas-linux-x86_64",
              "openblas-macosx-arm64",
              "pytorch",
              "pytorch-linux-x86_64",
              "pytorch-macosx-arm64",
              "snakeyaml-engine"));

  @TempDir static Path temp;
  private static LocalRepository repository;
  private static List<Path> resolved;
  private static Path model;
  private static List<String> scan;

  @BeforeAll
  static void layAndResolve() throws Exception {
    repository = LocalRepository.lay(Files.createDirectory(temp.resolve("repository")));
    resolved = consumer("here").classPath("");
    model = TinyModel.write(temp.resolve("model"), "FLAIR", "T1");
    scan = writeScan();
  }

  @Test
  void mavenResolvesThePlatformsByTheirNames() {
    assertEquals(WANTED, names(resolved));
  }

  @Test
  void mavenResolvesTheSameOnAPlatformThatNoProfileKnows() throws Exception {
    assertEquals(WANTED, names(consumer("elsewhere").classPath("-Dos.arch=riscv64")));
  }

  @Test
  void ivyResolvesTheSame() throws Exception {
    Message.setDefaultLogger(new DefaultMessageLogger(Message.MSG_ERR));
    IvySettings settings = new IvySettings();
    settings.setDefaultCache(Files.createDirectory(temp.resolve("ivy")).toFile());
    settings.setDefaultUseOrigin(true); // no copies of large files
    ChainResolver chain = new ChainResolver();
    chain.setName("chain");
    chain.add(resolver("built", repository.folder(), settings));
    chain.add(resolver("mavens", LocalRepository.MAVENS, settings));
    settings.addResolver(chain);
    settings.setDefaultResolver("chain");

    var module =
        DefaultModuleDescriptor.newDefaultInstance(
            ModuleRevisionId.newInstance("test", "consumer", "1"));
    var platform =
        new DefaultDependencyDescriptor(
            module,
            ModuleRevisionId.newInstance("dev.hale", "hale-platform", LocalRepository.VERSION),
            false,
            false,
            true);
    platform.addDependencyConfiguration("default", "runtime"); // as spark-submit --packages asks
    module.addDependency(platform);
    ResolveReport report = Ivy.newInstance(settings).resolve(module, new ResolveOptions());

    assertEquals(List.of(), report.getAllProblemMessages());
    assertEquals(
        WANTED,
        Arrays.stream(report.getAllArtifactsReports())
            .map(
                artifact -> {
                  String classifier = artifact.getArtifact().getExtraAttribute("m:classifier");
                  return artifact.getName() + (classifier == null ? "" : "-" + classifier);
                })
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyJarHasItsLicenceAndSourcesAndJavadocLieBeside() throws IOException {
    for (String suffix : List.of("", "-" + LocalRepository.PLATFORM, "-sources")) {
      assertHolds(suffix, "META-INF/LICENSE", "META-INF/NOTICE");
    }
    assertHolds("-sources", "dev/hale/Hale.java", "module-info.java");
    assertHolds("-javadoc", "dev.hale/dev/hale/Hale.html", "dev.hale/dev/hale/scan/Scan.html");
  }

  private static void assertHolds(String suffix, String... entries) throws IOException {
    Path file = Path.of("library/target", "hale-" + LocalRepository.VERSION + suffix + ".jar");
    try (ZipFile jar = new ZipFile(file.toFile())) {
      for (String entry : entries) {
        assertNotNull(jar.getEntry(entry), file + " has no " + entry);
      }
    }
  }

  @Test
  void anEmbedderRunsOnTheClassPath() throws Exception {
    String path = program("class-path", "Detect") + File.pathSeparator + path();
    assertDetects("unnamed module", List.of(java(), "-cp", path, "embedder.Detect"));
  }

  @Test
  void anEmbedderRunsOnTheModulePath() throws Exception {
    String path = program("modules", "module-info", "Detect") + File.pathSeparator + path();
    assertDetects(
        "module dev.hale",
        List.of(java(), "--module-path", path, "-m", "embedder/embedder.Detect"));
  }

  @Test
  void anEmbedderRunsFromAnImageOfItsOwn() throws Exception {
    String path = program("linked", "module-info", "Detect") + File.pathSeparator + path();
    Path image = temp.resolve("image");
    String natives = "dev.hale." + LocalRepository.PLATFORM.replace('-', '.');
    tool(
        "jlink",
        "--module-path",
        path,
        "--add-modules",
        "embedder," + natives,
        "--output",
        image.toString());
    assertDetects(
        "module dev.hale",
        List.of(
            image.resolve("bin/java").toString(),
            // An image's libraries share one folder there, whatever the image.
            "-Dorg.bytedeco.javacpp.cachedir=" + temp.resolve("cache"),
            "-m",
            "embedder/embedder.Detect"));
  }

  @ParameterizedTest
  @CsvSource({"spark-3.5.6, 2.15.2", "spark-4.2.0, 2.21.2"})
  void modelsOpenWithTheJacksonThatSparkBrings(String spark, String jackson) throws Exception {
    List<String> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("tests/target", spark))) {
      files.forEach(file -> jars.add(file.toString()));
    }
    for (Path jar : resolved) {
      if (!isForeign(jar.toString()) && !jar.getFileName().toString().startsWith("jackson-")) {
        jars.add(jar.toString());
      }
    }
    String path = String.join(File.pathSeparator, jars);
    Path program = compile(spark, path, "BesideSpark");
    String printed =
        Command.run(
            temp,
            Map.of(),
            List.of(
                java(),
                "-cp",
                program + File.pathSeparator + path,
                "embedder.BesideSpark",
                "models/demo"));
    assertEquals(jackson + " opened [FLAIR, T1, T1c, T2]", printed.strip());
  }

  private static void assertDetects(String module, List<String> java) throws Exception {
    List<String> command = new ArrayList<>(java);
    command.add(model.toString());
    command.addAll(scan);
    String printed = Command.run(temp, Map.of("MALLOC_ARENA_MAX", "1"), command);
    String start = "hale %s in %s".formatted(LocalRepository.VERSION, module);
    assertTrue(printed.startsWith(start) && printed.contains(" marked "), printed);
  }

  /** The files of a phantom of few voxels. */
  private static List<String> writeScan() {
    Scan scan = Phantom.subject(Pathology.GLIOMA, 1, new PhantomOptions(32, 30, 3, 6, 10)).scan();
    List<String> files = new ArrayList<>();
    for (String channel : List.of("FLAIR", "T1")) {
      Path file = temp.resolve(channel + ".nii.gz");
      Nifti.writeMap(file, scan.grid(), scan.channel(scan.channelIndex(channel)));
      files.add(file.toString());
    }
    return files;
  }

  private static Path program(String name, String... sources) throws IOException {
    return compile(name, path(), sources);
  }

  /** Compiles sources of the embedder. */
  private static Path compile(String name, String path, String... sources) throws IOException {
    Path classes = temp.resolve(name);
    boolean modular = List.of(sources).contains("module-info");
    List<String> arguments =
        // path: the presets' manifests name jars that are not there
        new ArrayList<>(
            List.of("-Xlint:all,-path,-classfile", "-Werror", "-d", classes.toString()));
    arguments.addAll(List.of(modular ? "--module-path" : "-cp", path));
    for (String source : sources) {
      Path file = temp.resolve(name + "-sources").resolve(source + ".java");
      Files.createDirectories(file.getParent());
      Files.copy(Path.of("src/test/resources/embedder", source + ".java.txt"), file);
      arguments.add(file.toString());
    }
    tool("javac", arguments.toArray(String[]::new));
    return classes;
  }

  private static void tool(String name, String... arguments) {
    StringWriter printed = new StringWriter();
    PrintWriter out = new PrintWriter(printed);
    int result = ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments);
    assertEquals(0, result, printed.toString());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What this machine needs of what Maven resolved. */
  private static String path() {
    return resolved.stream()
        .map(Path::toString)
        .filter(jar -> !isForeign(jar))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static boolean isForeign(String jar) {
    return LocalRepository.PLATFORMS.stream()
        .anyMatch(
            platform ->
                jar.endsWith("-" + platform + ".jar")
                    && !platform.equals(LocalRepository.PLATFORM));
  }

  private static MavenConsumer consumer(String name) throws IOException {
    return new MavenConsumer(Files.createDirectory(temp.resolve(name)), repository);
  }

  private static IBiblioResolver resolver(String name, Path root, IvySettings settings) {
    IBiblioResolver resolver = new IBiblioResolver();
    resolver.setName(name);
    resolver.setSettings(settings);
    resolver.setM2compatible(true);
    resolver.setUseMavenMetadata(false);
    resolver.setRoot(root.toUri().toString());
    return resolver;
  }

  /** Artifact and classifier of each, from where it lies: ARTIFACT/VERSION/ARTIFACT-VERSION…jar. */
  private static Set<String> names(List<Path> jars) {
    Set<String> names = new TreeSet<>();
    for (Path jar : jars) {
      String version = "-" + jar.getParent().getFileName();
      names.add(jar.getFileName().toString().replace(version, "").replace(".jar", ""));
    }
    return names;
  }
}
