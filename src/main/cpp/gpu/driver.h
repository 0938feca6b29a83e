// The few functions of the CUDA driver that hale calls, with their binary interface written out, so
// that no header of CUDA's is needed: handles are pointers, a device's address is 64 bits wide.
#ifndef HALE_GPU_DRIVER_H_
#define HALE_GPU_DRIVER_H_

#include <mutex>
#include <string>
#include <unordered_map>

#include "hale_gpu.h"
#include "library.h"

struct hale_driver {
  explicit hale_driver(const char* file);

  hale_gpu::Library library;
  int (*init)(unsigned flags);
  int (*device_get)(int* device, int ordinal);
  int (*device_get_attribute)(int* value, int attribute, int device);
  int (*primary_context_retain)(void** context, int device);
  int (*context_push)(void* context);
  int (*context_pop)(void** context);
  int (*module_load)(void** module, const void* image);
  int (*module_get_function)(void** function, void* module, const char* name);
  int (*launch)(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                unsigned block_y, unsigned block_z, unsigned shared_bytes, void* stream,
                void** arguments, void** extra);
  int (*copy_to_device)(unsigned long long to, const void* from, size_t bytes, void* stream);
  int (*copy_to_host)(void* to, unsigned long long from, size_t bytes, void* stream);
  int (*stream_synchronize)(void* stream);
  int (*error_name)(int result, const char** name);
  int (*error_text)(int result, const char** text);
};

struct hale_module {
  const hale_driver* driver;
  void *context, *module;
  std::mutex mutex;  // of the functions
  std::unordered_map<std::string, void*> functions;

  // The kernel of that name; looked up once.
  int function(const char* name, void** function);
};

namespace hale_gpu {

// Makes a context this thread's while it lives. LibTorch calls through the runtime, which sets what
// it needs; it finds the context that it left.
class Context {
 public:
  Context(const hale_driver& driver, void* context)
      : driver_(driver), result_(driver.context_push(context)) {}
  ~Context() {
    void* popped;
    if (result_ == 0) driver_.context_pop(&popped);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  int result() const { return result_; }

 private:
  const hale_driver& driver_;
  const int result_;
};

}  // namespace hale_gpu

#endif  // HALE_GPU_DRIVER_H_
