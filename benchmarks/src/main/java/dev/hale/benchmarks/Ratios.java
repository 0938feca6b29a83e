package dev.hale.benchmarks;

import dev.hale.engine.Device;
import dev.hale.engine.Engine;
import dev.hale.engine.Precision;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints every ratio that hale's speed is judged by, with its goal. The two sides of a ratio run in
 * turn, so that what else the machine does falls on both; the median of the rounds' ratios counts,
 * and its quartiles say how sure it is.
 */
public final class Ratios {
  private static final int ROUNDS = 15;
  private static final int DETECTION_ROUNDS = 3;
  private static final double LEAST_NANOS = 3e7;
  private static final double LARGE_CONVOLUTION_FLOPS = 2.0 * 8 * 64 * 64 * 128 * 128 * 9;
  private static final double NO_GOAL = Double.NaN;

  private Ratios() {}

  /** All parts, in about five minutes, or those that are named. */
  public static void main(String[] args) {
    System.out.printf(
        "%d threads, %s%n", Engine.info().threads(), Kernels.of(Device.CPU).implementation());
    System.out.printf("%-44s %-24s %7s  %-15s %s%n", "ratio", "of", "median", "quartiles", "goal");
    Map<String, Runnable> parts = new LinkedHashMap<>();
    parts.put("steps", Ratios::steps);
    parts.put("norms", Ratios::norms);
    parts.put("gradients", Ratios::gradients);
    parts.put("attributions", Ratios::attributions);
    parts.put("networks", Ratios::networks);
    parts.put("detections", Ratios::detections);
    parts.put("trainings", Ratios::trainings);
    parts.put("starts", Starts::print);
    for (String part : args.length == 0 ? parts.keySet() : List.of(args)) {
      if (!parts.containsKey(part)) {
        System.err.printf(
            "no part \"%s\": there are %s%n", part, String.join(", ", parts.keySet()));
        System.exit(2);
      }
      parts.get(part).run();
    }
  }

  private static void steps() {
    DenoiseStepBenchmark small = images(4);
    for (int call = 0; call < 20_000; call++) { // so that the Java code is compiled, as JMH has it
      small.fused();
      small.fusedComposed();
      small.eagerChain();
      small.copy();
    }
    for (int side : new int[] {96, 256, 512}) {
      DenoiseStepBenchmark step = images(side);
      String of = "16x4x%dx%d".formatted(side, side);
      // 512 is what lies beyond the cache.
      line(
          "LibTorch chain / fused step",
          of,
          1,
          step::eagerChain,
          step::fused,
          side > 256 ? 5 : NO_GOAL);
      line("bandwidth, fused step / copy", of, 1, step::copy, step::fused, 0.8);
      line("composed step / step", of, 1, step::fusedComposed, step::fused, NO_GOAL);
      line("step, lerp / composed step", of, 1, step::fusedThenLerp, step::fusedComposed, NO_GOAL);
      line(
          "step, 3 calls / composed step",
          of,
          1,
          step::fusedThenChain,
          step::fusedComposed,
          NO_GOAL);
    }
  }

  private static DenoiseStepBenchmark images(int side) {
    DenoiseStepBenchmark step = new DenoiseStepBenchmark();
    step.side = side;
    step.images();
    return step;
  }

  private static void norms() {
    for (String precision : new String[] {"float32", "bf16"}) {
      for (String shape :
          new String[] {"16x64x96x96", "16x64x48x48", "16x128x24x24", "1x128x256x256"}) {
        GroupNormBenchmark norm = new GroupNormBenchmark();
        norm.shape = shape;
        norm.precision = precision;
        norm.features();
        line(
            "LibTorch / fused group norm + SiLU",
            shape + " " + precision,
            1,
            norm::libTorch,
            norm::fused,
            1.5);
      }
    }
  }

  private static void gradients() {
    for (String precision : new String[] {"float32", "bf16"}) {
      for (String shape : new String[] {"16x64x96x96", "16x64x48x48", "16x128x24x24"}) {
        GroupNormBenchmark norm = new GroupNormBenchmark();
        norm.shape = shape;
        norm.precision = precision;
        norm.features();
        String of = shape + " " + precision;
        line(
            "LibTorch, last / fused norm backwards",
            of,
            1,
            norm::libTorchBackward,
            norm::fusedBackward,
            NO_GOAL);
        line(
            "LibTorch, planes / fused norm backwards",
            of,
            1,
            norm::libTorchBackwardInPlanes,
            norm::fusedBackward,
            NO_GOAL);
      }
    }
    for (String network : new String[] {"demo", "paper"}) {
      ClassifierGradientBenchmark classifier = new ClassifierGradientBenchmark();
      classifier.network = network;
      classifier.classifier();
      line(
          "classifier gradient, before / after",
          network + ", float32",
          1,
          classifier::recorded,
          classifier::guidance,
          NO_GOAL);
    }
  }

  private static void attributions() {
    for (int side : new int[] {96, 256}) {
      AttributionBenchmark kernel = new AttributionBenchmark();
      kernel.side = side;
      kernel.images();
      String of = "16x4x%dx%d".formatted(side, side);
      line("LibTorch chain / path points", of, 1, kernel::pathChain, kernel::path, NO_GOAL);
      line(
          "LibTorch chain / accumulation",
          of,
          1,
          kernel::accumulationChain,
          kernel::accumulation,
          NO_GOAL);
      line(
          "LibTorch chain / constraint",
          of,
          1,
          kernel::constraintChain,
          kernel::constraint,
          NO_GOAL);
      line("LibTorch chain / attribution map", of, 1, kernel::mapChain, kernel::map, NO_GOAL);
    }
  }

