// NVTX's two functions for nested ranges, from the library that offers them to other languages.
#include <memory>

#include "hale_gpu.h"
#include "library.h"

struct hale_nvtx {
  explicit hale_nvtx(const char* file) : library(file) {
    library.find("nvtxRangePushA", push);
    library.find("nvtxRangePop", pop);
  }

  hale_gpu::Library library;
  int (*push)(const char* name);
  int (*pop)(void);
};

hale_nvtx* hale_open_nvtx(const char* file) {
  auto nvtx = std::make_unique<hale_nvtx>(file);
  if (!nvtx->library.complete()) return hale_gpu::refuse(nvtx->library.failure());
  return nvtx.release();
}

void hale_range_push(const hale_nvtx* nvtx, const char* name) { nvtx->push(name); }

void hale_range_pop(const hale_nvtx* nvtx) { nvtx->pop(); }
