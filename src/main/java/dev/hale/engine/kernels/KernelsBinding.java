package dev.hale.engine.kernels;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * How JavaCPP makes {@code NativeKernels} from {@code src/main/cpp/hale.h}, name for name, when
 * hale is built: every function and structure that is declared there can be called from Java.
 */
@Properties(
    value = @Platform(include = "hale.h"),
    target = "dev.hale.engine.kernels.NativeKernels",
    helper = "dev.hale.engine.kernels.KernelsAfterLibTorch")
class KernelsBinding {}
