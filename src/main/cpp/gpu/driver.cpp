#include "driver.h"

#include <memory>

namespace {

constexpr int kCapabilityMajor = 75, kCapabilityMinor = 76;  // CUdevice_attribute

}  // namespace

hale_driver::hale_driver(const char* file) : library(file) {
  library.find("cuInit", init);
  library.find("cuDeviceGet", device_get);
  library.find("cuDeviceGetAttribute", device_get_attribute);
  library.find("cuDevicePrimaryCtxRetain", primary_context_retain);
  library.find("cuCtxPushCurrent_v2", context_push);
  library.find("cuCtxPopCurrent_v2", context_pop);
  library.find("cuModuleLoadData", module_load);
  library.find("cuModuleGetFunction", module_get_function);
  library.find("cuLaunchKernel", launch);
  library.find("cuMemcpyHtoDAsync_v2", copy_to_device);
  library.find("cuMemcpyDtoHAsync_v2", copy_to_host);
  library.find("cuStreamSynchronize", stream_synchronize);
  library.find("cuGetErrorName", error_name);
  library.find("cuGetErrorString", error_text);
}

int hale_module::function(const char* name, void** function) {
  const std::lock_guard<std::mutex> lock(mutex);
  void*& found = functions[name];
  if (found == nullptr) {
    const int result = driver->module_get_function(&found, module, name);
    if (result != 0) return result;
  }
  *function = found;
  return 0;
}

hale_driver* hale_open_driver(const char* file) {
  auto driver = std::make_unique<hale_driver>(file);
  if (!driver->library.complete()) return hale_gpu::refuse(driver->library.failure());
  return driver.release();
}

const char* hale_driver_error(const hale_driver* driver, int result) {
  thread_local std::string text;
  const char *name = nullptr, *meaning = nullptr;
  if (driver->error_name(result, &name) != 0 || name == nullptr) name = "unknown error";
  if (driver->error_text(result, &meaning) != 0 || meaning == nullptr) meaning = "no description";
  text = std::string(name) + ": " + meaning;
  return text.c_str();
}

int hale_device_architecture(const hale_driver* driver, int ordinal, int* architecture) {
  int device, major, minor, result;
  if ((result = driver->init(0)) != 0) return result;
  if ((result = driver->device_get(&device, ordinal)) != 0) return result;
  if ((result = driver->device_get_attribute(&major, kCapabilityMajor, device)) != 0) return result;
  if ((result = driver->device_get_attribute(&minor, kCapabilityMinor, device)) != 0) return result;
  *architecture = 10 * major + minor;
  return 0;
}

int hale_load_module(const hale_driver* driver, int ordinal, const void* image,
                     hale_module** module) {
  int device, result;
  auto loaded = std::make_unique<hale_module>();
  loaded->driver = driver;
  if ((result = driver->init(0)) != 0) return result;
  if ((result = driver->device_get(&device, ordinal)) != 0) return result;
  if ((result = driver->primary_context_retain(&loaded->context, device)) != 0) return result;
  const hale_gpu::Context context(*driver, loaded->context);
  if (context.result() != 0) return context.result();
  if ((result = driver->module_load(&loaded->module, image)) != 0) return result;
  *module = loaded.release();
  return 0;
}

int hale_copy_to_device(const hale_module* module, void* to, const void* from, int64_t bytes,
                        void* stream) {
  const hale_gpu::Context context(*module->driver, module->context);
  if (context.result() != 0) return context.result();
  // From pageable memory: the driver has taken its copy of `from` when this returns.
  return module->driver->copy_to_device(reinterpret_cast<uintptr_t>(to), from,
                                        static_cast<size_t>(bytes), stream);
}

int hale_copy_to_host(const hale_module* module, void* to, const void* from, int64_t bytes,
                      void* stream) {
  const hale_gpu::Context context(*module->driver, module->context);
  if (context.result() != 0) return context.result();
  const int result = module->driver->copy_to_host(to, reinterpret_cast<uintptr_t>(from),
                                                  static_cast<size_t>(bytes), stream);
  return result != 0 ? result : module->driver->stream_synchronize(stream);
}
