package dev.hale.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hale.engine.Checkpoint;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * All that a training carries from one step to the next, and its way into a checkpoint and back.
 * Its vectors belong to the scope in which it is made. The order of the data and all random numbers
 * follow from the seed and the step.
 */
final class TrainingState implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG = "config";
  private static final String STEP = "step";

  private final TrainingSettings settings;
  private final JsonNode config;
  private final FlatLayout layout;
  private final Tensor weights;
  private final Tensor gradient;
  private final AdamW optimiser;
  private final Learner network;
  private final Learner opponent; // null where there is none
  private final Predicate<String> isOpponents;
  private final List<Tensor> averages = new ArrayList<>();
  private final Parameters parameters;
  private final TimestepSampler sampler;
  private final DivergenceWatch watch;
  private long step;
  private double bestScore = Double.NaN; // until there is a validation

  /**
   * The state before the first step.
   *
   * @param task whether two networks learn against each other
   * @param fresh initial weights on the CPU, copied
   * @param device where all vectors lie
   * @param config that a resumed training must have, too
   */
  TrainingState(
      TrainingSettings settings, Task task, Parameters fresh, Device device, JsonNode config) {
    this.settings = settings;
    this.config = config;
    layout = new FlatLayout(fresh, task.channelsLast());
    try (Scope scope = new Scope()) {
      Tensor initial = layout.zeros();
      layout.copy(fresh, initial);
      weights = scope.keep(initial.to(device, torch.ScalarType.Float));
    }
    gradient = torch.zeros_like(weights);
    Tensor mean = torch.zeros_like(weights);
    Tensor meanSquare = torch.zeros_like(weights);
    if (task instanceof AdversarialTask adversarial) {
      optimiser = new AdamW(mean, meanSquare, settings.weightDecay(), adversarial.beta1());
      isOpponents = adversarial::isOpponents;
      long start = layout.startOf(isOpponents);
      Learner both = new Learner(weights, gradient, optimiser);
      network = both.narrow(0, start);
      opponent = both.narrow(start, layout.length() - start);
    } else {
      optimiser = new AdamW(mean, meanSquare, settings.weightDecay());
      isOpponents = name -> false;
      network = new Learner(weights, gradient, optimiser);
      opponent = null;
    }
    for (int i = 0; i < settings.ema().size(); i++) {
      averages.add(weights.clone());
    }
    parameters = layout.parameters(weights);
    sampler = TimestepSampler.of(settings.timesteps(), settings.noiseLevels());
    watch = new DivergenceWatch(settings.warmup());
  }

  /** Steps done. */
  long step() {
    return step;
  }

  /** The network that is trained; the state's. */
  Learner network() {
    return network;
  }

  /** The network that it learns against; the state's, null where there is none. */
  Learner opponent() {
    return opponent;
  }

  /** The weights; the state's. */
  Parameters parameters() {
    return parameters;
  }

  /** The gradient of all weights in one vector; the state's. */
  Tensor gradient() {
    return gradient;
  }

  /** By parameter, the parts of {@link #gradient}; owned by the current scope. */
  Map<String, Tensor> gradients() {
    return layout.views(gradient);
  }

  /** Where the network is trained; owned by the current scope. */
  Device device() {
    return weights.device();
  }

  TimestepSampler sampler() {
    return sampler;
  }

  DivergenceWatch watch() {
    return watch;
  }

  /** Takes note of a validation; returns whether none before was as good. */
  boolean isBest(Validation.Scores scores) {
    double sign = scores.higherIsBetter() ? 1 : -1;
    boolean best =
        !Double.isNaN(scores.score())
            && (Double.isNaN(bestScore) || sign * scores.score() > sign * bestScore);
    bestScore = best ? scores.score() : bestScore;
    return best;
  }

  /**
   * Takes a step of the network's optimiser with the gradient that has gathered; the averages, of
   * the opponent too, follow.
   */
  void advance() {
    network.step(settings.learningRateAt(step), step);
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      for (int i = 0; i < averages.size(); i++) {
        double decay = TrainingSettings.decayAt(settings.ema().get(i), step);
        averages.get(i).lerp_(weights, new Scalar(1 - decay));
      }
    }
    step++;
  }

  /** The averaged weights of the decay of that index, sharing their memory; the caller's. */
  Parameters average(int index) {
    return layout.parameters(averages.get(index));
  }

  /** Like {@link #average}, without the opponent. */
  Parameters networkAverage(int index) {
    try (Scope scope = new Scope()) {
      Map<String, Tensor> views = layout.views(averages.get(index));
      views.keySet().removeIf(isOpponents);
      return Parameters.of(views);
    }
  }

  /** Every tensor of a checkpoint; owned by the current scope. */
  Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>(vectors());
    tensors.put("timesteps", doubles(sampler.state()));
    tensors.put("losses", doubles(watch.state()));
    tensors.put("best_score", doubles(bestScore));
    return tensors;
  }

  private Map<String, Tensor> vectors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    add(tensors, "model.", weights);
    for (int i = 0; i < averages.size(); i++) {
      add(tensors, "ema." + settings.ema().get(i) + ".", averages.get(i));
    }
    add(tensors, "adamw.exp_avg.", optimiser.mean());
    add(tensors, "adamw.exp_avg_sq.", optimiser.meanSquare());
    return tensors;
  }

  private void add(Map<String, Tensor> tensors, String prefix, Tensor vector) {
    layout.views(vector).forEach((name, view) -> tensors.put(prefix + name, view));
  }

  /** Every text of a checkpoint. */
  Map<String, String> metadata() {
    return Map.of(STEP, Long.toString(step), CONFIG, config.toString());
  }

  /**
   * Goes back to a checkpoint.
   *
   * @throws TrainingException where the configuration has changed since
   * @throws CheckpointException where the checkpoint is of another kind
   */
  void restore(Checkpoint checkpoint) {
    List<String> changes = ConfigChange.since(config(checkpoint), config);
    if (!changes.isEmpty()) {
      throw new TrainingException(
          "the configuration has changed since the checkpoint: %s; change it back, or train into another folder"
              .formatted(String.join("; ", changes)));
    }
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      vectors().forEach((name, view) -> view.copy_(checkpoint.get(name)));
    }
    sampler.restore(values(checkpoint.get("timesteps")));
    watch.restore(values(checkpoint.get("losses")));
    bestScore = values(checkpoint.get("best_score"))[0];
    step = Long.parseLong(checkpoint.metadata().get(STEP));
  }

  private static JsonNode config(Checkpoint checkpoint) {
    String text = checkpoint.metadata().get(CONFIG);
    if (text == null || !checkpoint.metadata().containsKey(STEP)) {
      throw new CheckpointException("the file is not the checkpoint of a training");
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new CheckpointException("the checkpoint's configuration is not JSON", e);
    }
  }

  private static Tensor doubles(double... values) {
    Tensor tensor =
        torch.empty(
            new long[] {values.length},
            new TensorOptions(torch.ScalarType.Double),
            new MemoryFormatOptional());
    if (values.length > 0) {
      try (DoublePointer data = tensor.data_ptr_double()) {
        data.put(values);
      }
    }
    return tensor;
  }

  private static double[] values(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    if (values.length > 0) {
      try (DoublePointer data = tensor.data_ptr_double()) {
        data.get(values);
      }
    }
    return values;
  }

  @Override
  public void close() {
    parameters.close();
  }
}
