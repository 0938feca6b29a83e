package dev.hale.engine.kernels;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * The code of every kernel for one kind of processor. {@link CheckedKernels} has made sure of all
 * arguments before it gets here.
 */
interface KernelCode {

  /** Which code it is, for {@link Kernels#implementation}. */
  String implementation();

  /** Whether networks are quicker in bfloat16 there. */
  boolean hasBf16();

  /** Where its tensors live. */
  DeviceType device();

  /**
   * Begins a call.
   *
   * @param tensor one of the call's tensors
   * @param index which of the processors of this kind they are on
   */
  KernelCall begin(Tensor tensor, int index);
}
