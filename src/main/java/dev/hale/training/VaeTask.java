package dev.hale.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hale.engine.Parameters;
import dev.hale.model.NetworkFile;
import dev.hale.model.VaeConfig;
import dev.hale.model.VariationalAutoencoder;
import dev.hale.model.VariationalAutoencoder.Posterior;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A variational autoencoder learns to reproduce images, which are to be healthy ones only: mean
 * squared error over all values of an image (background included, which is the same everywhere and
 * soon learnt) plus β times the KL divergence a value. That is, up to a constant, the negative
 * evidence lower bound (Kingma and Welling 2014, eq. 10, one sample) a value, in units of 2σ² = β.
 *
 * @param network layout and β
 */
public record VaeTask(VaeConfig network) implements Task {
  /** The task of a training. */
  public static VaeTask of(VaeConfig network, TrainingSettings settings) {
    settings.requireCleanImages();
    return new VaeTask(network);
  }

  @Override
  public Parameters initialise() {
    return VariationalAutoencoder.initialise(network);
  }

  @Override
  public ObjectNode config() {
    return NetworkFile.config("vae", network);
  }

  @Override
  public boolean noisesImages() {
    return false;
  }

  @Override
  public Tensor losses(Parameters weights, NoisyImages images, StepContext step) {
    return terms(weights, images).total(network.beta());
  }

  @Override
  public Validation validation() {
    return new VaeValidation(this);
  }

  /**
   * Both parts of the loss, {@code [N]} float32 each.
   *
   * @param reconstruction mean squared error
   * @param kl nats a value of the image
   */
  record Terms(Tensor reconstruction, Tensor kl) {
    Tensor total(double beta) {
      return reconstruction.add(kl, new Scalar(beta));
    }
  }

  /** The code of an image is drawn with the first numbers of its noise. */
  Terms terms(Parameters weights, NoisyImages images) {
    VariationalAutoencoder vae = new VariationalAutoencoder(network, weights);
    Posterior posterior = vae.encode(images.x0());
    Tensor noise = images.noise().contiguous().flatten(1, -1).narrow(1, 0, network.latentSize());
    Tensor decoded = vae.decode(posterior.sample(noise));
    Tensor errors = decoded.sub(images.x0()).square().flatten(1, -1);
    return new Terms(errors.mean(1), posterior.kl().div(new Scalar(errors.size(1))));
  }
}
