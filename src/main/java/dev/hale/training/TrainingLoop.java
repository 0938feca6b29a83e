package dev.hale.training;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Minimises a loss over parameters with AdamW, linear warm-up and cosine decay, clips the gradient,
 * and keeps an exponential moving average, which is what training returns.
 */
public final class TrainingLoop {
  private final TrainingSettings settings;
  private final Parameters parameters;

  /** A loop over these parameters, which it changes; they stay the caller's. */
  public TrainingLoop(TrainingSettings settings, Parameters parameters) {
    this.settings = settings;
    this.parameters = parameters;
  }

  /** Sees the loss after each step, and on checkpoint steps the averaged parameters. */
  public interface Listener {
    /**
     * Called after every step.
     *
     * @param step steps done so far
     * @param loss the loss of this step's batch
     */
    void onStep(int step, double loss);

    /**
     * Called when it is time to save.
     *
     * @param step steps done so far
     * @param average the averaged parameters; the loop's, not to be kept
     */
    void onCheckpoint(int step, Parameters average);
  }

  /**
   * Runs all steps.
   *
   * @param loss the scalar loss of step i's batch
   * @return the averaged parameters, the caller's
   * @throws TrainingException at the first loss that is not finite; the parameters are then still
   *     those before that step
   */
  public Parameters run(IntFunction<Tensor> loss, Listener listener) {
    Parameters average = parameters.copy();
    boolean done = false;
    try {
      run(loss, listener, average);
      done = true;
      return average;
    } finally {
      if (!done) {
        average.close();
      }
    }
  }

  private void run(IntFunction<Tensor> loss, Listener listener, Parameters average) {
    try (Scope all = new Scope()) {
      TensorVector leaves = new TensorVector();
      for (String name : parameters.names()) {
        leaves.push_back(parameters.get(name).requires_grad_(true));
      }
      AdamWOptions options = new AdamWOptions(settings.lr());
      options.weight_decay().put(settings.weightDecay());
      AdamW optimiser = new AdamW(leaves, options);
      for (int step = 0; step < settings.steps(); step++) {
        double value;
        try (Scope scope = new Scope()) {
          Tensor batchLoss = loss.apply(step);
          value = batchLoss.item_double();
          if (!Double.isFinite(value)) {
            throw new TrainingException(
                "loss became %s at step %d; lower the learning rate".formatted(value, step + 1));
          }
          optimiser.zero_grad();
          batchLoss.backward();
          torch.clip_grad_norm_(leaves, settings.gradientClip());
          setLearningRate(optimiser, settings.learningRateAt(step));
          optimiser.step();
          follow(average, TrainingSettings.decayAt(settings.ema().get(0), step));
        }
        listener.onStep(step + 1, value);
        if ((step + 1) % settings.checkpointEvery() == 0 || step + 1 == settings.steps()) {
          listener.onCheckpoint(step + 1, average);
        }
      }
    }
  }

  private static void setLearningRate(AdamW optimiser, double rate) {
    var groups = optimiser.param_groups();
    for (long i = 0; i < groups.size(); i++) {
      groups.get(i).options().set_lr(rate);
    }
  }

  private void follow(Parameters average, double decay) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Scalar weight = new Scalar(1 - decay);
      for (String name : parameters.names()) {
        average.get(name).lerp_(parameters.get(name), weight);
      }
    }
  }
}
