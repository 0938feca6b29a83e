// A stand-in for CUDA's libraries, as one: the functions of the driver, of NVRTC and of NVTX that
// hale calls. The device's memory is the host's and a launch runs the kernel on the machine of
// cuda_machine.h, with the arguments unpacked by the kernel's own types. What a driver would refuse
// is refused: a launch without a context, code for another architecture, an unknown kernel.
//
// Tests talk to it by files beside the library: what is called is appended to LIBRARY.calls if that
// exists; LIBRARY.faults has lines "function result", and such a function fails with that result.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

#include "cuda_on_cpu.h"
// The machine comes first: it gives CUDA's words their meaning.
#include "attribution.cuh"
#include "attribution_map.cuh"
#include "denoise_step.cuh"
#include "group_norm.cuh"
#include "group_norm_backward.cuh"
#include "histogram.cuh"
// The library's declarations of the kernels must be these kernels'.
#undef HALE_KERNEL
#include "gpu/kernels.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

constexpr int kInvalidValue = 1, kInvalidDevice = 101, kInvalidImage = 200, kInvalidContext = 201;
constexpr int kNoCodeForDevice = 209, kNotFound = 500, kLaunchFailed = 719;  // CUresult
constexpr int kCompilation = 6, kInvalidOption = 5;                          // nvrtcResult
constexpr int kArchitecture = 90;

std::mutex mutex;
thread_local int contexts = 0;  // pushed
char primary_context;
std::string options;

std::string beside(const char* suffix) {
  Dl_info here;
  dladdr(reinterpret_cast<void*>(&beside), &here);
  return here.dli_fname + std::string(suffix);
}

void tell(const std::string& call) {
  if (!std::ifstream(beside(".calls"))) return;
  std::ofstream(beside(".calls"), std::ios::app) << call << std::endl;
}

// What the function is to return.
int called(const std::string& function, const std::string& details = "") {
  tell(details.empty() ? function : function + " " + details);
  std::ifstream faults(beside(".faults"));
  std::string name;
  for (int result; faults >> name >> result;) {
    if (name == function) return result;
  }
  return 0;
}

using Kernel = std::function<void(void** arguments)>;

template <typename... Parameters, size_t... kIndices>
void call(void (*kernel)(Parameters...), void** arguments, std::index_sequence<kIndices...>) {
  kernel(*static_cast<Parameters*>(arguments[kIndices])...);
}

template <typename... Parameters>
Kernel unpacking(void (*kernel)(Parameters...)) {
  return
      [=](void** arguments) { call(kernel, arguments, std::index_sequence_for<Parameters...>{}); };
}

