#include "library.h"

#include <dlfcn.h>

#include "hale_gpu.h"

namespace hale_gpu {
namespace {

thread_local std::string open_failure;

}  // namespace

Library::Library(const char* file) : handle_(dlopen(file, RTLD_NOW | RTLD_GLOBAL)) {
  if (handle_ != nullptr) return;
  const char* const why = dlerror();
  failure_ = why == nullptr ? std::string(file) + ": unknown failure" : why;
}

void* Library::address(const char* name) {
  if (handle_ == nullptr) return nullptr;
  void* const found = dlsym(handle_, name);
  if (found == nullptr && failure_.empty())
    failure_ = std::string("there is no ") + name + " in it";
  return found;
}

std::nullptr_t refuse(const std::string& why) {
  open_failure = why;
  return nullptr;
}

}  // namespace hale_gpu

const char* hale_open_failure(void) { return hale_gpu::open_failure.c_str(); }
