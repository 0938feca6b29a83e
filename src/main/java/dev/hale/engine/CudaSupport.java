package dev.hale.engine;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Whether LibTorch can use CUDA here and, where it cannot, the reason a person can act on.
 *
 * @param devices number of GPUs that LibTorch sees
 * @param whyNot one line; empty where CUDA is available
 */
record CudaSupport(int devices, String whyNot) {
  private static final String NO_DEVICE =
      "LibTorch has CUDA but sees no device (is NVIDIA's driver loaded, does CUDA_VISIBLE_DEVICES"
          + " hide it?)";
  private static final String BINDING = "org.bytedeco.pytorch.global.torch_cuda";

  boolean available() {
    return whyNot.isEmpty();
  }

  /** Asks LibTorch; the answer does not change while the program runs. */
  static CudaSupport probe() {
    return Holder.FOUND;
  }

  private static final class Holder {
    static final CudaSupport FOUND = ask();
  }

  private static CudaSupport ask() {
    Engine.load();
    if (torch.hasCUDA()) {
      int devices = torch.cuda_device_count();
      return new CudaSupport(devices, devices > 0 ? "" : NO_DEVICE);
    }
    String library =
        "org/bytedeco/pytorch/%s-gpu/%s"
            .formatted(Loader.getPlatform(), System.mapLibraryName("torch_cuda"));
    if (torch.class.getClassLoader().getResource(library) == null) {
      return new CudaSupport(
          0,
          "the LibTorch on the class path is the CPU build"
              + " (no org.bytedeco:pytorch with classifier %s-gpu)"
                  .formatted(Loader.getPlatform()));
    }
    return new CudaSupport(0, failure());
  }

  /** LibTorch says that it has no CUDA where it has it but sees no device, too. */
  private static String failure() {
    try {
      NativeLibraries.load(Class.forName(BINDING));
      return NO_DEVICE;
    } catch (ClassNotFoundException | LinkageError e) {
      return "LibTorch's CUDA libraries could not be loaded: " + Engine.rootMessage(e);
    }
  }
}
