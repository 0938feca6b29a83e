// What hale needs to run its CUDA kernels from a program that was built without CUDA, as plain C:
// the driver, NVRTC and NVTX, each found at run time by the name of its library, and one function
// for each operation of hale.h that queues its kernels on a stream.
//
// A function that returns int returns the CUresult or nvrtcResult of the first call that failed, 0
// if none did. What is opened stays open: these objects live as long as the process, as the
// libraries behind them do. All functions may be called from any thread.
#ifndef HALE_GPU_H_
#define HALE_GPU_H_

#include "hale.h"

#ifdef __cplusplus
extern "C" {
#endif

// Why the last hale_open_… of this thread returned null.
const char* hale_open_failure(void);

// ---- The driver ----

typedef struct hale_driver hale_driver;
typedef struct hale_module hale_module;  // the kernels, loaded on one device

// Null if the library or one of the functions is not there: see hale_open_failure.
hale_driver* hale_open_driver(const char* library);
// "CUDA_ERROR_…: what it means".
const char* hale_driver_error(const hale_driver* driver, int result);
// 90 for sm_90.
int hale_device_architecture(const hale_driver* driver, int device, int* architecture);
// Loads a compiled image into the device's primary context, which is LibTorch's.
int hale_load_module(const hale_driver* driver, int device, const void* image,
                     hale_module** module);

// Copies to and from the device's memory, in the order of the stream. `to` may be read and `from`
// may be changed once they have returned.
int hale_copy_to_device(const hale_module* module, void* to, const void* from, int64_t bytes,
                        void* stream);
int hale_copy_to_host(const hale_module* module, void* to, const void* from, int64_t bytes,
                      void* stream);

// As the functions of hale.h, but all pointers are the device's, and they return before the work is
// done. The workspaces of normalisations and of the constraint are what the functions here say, the
// others what those of hale.h do.
int hale_gpu_denoise_step(hale_module* module, void* stream, const hale_step* step,
                          const hale_step_coefficients* coefficients);
int64_t hale_gpu_group_norm_workspace(const hale_group_norm* norm);
int hale_gpu_normalise_groups(hale_module* module, void* stream, const hale_group_norm* norm);
int64_t hale_gpu_group_norm_backward_workspace(const hale_group_norm* norm);
int hale_gpu_normalise_groups_backward(hale_module* module, void* stream,
                                       const hale_group_norm_backward* backward);
int hale_gpu_path_points(hale_module* module, void* stream, const hale_path* path);
int hale_gpu_accumulate(hale_module* module, void* stream, const hale_accumulation* accumulation);
int64_t hale_gpu_constraint_workspace(const hale_constraint* constraint);
int hale_gpu_constrain(hale_module* module, void* stream, const hale_constraint* constraint);
int hale_gpu_map_attribution(hale_module* module, void* stream, const hale_attribution_map* map);
int hale_gpu_map_ranges(hale_module* module, void* stream, const hale_maps* maps,
                        hale_range* ranges);
int hale_gpu_map_histograms(hale_module* module, void* stream, const hale_maps* maps,
                            const hale_range* ranges, int64_t bins, int64_t* counts);
int hale_gpu_map_select(hale_module* module, void* stream, const hale_maps* maps,
                        const int64_t* ranks, float* values, void* workspace);
int hale_gpu_map_threshold(hale_module* module, void* stream, const hale_maps* maps,
                           const double* thresholds, const hale_bytes* out);

// ---- NVRTC: CUDA C++ to code for a device ----

typedef struct hale_nvrtc hale_nvrtc;
typedef struct hale_program hale_program;  // what a compilation left: the code, the log

// `builtins`, if not null, is the library that NVRTC loads by its bare name; it is loaded first, so
// that it is found wherever it lies.
hale_nvrtc* hale_open_nvrtc(const char* library, const char* builtins);
const char* hale_nvrtc_error(const hale_nvrtc* nvrtc, int result);
int hale_nvrtc_version(const hale_nvrtc* nvrtc, int* major, int* minor);
// The program is made in any case, and is to be freed; it has a log even if it has no code.
int hale_compile(const hale_nvrtc* nvrtc, const char* source, int headers,
                 const char* const* header_names, const char* const* header_contents, int options,
                 const char* const* option_texts, hale_program** program);
int64_t hale_program_size(const hale_program* program);
const void* hale_program_code(const hale_program* program);
const char* hale_program_log(const hale_program* program);
void hale_free_program(hale_program* program);

// ---- NVTX: ranges in a profiler's timeline ----

typedef struct hale_nvtx hale_nvtx;

hale_nvtx* hale_open_nvtx(const char* library);
// Ranges of a thread nest.
void hale_range_push(const hale_nvtx* nvtx, const char* name);
void hale_range_pop(const hale_nvtx* nvtx);

#ifdef __cplusplus
}
#endif

#endif  // HALE_GPU_H_
