package dev.hale.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.TinyNetworks;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CriticScoreTest {
  private static final int SIDE = 48;

  private Scope scope;
  private Parameters parameters;

  @BeforeEach
  void open() {
    scope = new Scope();
  }

  @AfterEach
  void close() {
    parameters.close();
    scope.close();
  }

  @ParameterizedTest
  @EnumSource(CriticConfig.Pool.class)
  void scoresAreTheirFormulas(CriticConfig.Pool pool) {
    ConvCritic critic = critic(pool);
    Tensor x = TinyNetworks.image(1, 2, 1, SIDE, SIDE);
    float[] logits = Tensors.values(critic.forward(x));
    float[] outputs = Tensors.values(critic.outputMap(x));
    float[] logit = Tensors.values(CriticScore.LOGIT.of(critic).of(x));
    float[] places = Tensors.values(CriticScore.PLACES.of(critic).of(x));
    int each = outputs.length / 2;
    for (int n = 0; n < 2; n++) {
      assertEquals(logits[n], logit[n], 0);
      double allHealthy = 1; // the probability
      for (int p = n * each; p < (n + 1) * each; p++) {
        allHealthy *= 1 - 1 / (1 + Math.exp(-outputs[p]));
      }
      assertEquals(-Math.log(allHealthy), places[n], 1e-4 * Math.abs(places[n]));
    }
  }

  /** Why plaques are mapped by places: a logit near the largest output shows one lesion of two. */
  @Test
  void aWeakerLesionIsSeenBesideAStronger() {
    ConvCritic critic = brightness();
    Tensor x = torch.zeros(1, 1, SIDE, SIDE);
    spot(x, 8).fill_(new Scalar(1));
    spot(x, 32).fill_(new Scalar(0.7));
    double byLogit = weaker(CriticScore.LOGIT, critic, x);
    double byPlaces = weaker(CriticScore.PLACES, critic, x);
    assertTrue(byLogit < 0.1 && byPlaces > 0.7, byLogit + " and " + byPlaces);
    spot(x, 8).fill_(new Scalar(0));
    assertEquals(1, weaker(CriticScore.LOGIT, critic, x), 1e-6); // alone, it takes all
  }

  /** The gradient at the weaker spot as a share of that at either spot, whichever is larger. */
  private static double weaker(CriticScore score, ConvCritic critic, Tensor x) {
    Tensor gradient = new Gradient().of(score.of(critic), x);
    double strong = spot(gradient, 8).sum().item_double();
    double weak = spot(gradient, 32).sum().item_double();
    return weak / Math.max(strong, weak);
  }

  private static Tensor spot(Tensor x, long at) {
    return x.narrow(2, at, 8).narrow(3, at, 8);
  }

  private ConvCritic critic(CriticConfig.Pool pool) {
    CriticConfig config = new CriticConfig(2, 1, List.of(1), 4, 2, false, false, pool);
    parameters = TinyNetworks.byFormula(ConvCritic.shapes(config));
    return new ConvCritic(config, parameters);
  }

  /** Outputs are 16 where all is 1 and -4 where all is 0. */
  private ConvCritic brightness() {
    ConvCritic critic = critic(CriticConfig.Pool.LOG_MEAN_EXP);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      parameters.get("conv1.features.0.weight").fill_(new Scalar(1.0 / 16));
      parameters.get("conv1.features.0.bias").fill_(new Scalar(0));
      parameters.get("conv2.features.0.weight").fill_(new Scalar(20.0 / 16));
      parameters.get("conv2.features.0.bias").fill_(new Scalar(-4));
    }
    return critic;
  }
}
