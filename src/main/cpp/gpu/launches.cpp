// Each operation: its plan of launches, run by name through the driver.
#include "driver.h"
#include "kernels.h"
// kernels.h comes first: it says what a kernel is in the plans.
#include "attribution_launch.h"
#include "attribution_map_launch.h"
#include "denoise_step_launch.h"
#include "group_norm_backward_launch.h"
#include "group_norm_launch.h"
#include "histogram_launch.h"

namespace {

template <typename T>
struct As {
  typedef T type;
};

// Launches one kernel after another on a stream, and none any more once one has failed.
class Launcher {
 public:
  Launcher(hale_module* module, void* stream)
      : module_(*module),
        stream_(stream),
        context_(*module->driver, module->context),
        result_(context_.result()) {}

  // The kernel alone says what its parameters are; arguments become that.
  template <typename... Parameters>
  void operator()(hale_kernel<Parameters...> kernel, unsigned grid,
                  typename As<Parameters>::type... arguments) {
    void* function;
    if (result_ == 0) result_ = module_.function(kernel.name, &function);
    if (result_ != 0) return;
    void* packed[] = {const_cast<void*>(static_cast<const void*>(&arguments))...};
    result_ = module_.driver->launch(function, grid, 1, 1, HALE_CUDA_BLOCK, 1, 1, 0, stream_,
                                     packed, nullptr);
  }

  int result() const { return result_; }

 private:
  hale_module& module_;
  void* const stream_;
  const hale_gpu::Context context_;
  int result_;
};

}  // namespace

int hale_gpu_denoise_step(hale_module* module, void* stream, const hale_step* step,
                          const hale_step_coefficients* coefficients) {
  Launcher launcher(module, stream);
  hale_launch_denoise_step(*step, *coefficients, launcher);
  return launcher.result();
}

int64_t hale_gpu_group_norm_workspace(const hale_group_norm* norm) {
  return hale_cuda_group_norm_workspace(*norm);
}

int hale_gpu_normalise_groups(hale_module* module, void* stream, const hale_group_norm* norm) {
  Launcher launcher(module, stream);
  hale_launch_group_norm(*norm, launcher);
  return launcher.result();
}

int64_t hale_gpu_group_norm_backward_workspace(const hale_group_norm* norm) {
  return hale_cuda_group_norm_backward_workspace(*norm);
}

int hale_gpu_normalise_groups_backward(hale_module* module, void* stream,
                                       const hale_group_norm_backward* backward) {
  Launcher launcher(module, stream);
  hale_launch_group_norm_backward(*backward, launcher);
  return launcher.result();
}

int hale_gpu_path_points(hale_module* module, void* stream, const hale_path* path) {
  Launcher launcher(module, stream);
  hale_launch_path_points(*path, launcher);
  return launcher.result();
}

int hale_gpu_accumulate(hale_module* module, void* stream, const hale_accumulation* accumulation) {
  Launcher launcher(module, stream);
  hale_launch_accumulate(*accumulation, launcher);
  return launcher.result();
}

int64_t hale_gpu_constraint_workspace(const hale_constraint* constraint) {
  return hale_cuda_constraint_workspace(*constraint);
}

int hale_gpu_constrain(hale_module* module, void* stream, const hale_constraint* constraint) {
  Launcher launcher(module, stream);
  hale_launch_constrain(*constraint, launcher);
  return launcher.result();
}

int hale_gpu_map_attribution(hale_module* module, void* stream, const hale_attribution_map* map) {
  Launcher launcher(module, stream);
  hale_launch_map_attribution(*map, launcher);
  return launcher.result();
}

int hale_gpu_map_ranges(hale_module* module, void* stream, const hale_maps* maps,
                        hale_range* ranges) {
  Launcher launcher(module, stream);
  hale_launch_map_ranges(*maps, ranges, launcher);
  return launcher.result();
}

int hale_gpu_map_histograms(hale_module* module, void* stream, const hale_maps* maps,
                            const hale_range* ranges, int64_t bins, int64_t* counts) {
  Launcher launcher(module, stream);
  hale_launch_map_histograms(*maps, ranges, bins, counts, launcher);
  return launcher.result();
}

int hale_gpu_map_select(hale_module* module, void* stream, const hale_maps* maps,
                        const int64_t* ranks, float* values, void* workspace) {
  Launcher launcher(module, stream);
  hale_launch_map_select(*maps, ranks, values, workspace, launcher);
  return launcher.result();
}

int hale_gpu_map_threshold(hale_module* module, void* stream, const hale_maps* maps,
                           const double* thresholds, const hale_bytes* out) {
  Launcher launcher(module, stream);
  hale_launch_map_threshold(*maps, thresholds, *out, launcher);
  return launcher.result();
}