const std::map<std::string, Kernel>& kernels() {
#define KERNEL(name) \
  { #name, unpacking(name) }
  static const std::map<std::string, Kernel> all = {
      KERNEL(hale_denoise_step_strided),
      KERNEL(hale_denoise_step_planar),
      KERNEL(hale_denoise_step_channels_last),
      KERNEL(hale_denoise_step_composed_strided),
      KERNEL(hale_denoise_step_composed_planar),
      KERNEL(hale_denoise_step_composed_channels_last),
      KERNEL(hale_group_norm_moments_channels_last_float32),
      KERNEL(hale_group_norm_moments_strided_float32),
      KERNEL(hale_group_norm_settle_float32),
      KERNEL(hale_group_norm_apply_channels_last_float32),
      KERNEL(hale_group_norm_apply_strided_float32),
      KERNEL(hale_group_norm_moments_channels_last_bfloat16),
      KERNEL(hale_group_norm_moments_strided_bfloat16),
      KERNEL(hale_group_norm_settle_bfloat16),
      KERNEL(hale_group_norm_apply_channels_last_bfloat16),
      KERNEL(hale_group_norm_apply_strided_bfloat16),
      KERNEL(hale_group_norm_whole_float32),
      KERNEL(hale_group_norm_whole_bfloat16),
      KERNEL(hale_group_norm_slopes_channels_last_float32),
      KERNEL(hale_group_norm_slopes_strided_float32),
      KERNEL(hale_group_norm_settle_slopes_float32),
      KERNEL(hale_group_norm_backward_channels_last_float32),
      KERNEL(hale_group_norm_backward_strided_float32),
      KERNEL(hale_group_norm_slopes_channels_last_bfloat16),
      KERNEL(hale_group_norm_slopes_strided_bfloat16),
      KERNEL(hale_group_norm_settle_slopes_bfloat16),
      KERNEL(hale_group_norm_backward_channels_last_bfloat16),
      KERNEL(hale_group_norm_backward_strided_bfloat16),
      KERNEL(hale_path_points_flat),
      KERNEL(hale_accumulate_flat),
      KERNEL(hale_constraint_count_flat),
      KERNEL(hale_constraint_cost_flat),
      KERNEL(hale_path_points_strided),
      KERNEL(hale_accumulate_strided),
      KERNEL(hale_constraint_count_strided),
      KERNEL(hale_constraint_cost_strided),
      KERNEL(hale_constraint_means),
      KERNEL(hale_map_sums),
      KERNEL(hale_map_along),
      KERNEL(hale_map_across),
      KERNEL(hale_map_normalise),
      KERNEL(hale_map_begin_ranges),
      KERNEL(hale_map_begin_counts),
      KERNEL(hale_map_begin_selection),
      KERNEL(hale_map_range),
      KERNEL(hale_map_bins),
      KERNEL(hale_map_digits),
      KERNEL(hale_map_choose),
      KERNEL(hale_map_mark),
  };
#undef KERNEL
  return all;
}

}  // namespace

EXPORT int cuInit(unsigned) { return called("cuInit"); }

EXPORT int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return ordinal == 0 ? called("cuDeviceGet") : kInvalidDevice;
}

EXPORT int cuDeviceGetAttribute(int* value, int attribute, int) {
  if (attribute != 75 && attribute != 76) return kInvalidValue;
  *value = attribute == 75 ? kArchitecture / 10 : kArchitecture % 10;
  return called("cuDeviceGetAttribute");
}

EXPORT int cuDevicePrimaryCtxRetain(void** context, int) {
  *context = &primary_context;
  return called("cuDevicePrimaryCtxRetain");
}

EXPORT int cuCtxPushCurrent_v2(void* context) {
  if (context != &primary_context) return kInvalidContext;
  const int result = called("cuCtxPushCurrent");
  contexts += result == 0;
  return result;
}

EXPORT int cuCtxPopCurrent_v2(void** context) {
  if (contexts == 0) return kInvalidContext;
  *context = &primary_context;
  --contexts;
  return called("cuCtxPopCurrent");
}

EXPORT int cuModuleLoadData(void** module, const void* image) {
  if (contexts == 0) return kInvalidContext;
  const int result = called("cuModuleLoadData");
  if (result != 0) return result;
  const std::string code = static_cast<const char*>(image);
  if (code.rfind("stand-in code for ", 0) != 0) return kInvalidImage;
  if (code != "stand-in code for sm_" + std::to_string(kArchitecture)) return kNoCodeForDevice;
  *module = const_cast<std::map<std::string, Kernel>*>(&kernels());
  return 0;
}

EXPORT int cuModuleGetFunction(void** function, void*, const char* name) {
  if (contexts == 0) return kInvalidContext;
  const auto found = kernels().find(name);
  if (found == kernels().end()) return kNotFound;
  *function = const_cast<std::pair<const std::string, Kernel>*>(&*found);
  return called("cuModuleGetFunction", name);
}

