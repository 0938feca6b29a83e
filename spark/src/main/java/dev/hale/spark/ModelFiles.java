package dev.hale.spark;

import dev.hale.detection.method.BundledModel;
import dev.hale.engine.CheckpointException;
import dev.hale.io.FileFailure;
import dev.hale.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * A model's files on this machine's disk, for as long as a detector needs them.
 *
 * @param folder of this machine; null for a method that needs no model
 * @param sha256 of the folder; null likewise
 */
record ModelFiles(Path folder, String sha256) implements AutoCloseable {
  /**
   * Fetches a model.
   *
   * @throws CheckpointException if it is not there or has not the bytes that the job says
   */
  static ModelFiles fetch(DetectionJob job, Configuration hadoop) {
    if (job.model() == null) {
      return new ModelFiles(null, null);
    }
    Path folder =
        isName(job.model())
            ? BundledModel.extract(job.model()).folder()
            : copy(job.model(), hadoop);
    ModelFiles model = new ModelFiles(folder, Sha256.ofFiles(folder));
    if (job.modelSha256() != null && !job.modelSha256().equals(model.sha256)) {
      model.close();
      throw new CheckpointException(
          "model %s: its SHA-256 is %s, the job wants %s"
              .formatted(job.model(), model.sha256, job.modelSha256()));
    }
    return model;
  }

  /** Whether that is the name of a model that travels in a jar, and no path. */
  static boolean isName(String model) {
    return !model.contains("/") && !model.contains(":");
  }

  private static Path copy(String model, Configuration hadoop) {
    org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(model);
    Path folder = null;
    try {
      FileSystem files = from.getFileSystem(hadoop);
      folder = Files.createTempDirectory("hale-model");
      for (FileStatus file : files.listStatus(from)) {
        String name = file.getPath().getName();
        if (file.isFile() && !name.startsWith(".")) {
          try (InputStream in = files.open(file.getPath())) {
            Files.copy(in, folder.resolve(name));
          }
        }
      }
      return folder;
    } catch (IOException e) {
      new ModelFiles(folder, null).close();
      throw new CheckpointException(
          "model %s cannot be fetched: %s".formatted(model, FileFailure.reason(e)), e);
    }
  }

  @Override
  public void close() {
    if (folder != null) {
      LocalFolder.delete(folder);
    }
  }
}
