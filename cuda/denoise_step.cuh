// One denoising step on a GPU: the arithmetic of denoise_formula.h, one pass over memory.
//
// The step moves about 12 to 36 bytes for each element and computes little, so the only thing that
// matters is that memory is read in wide, adjacent pieces. There are three walks, and the launcher
// takes the best one that the tensors allow:
//
//   planar         4 pixels of a row at a time, one channel after another (NCHW tensors)
//   channels-last  1 pixel at a time, 4 channels at once (NHWC tensors with C a multiple of 4)
//   strided        1 pixel at a time, one channel after another: any strides at all
//
// In all three a thread owns its pixels through all channels: the gate is read once for all of
// them. Neighbouring threads own neighbouring pixels, so that a warp's accesses are adjacent. A
// grid-stride loop lets a launch of any size serve an image of any size.
//
// next may be x itself: each thread reads all of an element's operands before it writes the
// element, and no other thread touches that element. For the same reason no pointer is marked
// __restrict__.
//
// The kernels are extern "C" and take the two structures of hale.h by value, so that they can be
// launched from Java after a compilation at run time as well as from the launcher below. Results
// differ from the CPU's in the last bits: the GPU fuses multiplications with additions.
#ifndef HALE_CUDA_DENOISE_STEP_CUH_
#define HALE_CUDA_DENOISE_STEP_CUH_

#include "denoise_formula.h"
#include "hale_cuda.cuh"

// kWidth adjacent floats, read or written at once.
template <int kWidth>
struct hale_pack {
  float at[kWidth];
};

template <int kWidth>
__device__ hale_pack<kWidth> hale_load(const hale_tensor& t, int64_t offset) {
  hale_pack<kWidth> pack;
  if constexpr (kWidth == 4) {
    const float4 four = *reinterpret_cast<const float4*>(t.data + offset);
    pack.at[0] = four.x;
    pack.at[1] = four.y;
    pack.at[2] = four.z;
    pack.at[3] = four.w;
  } else {
    static_assert(kWidth == 1, "packs are of 1 or 4");
    pack.at[0] = t.data[offset];
  }
  return pack;
}

template <int kWidth>
__device__ void hale_store(const hale_tensor& t, int64_t offset, const hale_pack<kWidth>& pack) {
  if constexpr (kWidth == 4) {
    *reinterpret_cast<float4*>(t.data + offset) =
        make_float4(pack.at[0], pack.at[1], pack.at[2], pack.at[3]);
  } else {
    t.data[offset] = pack.at[0];
  }
}

// The grid-stride loop of all three walks, with packs of kPixels or of kChannels (one of them is
// 1). Composing is compiled apart: asked for at run time it takes registers from every step.
template <int kPixels, int kChannels, bool kComposes>
__device__ void hale_denoise_pixels(const hale_step& s, const hale_step_coefficients& k) {
  constexpr int kWidth = kPixels * kChannels;
  const int64_t channels = s.size[1], height = s.size[2], groups = s.size[3] / kPixels;
  const int64_t items = s.size[0] * height * groups;
  const bool has_gradient = s.gradient.data != nullptr, has_noise = s.noise.data != nullptr;
  const bool learned = k.learned_variance != 0;
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t item = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; item < items;
       item += stride) {
    const int64_t w = item % groups * kPixels, h = item / groups % height,
                  n = item / (groups * height);
    const auto at = [&](const hale_tensor& t, int64_t c) {
      return n * t.stride[0] + c * t.stride[1] + h * t.stride[2] + w * t.stride[3];
    };
    hale_pack<kPixels> gate = {};
    if constexpr (kComposes) gate = hale_load<kPixels>(s.gate, at(s.gate, 0));
    for (int64_t c = 0; c < channels; c += kChannels) {
      const hale_pack<kWidth> x = hale_load<kWidth>(s.x, at(s.x, c));
      const hale_pack<kWidth> output = hale_load<kWidth>(s.output, at(s.output, c));
      hale_pack<kWidth> variance = {}, gradient = {}, noise = {}, outside = {};
      if (learned) variance = hale_load<kWidth>(s.output, at(s.output, channels + c));
      if (has_gradient) gradient = hale_load<kWidth>(s.gradient, at(s.gradient, c));
      if (has_noise) noise = hale_load<kWidth>(s.noise, at(s.noise, c));
      if constexpr (kComposes) outside = hale_load<kWidth>(s.outside, at(s.outside, c));
      hale_pack<kWidth> next, x0;
      for (int i = 0; i < kWidth; ++i) {
        const hale_denoised<float> y =
            hale_denoise<float>(k, x.at[i], output.at[i], variance.at[i], gradient.at[i],
                                noise.at[i], has_gradient, has_noise, learned);
        next.at[i] = y.next;
        if constexpr (kComposes) {
          next.at[i] = hale_compose<float>(gate.at[kPixels == 1 ? 0 : i], y.next, outside.at[i]);
        }
        x0.at[i] = y.x0;
      }
      hale_store<kWidth>(s.next, at(s.next, c), next);
      if (s.pred_x0.data != nullptr) hale_store<kWidth>(s.pred_x0, at(s.pred_x0, c), x0);
    }
  }
}

extern "C" {

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_denoise_step_strided(hale_step s, hale_step_coefficients k) {
  hale_denoise_pixels<1, 1, false>(s, k);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_denoise_step_planar(hale_step s, hale_step_coefficients k) {
  hale_denoise_pixels<4, 1, false>(s, k);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_denoise_step_channels_last(hale_step s, hale_step_coefficients k) {
  hale_denoise_pixels<1, 4, false>(s, k);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_denoise_step_composed_strided(hale_step s, hale_step_coefficients k) {
  hale_denoise_pixels<1, 1, true>(s, k);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_denoise_step_composed_planar(hale_step s, hale_step_coefficients k) {
  hale_denoise_pixels<4, 1, true>(s, k);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_denoise_step_composed_channels_last(hale_step s, hale_step_coefficients k) {
  hale_denoise_pixels<1, 4, true>(s, k);
}

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "denoise_step_launch.h"

#ifdef __CUDACC__
// Queues the step on `stream` and returns at once. Errors of the launch itself are returned; those
// of the run appear at the next synchronisation, as for any kernel.
inline cudaError_t hale_cuda_denoise_step(const hale_step& s, const hale_step_coefficients& k,
                                          cudaStream_t stream) {
  hale_launch_denoise_step(s, k, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_DENOISE_STEP_CUH_
