package dev.hale.engine.kernels;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * How JavaCPP makes {@code NativeCuda} from {@code src/main/cpp/gpu/hale_gpu.h}: hale's way to
 * CUDA's libraries. A library of its own beside that of {@code NativeKernels}, whose structures it
 * takes.
 */
@Properties(
    inherit = KernelsBinding.class,
    value = @Platform(include = "gpu/hale_gpu.h"),
    target = "dev.hale.engine.kernels.NativeCuda")
class CudaBinding {}
