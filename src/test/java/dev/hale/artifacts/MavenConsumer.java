package dev.hale.artifacts;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Maven project that depends on {@code hale-platform} and on nothing else. */
record MavenConsumer(Path folder, LocalRepository repository) {
  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>test</groupId>
        <artifactId>consumer</artifactId>
        <version>1</version>
        <repositories>
          <repository>
            <id>built</id>
            <url>%s</url>
          </repository>
        </repositories>
        <dependencies>
          <dependency>
            <groupId>dev.hale</groupId>
            <artifactId>hale-platform</artifactId>
            <version>%s</version>
            <type>pom</type>
          </dependency>
        </dependencies>
      </project>
      """;

  /**
   * The jars of its runtime class path, by a Maven of its own that knows what this build has
   * fetched and the repository, and has no network.
   *
   * @param javaOptions for Maven's Java
   */
  List<Path> classPath(String javaOptions) throws IOException, InterruptedException {
    Path pom = folder.resolve("pom.xml");
    Files.writeString(pom, POM.formatted(repository.folder().toUri(), LocalRepository.VERSION));
    Path answer = folder.resolve("class-path");
    Command.run(
        folder,
        Map.of("MAVEN_OPTS", javaOptions),
        List.of(
            Path.of("mvnw").toAbsolutePath().toString(),
            "--batch-mode",
            "--offline",
            "-Daether.offline.protocols=file",
            "-Dmaven.repo.local=" + folder.resolve("fetched"),
            "-Dmaven.repo.local.tail=" + LocalRepository.MAVENS,
            "--file",
            pom.toString(),
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath",
            "-Dmdep.includeScope=runtime",
            "-Dmdep.outputFile=" + answer));
    List<Path> jars = new ArrayList<>();
    for (String jar : Files.readString(answer).strip().split(File.pathSeparator, -1)) {
      if (jar.endsWith(".jar")) { // the plugin, unlike Maven, lists poms too
        jars.add(Path.of(jar));
      }
    }
    return jars;
  }
}