EXPORT int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                          unsigned block_x, unsigned block_y, unsigned block_z, unsigned,
                          void* stream, void** arguments, void**) {
  if (contexts == 0) return kInvalidContext;
  if (grid_y * grid_z * block_y * block_z != 1 || block_x != HALE_CUDA_BLOCK) return kInvalidValue;
  const auto& kernel = *static_cast<std::pair<const std::string, Kernel>*>(function);
  const auto handle = reinterpret_cast<uintptr_t>(stream);
  const int result = called("cuLaunchKernel", kernel.first + " on " + std::to_string(handle));
  if (result != 0) return result;
  const std::lock_guard<std::mutex> lock(mutex);  // there is one machine
  try {
    cuda_on_cpu::run(grid_x, block_x, cuda_on_cpu::Order::kForward,
                     [&] { kernel.second(arguments); });
  } catch (const cuda_on_cpu::Error& e) {
    std::fprintf(stderr, "%s: %s\n", kernel.first.c_str(), e.what());
    return kLaunchFailed;
  }
  return 0;
}

EXPORT int cuMemcpyHtoDAsync_v2(unsigned long long to, const void* from, size_t bytes, void*) {
  if (contexts == 0) return kInvalidContext;
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return called("cuMemcpyHtoDAsync");
}

EXPORT int cuMemcpyDtoHAsync_v2(void* to, unsigned long long from, size_t bytes, void*) {
  if (contexts == 0) return kInvalidContext;
  std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  return called("cuMemcpyDtoHAsync");
}

EXPORT int cuStreamSynchronize(void*) {
  return contexts == 0 ? kInvalidContext : called("cuStreamSynchronize");
}

EXPORT int cuGetErrorName(int result, const char** name) {
  thread_local std::string text;
  text = "CUDA_ERROR_" + std::to_string(result);
  *name = text.c_str();
  return 0;
}

EXPORT int cuGetErrorString(int, const char** text) {
  *text = "as the stand-in says";
  return 0;
}

EXPORT int nvrtcVersion(int* major, int* minor) {
  *major = 13, *minor = 1;
  return 0;
}

EXPORT const char* nvrtcGetErrorString(int result) {
  return result == kCompilation ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_OTHER";
}

EXPORT int nvrtcCreateProgram(void** program, const char* source, const char*, int headers,
                              const char* const* contents, const char* const* names) {
  auto* const text = new std::string(source);
  for (int i = 0; i < headers; ++i) *text += std::string("\n// ") + names[i] + "\n" + contents[i];
  *program = text;
  return called("nvrtcCreateProgram");
}

EXPORT int nvrtcDestroyProgram(void** program) {
  delete static_cast<std::string*>(*program);
  return 0;
}

// Compiles nothing, but demands an architecture and the sources of all kernels.
EXPORT int nvrtcCompileProgram(void* program, int count, const char* const* texts) {
  const std::string& text = *static_cast<std::string*>(program);
  options.clear();
  for (int i = 0; i < count; ++i) options += std::string(i == 0 ? "" : " ") + texts[i];
  const int result = called("nvrtcCompileProgram", options);
  if (result != 0) return result;
  if (options.find("--gpu-architecture=sm_") == std::string::npos) return kInvalidOption;
  for (const char* part :
       {"// hale.h\n", "hale_denoise_pixels(", "hale_settle_group(", "hale_path_elements(",
        "hale_map_across(", "hale_map_choose("}) {
    if (text.find(part) == std::string::npos) return kCompilation;
  }
  return 0;
}

EXPORT int nvrtcGetCUBINSize(void*, size_t* size) {
  *size = sizeof "stand-in code for sm_00";
  return called("nvrtcGetCUBINSize");
}

EXPORT int nvrtcGetCUBIN(void*, char* code) {
  const std::string architecture = options.substr(options.find("sm_"), 5);
  std::strcpy(code, ("stand-in code for " + architecture).c_str());
  return called("nvrtcGetCUBIN");
}

EXPORT int nvrtcGetProgramLogSize(void*, size_t* size) {
  *size = sizeof "a log";
  return 0;
}

EXPORT int nvrtcGetProgramLog(void*, char* log) {
  std::strcpy(log, "a log");
  return 0;
}

EXPORT int nvtxRangePushA(const char* name) { return called("nvtxRangePush", name); }

EXPORT int nvtxRangePop() { return called("nvtxRangePop"); }
