package dev.hale.app.sample;

import dev.hale.diffusion.Samplers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which images a diffusion model is to make.
 *
 * @param source what they are made of
 * @param kind the class that the network is told; empty for each of its classes in turn
 * @param count images of a class, at least 1, on a way from one to another at least 2
 * @param steps numbers of steps of DDIM, each once; the same images are made with each
 * @param level the noise level from which they are made, in training steps; empty for the highest
 *     that the model has learned
 * @param sampler by name; one that draws no noise where there is a way, or several numbers of
 *     steps: what is compared has to come from the same noise
 * @param eta of DDIM, 0 for no noise to 1 for as much as DDPM; 0 likewise
 * @param seed of the first image; the next have the next
 */
public record SampleSettings(
    SampleSource source,
    Optional<String> kind,
    int count,
    List<Integer> steps,
    OptionalInt level,
    String sampler,
    double eta,
    long seed) {
  public SampleSettings {
    steps = List.copyOf(steps);
    int least = source.isWay() ? 2 : 1;
    if (count < least) {
      throw new IllegalArgumentException(
          "the number of images must be at least %d, not %d".formatted(least, count));
    }
    if (steps.isEmpty() || steps.stream().distinct().count() < steps.size()) {
      throw new IllegalArgumentException("numbers of steps must be different, got " + steps);
    }
    if (Samplers.named(sampler).draws(eta) && (source.isWay() || steps.size() > 1)) {
      throw new IllegalArgumentException(
          ("%s with eta %s draws noise, which would hide what two images or two numbers of steps"
                  + " differ by")
              .formatted(sampler, eta));
    }
    if (eta != 0 && !Samplers.named(sampler).takesEta()) {
      throw new IllegalArgumentException("%s takes no eta; leave it out".formatted(sampler));
    }
  }
}