  private static void networks() {
    NetworkBenchmark network = new NetworkBenchmark();
    network.network();
    line(
        "U-Net, contiguous / channels-last",
        "demo",
        1,
        network::unet,
        network::unetChannelsLast,
        NO_GOAL);
    PaperNetwork paper = new PaperNetwork();
    line(
        "FLOP rate, U-Net / large convolution",
        "paper's, 1 image, float32",
        flops(paper::call) / LARGE_CONVOLUTION_FLOPS,
        network::largeConvolution,
        paper::call,
        0.7);
  }

  private static void detections() {
    NetworkBenchmark network = new NetworkBenchmark();
    network.network();
    DetectionBenchmark full = detection("float32", 0);
    workers(full);
    double work = flops(full::detection) / LARGE_CONVOLUTION_FLOPS;
    line(
        "FLOP rate, detection / large convolution",
        "demo float32",
        work,
        network::largeConvolution,
        full::detection,
        0.7);
    if (Kernels.of(Device.CPU).usable(Precision.BF16) == Precision.BF16) {
      DetectionBenchmark half = detection("bf16", 0);
      workers(half);
      line(
          "FLOP rate, detection / large convolution",
          "demo bf16",
          work,
          network::largeConvolutionBf16,
          half::detection,
          0.7);
      line("detection, float32 / bf16", "demo", 1, full::detection, half::detection, 1.7);
      half.close();
    } else {
      System.out.println("no instructions for bf16: detection computes in float32 in its place");
    }
    full.close();
  }

  private static void workers(DetectionBenchmark several) {
    DetectionBenchmark one = detection(several.precision, 1);
    line(
        "detection, one batch / workers",
        "demo " + several.precision,
        1,
        one::detection,
        several::detection,
        1.3);
    one.close();
  }

  private static void trainings() {
    NetworkBenchmark network = new NetworkBenchmark();
    network.network();
    // Forwards, and backwards by images and by weights.
    double convolution = 3 * LARGE_CONVOLUTION_FLOPS;
    double step = 3.0 * flops(network::unetChannelsLast);
    boolean half = Kernels.of(Device.CPU).usable(Precision.BF16) == Precision.BF16;
    for (Precision precision : half ? Precision.values() : new Precision[] {Precision.FLOAT32}) {
      boolean rounds = precision == Precision.BF16;
      try (PlainTraining before = new PlainTraining(precision);
          TrainingSteps threads = new TrainingSteps(precision, 16, 1);
          TrainingSteps workers = new TrainingSteps(precision, 8, 0)) {
        String of = "demo " + precision;
        line(
            "training, plain LibTorch / workers",
            of,
            1,
            before::step,
            workers::step,
            rounds ? 1.8 : NO_GOAL);
        line("training, threads / workers", of, 1, threads::step, workers::step, NO_GOAL);
        line(
            "FLOP rate, training / large convolution",
            of,
            step / convolution,
            rounds ? network::trainLargeConvolutionBf16 : network::trainLargeConvolution,
            workers::step,
            rounds ? 0.65 : NO_GOAL);
      }
    }
  }

  /** Floating-point operations of one call, counted. */
  private static long flops(Runnable work) {
    try (Trace trace = Trace.begin(Device.CPU)) {
      work.run();
      return trace.spans().stream().mapToLong(Span::flops).sum();
    }
  }

  private static DetectionBenchmark detection(String precision, int workers) {
    DetectionBenchmark detection = new DetectionBenchmark();
    detection.precision = precision;
    detection.workers = workers;
    detection.model();
    return detection;
  }

  /** One ratio: factor × time of {@code above} ÷ time of {@code below}. */
  private static void line(
      String name, String of, double factor, Runnable above, Runnable below, double goal) {
    int callsAbove = calls(above);
    int callsBelow = calls(below);
    boolean slow = callsBelow == 1 && nanos(below, 1) > 1e9;
    double[] ratios = new double[slow ? DETECTION_ROUNDS : ROUNDS];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = factor * nanos(above, callsAbove) / nanos(below, callsBelow);
    }
    Arrays.sort(ratios);
    double median = ratios[ratios.length / 2];
    String met =
        Double.isNaN(goal) ? "" : "%.2f %s".formatted(goal, median >= goal ? "met" : "missed");
    System.out.printf(
        Locale.ROOT,
        "%-44s %-24s %7.2f  %-15s %s%n",
        name,
        of,
        median,
        String.format(
            Locale.ROOT, "%.2f - %.2f", ratios[ratios.length / 4], ratios[3 * ratios.length / 4]),
        met);
  }

  /** How many calls make a time worth measuring; they warm up, too. */
  private static int calls(Runnable work) {
    int calls = 1;
    work.run();
    while (calls < 1 << 16 && nanos(work, calls) * calls < LEAST_NANOS) {
      calls *= 2;
    }
    return calls;
  }

  /** Of one call. */
  private static double nanos(Runnable work, int calls) {
    long start = System.nanoTime();
    for (int call = 0; call < calls; call++) {
      work.run();
    }
    return (double) (System.nanoTime() - start) / calls;
  }
}
