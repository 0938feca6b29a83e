// NVRTC, by its own few functions.
#include <memory>
#include <string>
#include <vector>

#include "hale_gpu.h"
#include "library.h"

struct hale_nvrtc {
  explicit hale_nvrtc(const char* file) : library(file) {
    library.find("nvrtcVersion", version);
    library.find("nvrtcGetErrorString", error_text);
    library.find("nvrtcCreateProgram", create);
    library.find("nvrtcDestroyProgram", destroy);
    library.find("nvrtcCompileProgram", compile);
    library.find("nvrtcGetCUBINSize", code_size);
    library.find("nvrtcGetCUBIN", code);
    library.find("nvrtcGetProgramLogSize", log_size);
    library.find("nvrtcGetProgramLog", log);
  }

  hale_gpu::Library library;
  int (*version)(int* major, int* minor);
  const char* (*error_text)(int result);
  int (*create)(void** program, const char* source, const char* name, int headers,
                const char* const* header_contents, const char* const* header_names);
  int (*destroy)(void** program);
  int (*compile)(void* program, int options, const char* const* option_texts);
  int (*code_size)(void* program, size_t* size);
  int (*code)(void* program, char* code);
  int (*log_size)(void* program, size_t* size);
  int (*log)(void* program, char* log);
};

struct hale_program {
  std::vector<char> code;
  std::string log;
};

namespace {

std::string log_of(const hale_nvrtc& nvrtc, void* program) {
  size_t size = 0;
  if (nvrtc.log_size(program, &size) != 0 || size < 2) return "";  // it counts the final zero
  std::string log(size, '\0');
  if (nvrtc.log(program, &log[0]) != 0) return "";
  log.resize(size - 1);
  return log;
}

int code_of(const hale_nvrtc& nvrtc, void* program, std::vector<char>* code) {
  size_t size = 0;
  const int result = nvrtc.code_size(program, &size);
  if (result != 0) return result;
  code->resize(size);
  return nvrtc.code(program, code->data());
}

}  // namespace

hale_nvrtc* hale_open_nvrtc(const char* file, const char* builtins) {
  if (builtins != nullptr) {
    const hale_gpu::Library first(builtins);
    if (!first.complete()) return hale_gpu::refuse(first.failure());
  }
  auto nvrtc = std::make_unique<hale_nvrtc>(file);
  if (!nvrtc->library.complete()) return hale_gpu::refuse(nvrtc->library.failure());
  return nvrtc.release();
}

const char* hale_nvrtc_error(const hale_nvrtc* nvrtc, int result) {
  return nvrtc->error_text(result);
}

int hale_nvrtc_version(const hale_nvrtc* nvrtc, int* major, int* minor) {
  return nvrtc->version(major, minor);
}

int hale_compile(const hale_nvrtc* nvrtc, const char* source, int headers,
                 const char* const* header_names, const char* const* header_contents, int options,
                 const char* const* option_texts, hale_program** program) {
  auto compiled = std::make_unique<hale_program>();
  void* compilation;
  int result =
      nvrtc->create(&compilation, source, "hale.cu", headers, header_contents, header_names);
  if (result == 0) {
    result = nvrtc->compile(compilation, options, option_texts);
    compiled->log = log_of(*nvrtc, compilation);
    if (result == 0) result = code_of(*nvrtc, compilation, &compiled->code);
    nvrtc->destroy(&compilation);
  }
  *program = compiled.release();
  return result;
}

int64_t hale_program_size(const hale_program* program) {
  return static_cast<int64_t>(program->code.size());
}

const void* hale_program_code(const hale_program* program) { return program->code.data(); }

const char* hale_program_log(const hale_program* program) { return program->log.c_str(); }

void hale_free_program(hale_program* program) { delete program; }
