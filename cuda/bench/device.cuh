// What the bench needs of a GPU: memory, errors, times and its peak.
#ifndef HALE_BENCH_DEVICE_CUH_
#define HALE_BENCH_DEVICE_CUH_

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#define REQUIRE(call)                                                      \
  do {                                                                     \
    const cudaError_t status = (call);                                     \
    if (status != cudaSuccess) {                                           \
      std::fprintf(stderr, "%s: %s\n", #call, cudaGetErrorString(status)); \
      std::exit(1);                                                        \
    }                                                                      \
  } while (false)

// A host array and its twin on the device.
template <typename T>
class Array {
 public:
  explicit Array(size_t size) : host(size) { REQUIRE(cudaMalloc(&device, bytes())); }
  Array(const Array&) = delete;
  ~Array() { cudaFree(device); }
  size_t bytes() const { return std::max<size_t>(1, host.size()) * sizeof(T); }
  void upload() { REQUIRE(cudaMemcpy(device, host.data(), bytes(), cudaMemcpyHostToDevice)); }
  std::vector<T> download() const {
    std::vector<T> copy(host.size());
    REQUIRE(cudaMemcpy(copy.data(), device, bytes(), cudaMemcpyDeviceToHost));
    return copy;
  }

  std::vector<T> host;
  T* device = nullptr;
};

// How often a kernel is timed. With 1, as under a profiler, it is not warmed up either.
inline int timed_runs = 50;

// The median of the runs in milliseconds, with the device's L2 cache flushed before each.
template <typename Run>
double median_ms(Run run) {
  constexpr size_t kFlush = 256u << 20;
  static void* const flush = [] {
    void* memory = nullptr;
    REQUIRE(cudaMalloc(&memory, kFlush));
    return memory;
  }();
  cudaEvent_t begin, end;
  REQUIRE(cudaEventCreate(&begin));
  REQUIRE(cudaEventCreate(&end));
  for (int i = 1; i < std::min(4, timed_runs); ++i) REQUIRE(run());
  std::vector<float> times;
  for (int i = 0; i < timed_runs; ++i) {
    REQUIRE(cudaMemsetAsync(flush, i, kFlush));
    REQUIRE(cudaEventRecord(begin));
    REQUIRE(run());
    REQUIRE(cudaEventRecord(end));
    REQUIRE(cudaEventSynchronize(end));
    float ms = 0;
    REQUIRE(cudaEventElapsedTime(&ms, begin, end));
    times.push_back(ms);
  }
  REQUIRE(cudaEventDestroy(begin));
  REQUIRE(cudaEventDestroy(end));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// In bytes per second, from the memory's clock and width.
inline double peak_bandwidth() {
  int device = 0, kilohertz = 0, bits = 0;
  REQUIRE(cudaGetDevice(&device));
  REQUIRE(cudaDeviceGetAttribute(&kilohertz, cudaDevAttrMemoryClockRate, device));
  REQUIRE(cudaDeviceGetAttribute(&bits, cudaDevAttrGlobalMemoryBusWidth, device));
  return 2.0 * kilohertz * 1e3 * bits / 8;
}

// One line of the table; `wrong` is the greatest error, in units of what is allowed.
inline void print_line(const char* kernel, const char* shape, double ms, double bytes,
                       double wrong) {
  std::printf("%-34s %-22s %9.4f ms %8.1f GB/s %5.1f %% of peak  error %.2f %s\n", kernel, shape,
              ms, bytes / ms / 1e6, 100 * bytes / (ms * 1e-3) / peak_bandwidth(), wrong,
              wrong <= 1 ? "ok" : "WRONG");
  static int failures = 0;
  if (!(wrong <= 1) && ++failures == 1) std::atexit([] { std::_Exit(1); });
}

#endif  // HALE_BENCH_DEVICE_CUH_
