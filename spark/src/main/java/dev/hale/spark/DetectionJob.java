package dev.hale.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done with every subject of a job, the same on every machine.
 *
 * @param model the name of one that travels in a jar, such as {@code demo}, or the Hadoop path of a
 *     model folder, with a {@code /}; null for a method that needs none
 * @param modelSha256 what its bytes have to be ({@link dev.hale.io.Sha256#ofFiles} of the folder);
 *     null to take what is there when the job begins, and the same until it ends
 * @param method its name; null for the model's own
 * @param seed of what a method draws at random
 * @param options further ones, as {@code hale detect} takes them, such as {@code --threshold=otsu};
 *     none of threads or workers, which follow {@code spark.task.cpus}
 * @param brain where the brain is of subjects that name no mask: {@code find}, {@code whole}, the
 *     name without extension of a mask beside each scan's files, or the Hadoop path of one for all;
 *     null for the masks called brain where every subject has one, else {@code find}
 * @param out Hadoop path of the folder where each subject gets a folder of results
 */
public record DetectionJob(
    String model,
    String modelSha256,
    String method,
    long seed,
    List<String> options,
    String brain,
    String out)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Checks the options.
   *
   * @throws dev.hale.HaleException if one is not known or cannot be
   */
  public DetectionJob {
    options = List.copyOf(options);
    DetectorArguments.parse(arguments(method, seed, options));
  }

  /** With a model, its own method and settings, and seed 1. */
  public static DetectionJob of(String model, String out) {
    return new DetectionJob(model, null, null, 1, List.of(), null, out);
  }

  /** With another method. */
  public DetectionJob withMethod(String newMethod) {
    return new DetectionJob(model, modelSha256, newMethod, seed, options, brain, out);
  }

  /** With these options instead. */
  public DetectionJob withOptions(String... newOptions) {
    return new DetectionJob(model, modelSha256, method, seed, List.of(newOptions), brain, out);
  }

  /** With the brain from there. */
  public DetectionJob withBrain(String newBrain) {
    return new DetectionJob(model, modelSha256, method, seed, options, newBrain, out);
  }

  /** With a model that has to have these bytes. */
  public DetectionJob withModelSha256(String sha256) {
    return new DetectionJob(model, sha256, method, seed, options, brain, out);
  }

  /** How the detector is opened. */
  DetectorArguments arguments() {
    return DetectorArguments.parse(arguments(method, seed, options));
  }

  private static List<String> arguments(String method, long seed, List<String> options) {
    List<String> all = new ArrayList<>(options);
    if (method != null) {
      all.add("--method=" + method);
    }
    all.add("--seed=" + seed);
    return all;
  }
}
