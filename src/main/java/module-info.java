/**
 * hale for programs that embed it. {@link dev.hale.Hale} is the door; what is exported is what goes
 * in and comes out of it. Commands, trainings and methods of one's own use more than that and run
 * on the class path.
 */
module dev.hale {
  exports dev.hale;
  exports dev.hale.detection;
  exports dev.hale.detection.method;
  exports dev.hale.detection.result;
  exports dev.hale.engine;
  exports dev.hale.io;
  exports dev.hale.scan;

  requires com.fasterxml.jackson.annotation;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires java.desktop;
  requires java.logging;
  requires java.management;
  requires jdk.management;
  requires org.bytedeco.cuda;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.openblas;
  requires org.bytedeco.pytorch;
  requires org.snakeyaml.engine.v2;
  // For PyTorch's checkpoints alone; it is no module, and jlink takes none that is not.
  requires static pickle;

  // Records that are read from and written to a model's files.
  opens dev.hale.attribution to
      com.fasterxml.jackson.databind;
  opens dev.hale.detection to
      com.fasterxml.jackson.databind;
  opens dev.hale.detection.method to
      com.fasterxml.jackson.databind;
  opens dev.hale.detection.result to
      com.fasterxml.jackson.databind;
  opens dev.hale.diffusion to
      com.fasterxml.jackson.databind;
  opens dev.hale.model to
      com.fasterxml.jackson.databind;
  opens dev.hale.scan to
      com.fasterxml.jackson.databind;

  uses dev.hale.detection.method.DetectionMethod;
  uses dev.hale.diffusion.Sampler;
  uses dev.hale.engine.PlatformNatives;

  provides dev.hale.detection.method.DetectionMethod with
      dev.hale.detection.method.CounterfactualMethod,
      dev.hale.detection.method.ConstrainedAttributionMethod,
      dev.hale.detection.method.UnconstrainedAttributionMethod,
      dev.hale.detection.method.GuidanceMethod,
      dev.hale.detection.method.GateMethod,
      dev.hale.detection.method.FusionMethod,
      dev.hale.detection.method.RegenerationMethod,
      dev.hale.detection.method.SegmenterMethod,
      dev.hale.detection.method.DifFuseMethod,
      dev.hale.detection.method.DdpmMethod,
      dev.hale.detection.method.ReconstructionMethod,
      dev.hale.detection.method.ClassifierFreeMethod,
      dev.hale.detection.method.AnofpdmMethod,
      dev.hale.detection.method.AndiMethod,
      dev.hale.detection.method.VaeMethod,
      dev.hale.detection.method.FixedPointGanMethod,
      dev.hale.detection.method.IntensityMethod;
  provides dev.hale.diffusion.Sampler with
      dev.hale.diffusion.DdimSampler,
      dev.hale.diffusion.SparseDdimSampler,
      dev.hale.diffusion.DdpmSampler;
}
