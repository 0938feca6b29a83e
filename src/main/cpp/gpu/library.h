// A shared library opened by name. It is never closed: CUDA's libraries do not survive that.
#ifndef HALE_GPU_LIBRARY_H_
#define HALE_GPU_LIBRARY_H_

#include <string>

namespace hale_gpu {

class Library {
 public:
  // The functions that are missing, or that the library is, is told by failure().
  explicit Library(const char* file);

  template <typename Function>
  void find(const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(address(name));
  }

  bool complete() const { return failure_.empty(); }
  const std::string& failure() const { return failure_; }

 private:
  void* address(const char* name);

  void* handle_;
  std::string failure_;
};

// Sets what hale_open_failure says, and returns null.
std::nullptr_t refuse(const std::string& why);

}  // namespace hale_gpu

#endif  // HALE_GPU_LIBRARY_H_
