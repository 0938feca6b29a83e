package dev.hale.engine;

/**
 * What computes here.
 *
 * @param libTorch version of LibTorch and of its Java binding, such as {@code 2.10.0-1.5.13}
 * @param platform operating system and processor, such as {@code linux-x86_64}
 * @param cpuCapability the vector instructions that LibTorch uses, such as {@code AVX2}
 * @param paddedChannels the multiple that a convolution's channels are padded to around a fault of
 *     oneDNN; 1 where this machine does not show it
 * @param threads how many threads one operation may use
 * @param cudaDevices number of GPUs that LibTorch can use
 * @param whyNoCuda the reason, one line; empty where there are GPUs
 */
public record EngineInfo(
    String libTorch,
    String platform,
    String cpuCapability,
    int paddedChannels,
    int threads,
    int cudaDevices,
    String whyNoCuda) {
  public boolean padsChannels() {
    return paddedChannels > 1;
  }

  public boolean cudaAvailable() {
    return whyNoCuda.isEmpty();
  }
}
