// Every CUDA kernel against the CPU's on a sweep of shapes, and how much of the memory's peak
// bandwidth it reaches. Bytes are those that must move: what is read once and written once (x of
// group normalisation: read twice). Exits with 1 if a result is wrong. An argument says how many
// runs are timed in the place of 50. Under Nsight Compute:
//   ncu --set full -k regex:hale_ build/bench/kernel_bench 1
#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "attribution.cuh"
#include "attribution_map.cuh"
#include "denoise_step.cuh"
#include "device.cuh"
#include "group_norm.cuh"
#include "group_norm_backward.cuh"
#include "histogram.cuh"

namespace {

struct Shape {
  int64_t n, c, h, w;
  int64_t elements() const { return n * c * h * w; }
  std::string text() const {
    return "[" + std::to_string(n) + ", " + std::to_string(c) + ", " + std::to_string(h) + ", " +
           std::to_string(w) + "]";
  }
};

void strides_of(const Shape& s, bool channels_last, int64_t stride[4]) {
  stride[0] = s.c * s.h * s.w;
  stride[1] = channels_last ? 1 : s.h * s.w;
  stride[2] = channels_last ? s.w * s.c : s.w;
  stride[3] = channels_last ? s.c : 1;
}

hale_tensor tensor(float* data, const Shape& s, bool channels_last) {
  hale_tensor t = {data, {}};
  strides_of(s, channels_last, t.stride);
  return t;
}

// Drawn from few, shuffled: to draw hundreds of millions would take longer than all the rest.
void randomise(std::vector<float>& values, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> drawn(1 << 16);
  for (float& value : drawn) value = normal(random);
  uint32_t place = seed;
  for (float& value : values) value = drawn[(place = place * 1664525u + 1013904223u) >> 16];
}

// The greatest |a - b| over room (1 + |a|).
double error_of(const std::vector<float>& a, const std::vector<float>& b, double room) {
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double error =
        std::fabs(static_cast<double>(a[i]) - b[i]) / (room * (1 + std::fabs(a[i])));
    worst = error > worst || std::isnan(error) ? error : worst;
  }
  return worst;
}

template <typename Call>
void set_size(Call& call, const Shape& s) {
  call.size[0] = s.n, call.size[1] = s.c, call.size[2] = s.h, call.size[3] = s.w;
}

// What the memory gives to a plain copy, beside which the kernels stand.
void copy(const Shape& s) {
  Array<float> from(s.elements()), to(s.elements());
  randomise(from.host, 9);
  from.upload();
  const double ms = median_ms([&] {
    return cudaMemcpyAsync(to.device, from.device, from.bytes(), cudaMemcpyDeviceToDevice);
  });
  print_line("copy", s.text().c_str(), ms, 8.0 * s.elements(),
             error_of(from.host, to.download(), 1e-9));
}

void denoise(const Shape& s, bool last) {
  Array<float> x(s.elements()), output(s.elements()), gradient(s.elements()), next(s.elements());
  randomise(x.host, 1), randomise(output.host, 2), randomise(gradient.host, 3);
  x.upload(), output.upload(), gradient.upload();
  hale_step_coefficients k = {};
  k.x0_from_x = 1.4f, k.x0_from_output = -1, k.eps_from_output = 1;
  k.signal = k.noise = 0.7071f, k.inverse_signal = k.inverse_noise = 1.4142f;
  k.guidance = 3, k.next_from_x0 = 0.77f, k.next_from_eps = 0.63f, k.clamp = 1;
  hale_step host = {}, device = {};
  set_size(host, s), set_size(device, s);
  host.x = tensor(x.host.data(), s, last), device.x = tensor(x.device, s, last);
  host.output = tensor(output.host.data(), s, last);
  device.output = tensor(output.device, s, last);
  host.gradient = tensor(gradient.host.data(), s, last);
  device.gradient = tensor(gradient.device, s, last);
  host.next = tensor(next.host.data(), s, last), device.next = tensor(next.device, s, last);
  hale_denoise_step(&host, &k, 16);
  const double ms = median_ms([&] { return hale_cuda_denoise_step(device, k, nullptr); });
  print_line(last ? "denoise step, channels-last" : "denoise step, planar", s.text().c_str(), ms,
             16.0 * s.elements(), error_of(next.host, next.download(), 1e-5));
}

template <typename T>
void fill(Array<T>& array, uint32_t seed) {
  std::vector<float> values(array.host.size());
  randomise(values, seed);
  for (size_t i = 0; i < values.size(); ++i) {
    if constexpr (sizeof(T) == 2) {
      array.host[i] = hale_to_bfloat16(values[i]);
    } else {
      array.host[i] = values[i];
    }
  }
  array.upload();
}

template <typename T>
std::vector<float> floats_of(const std::vector<T>& values) {
  std::vector<float> floats;
  floats.reserve(values.size());
  for (T value : values) floats.push_back(sizeof(T) == 2 ? hale_from_bfloat16(value) : value);
  return floats;
}

// Forwards and backwards.
template <typename T>
void norm(const Shape& s, bool last) {
  constexpr bool kHalf = sizeof(T) == 2;
  Array<T> x(s.elements()), y(s.elements()), by_y(s.elements()), by_x(s.elements());
  fill(x, 4), fill(by_y, 8);
  hale_group_norm_backward host = {};
  set_size(host.norm, s);
  host.norm.groups = 32, host.norm.epsilon = 1e-5f, host.norm.silu = 1;
  host.norm.bfloat16 = kHalf;
  for (hale_storage* t : {&host.norm.x, &host.norm.y, &host.by_y, &host.by_x}) {
    strides_of(s, last, t->stride);
  }
  hale_group_norm_backward device = host;
  host.norm.x.data = x.host.data(), host.norm.y.data = y.host.data();
  host.by_y.data = by_y.host.data(), host.by_x.data = by_x.host.data();
  device.norm.x.data = x.device, device.norm.y.data = y.device;
  device.by_y.data = by_y.device, device.by_x.data = by_x.device;
  std::vector<char> on_host(hale_group_norm_workspace(&host.norm));
  std::vector<char> further_on_host(hale_group_norm_backward_workspace(&host.norm));
  Array<char> workspace(hale_cuda_group_norm_workspace(device.norm));
  Array<char> further(hale_cuda_group_norm_backward_workspace(device.norm));
  host.norm.workspace = on_host.data(), device.norm.workspace = workspace.device;
  host.workspace = further_on_host.data(), device.workspace = further.device;
  const std::string how = std::string(last ? "last" : "planar") + (kHalf ? ", bf16" : ", f32");
  const double tolerance = kHalf ? 8e-3 : 1e-5;

  hale_normalise_groups(&host.norm, 16);
  double ms = median_ms([&] { return hale_cuda_normalise_groups(device.norm, nullptr); });
  print_line(("group norm + SiLU, " + how).c_str(), s.text().c_str(), ms,
             3.0 * sizeof(T) * s.elements(),
             error_of(floats_of(y.host), floats_of(y.download()), tolerance));

  hale_normalise_groups_backward(&host, 16);
  ms = median_ms([&] { return hale_cuda_normalise_groups_backward(device, nullptr); });
  print_line(("… backwards, " + how).c_str(), s.text().c_str(), ms, 6.0 * sizeof(T) * s.elements(),
             error_of(floats_of(by_x.host), floats_of(by_x.download()), tolerance));
}

void attribution(const Shape& s) {
  Array<float> x(s.elements()), out(s.elements()), weights(s.n), map(s.n * s.h * s.w);
  randomise(x.host, 5), randomise(weights.host, 6);
  x.upload(), weights.upload();
  hale_path path = {};
  set_size(path, s);
  path.x = tensor(x.host.data(), s, false), path.out = tensor(out.host.data(), s, false);
  path.alpha = weights.host.data();
  hale_path_points(&path, 16);
  path.x.data = x.device, path.out.data = out.device, path.alpha = weights.device;
  double ms = median_ms([&] { return hale_cuda_path_points(path, nullptr); });
  print_line("path points", s.text().c_str(), ms, 8.0 * s.elements(),
             error_of(out.host, out.download(), 1e-5));

  // Added to 0 once for the check; the runs that are timed add more.
  hale_accumulation sum = {};
  set_size(sum, s);
  std::fill(out.host.begin(), out.host.end(), 0.0f);
  out.upload();
  sum.gradient = sum.x = tensor(x.device, s, false), sum.sum = tensor(out.device, s, false);
  sum.weight = weights.device;
  REQUIRE(hale_cuda_accumulate(sum, nullptr));
  const std::vector<float> once = out.download();
  ms = median_ms([&] { return hale_cuda_accumulate(sum, nullptr); });
  sum.gradient.data = sum.x.data = x.host.data(), sum.sum.data = out.host.data();
  sum.weight = weights.host.data();
  hale_accumulate(&sum, 16);
  print_line("accumulation", s.text().c_str(), ms, 16.0 * s.elements(),
             error_of(out.host, once, 1e-5));

  hale_constraint constraint = {};
  set_size(constraint, s);
  Array<double> value(s.n);
  constraint.attribution = tensor(x.host.data(), s, false);
  constraint.derivative = tensor(out.host.data(), s, false);
  constraint.scale = 3, constraint.value = value.host.data();
  std::vector<double> host_workspace(hale_constraint_workspace(&constraint) / sizeof(double));
  constraint.workspace = host_workspace.data();
  hale_constrain(&constraint, 16);
  Array<double> workspace(hale_cuda_constraint_workspace(constraint) / sizeof(double));
  constraint.attribution.data = x.device, constraint.derivative.data = out.device;
  constraint.value = value.device, constraint.workspace = workspace.device;
  ms = median_ms([&] { return hale_cuda_constrain(constraint, nullptr); });
  const std::vector<double> got = value.download();
  print_line(
      "constraint", s.text().c_str(), ms, 8.0 * s.elements(),
      std::max(error_of(out.host, out.download(), 1e-5),
               error_of({value.host.begin(), value.host.end()}, {got.begin(), got.end()}, 1e-5)));

  const Shape plane = {s.n, 1, s.h, s.w};
  hale_attribution_map to_map = {};
  set_size(to_map, s);
  to_map.attribution = tensor(x.host.data(), s, false);
  to_map.map = tensor(map.host.data(), plane, false);
  to_map.sigma = 2, to_map.positive = to_map.normalise = 1;
  Array<float> planes(hale_attribution_map_workspace(&to_map) / sizeof(float));
  to_map.workspace = planes.host.data();
  hale_map_attribution(&to_map, 16);
  to_map.attribution.data = x.device, to_map.map.data = map.device;
  to_map.workspace = planes.device;
  ms = median_ms([&] { return hale_cuda_map_attribution(to_map, nullptr); });
  print_line("attribution map", s.text().c_str(), ms, 4.0 * s.elements() + 4.0 * plane.elements(),
             error_of(map.host, map.download(), 1e-5));
}

void thresholds(const Shape& s) {
  constexpr int64_t kBins = 256;
  Array<float> values(s.elements()), selected(s.n);
  Array<hale_range> ranges(s.n);
  Array<int64_t> counts(s.n * kBins), ranks(s.n);
  randomise(values.host, 7);
  values.upload();
  hale_maps maps = {};
  set_size(maps, s);
  maps.values = tensor(values.host.data(), s, false);
  for (int64_t& rank : ranks.host) rank = s.c * s.h * s.w * 95 / 100;
  ranks.upload();
  Array<int64_t> workspace(hale_map_select_workspace(&maps) / sizeof(int64_t));
  hale_map_ranges(&maps, ranges.host.data(), 16);
  hale_map_histograms(&maps, ranges.host.data(), kBins, counts.host.data(), 16);
  hale_map_select(&maps, ranks.host.data(), selected.host.data(), workspace.host.data(), 16);
  maps.values.data = values.device;
  double ms = median_ms([&] { return hale_cuda_map_ranges(maps, ranges.device, nullptr); });
  const std::vector<hale_range> got = ranges.download();
  int wrong = 0;
  for (int64_t n = 0; n < s.n; ++n) {
    wrong += got[n].count != ranges.host[n].count || got[n].low != ranges.host[n].low ||
             got[n].high != ranges.host[n].high;
  }
  print_line("range", s.text().c_str(), ms, 4.0 * s.elements(), 2 * wrong);
  ms = median_ms(
      [&] { return hale_cuda_map_histograms(maps, ranges.device, kBins, counts.device, nullptr); });
  print_line("histogram, 256 bins", s.text().c_str(), ms, 4.0 * s.elements(),
             counts.download() == counts.host ? 0 : 2);
  ms = median_ms([&] {
    return hale_cuda_map_select(maps, ranks.device, selected.device, workspace.device, nullptr);
  });
  print_line("selection, 3 passes", s.text().c_str(), ms, 12.0 * s.elements(),
             selected.download() == selected.host ? 0 : 2);
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1) timed_runs = std::atoi(arguments[1]);
  if (count > 2 || timed_runs < 1) {
    std::fprintf(stderr, "usage: kernel_bench [RUNS]\n");
    return 2;
  }
  cudaDeviceProp device;
  REQUIRE(cudaGetDeviceProperties(&device, 0));
  std::printf("%s, sm_%d%d, %d multiprocessors, peak %.0f GB/s; CPU: %s\n", device.name,
              device.major, device.minor, device.multiProcessorCount, peak_bandwidth() / 1e9,
              hale_isa());
  for (const Shape& s : {Shape{1, 4, 256, 256}, Shape{16, 4, 256, 256}, Shape{64, 4, 256, 256}}) {
    copy(s);
    denoise(s, false);
    denoise(s, true);
    attribution(s);
    thresholds(s);
  }
  for (const Shape& s : {Shape{1, 128, 256, 256}, Shape{8, 128, 256, 256}, Shape{8, 256, 64, 64},
                         Shape{8, 512, 16, 16}, Shape{8, 512, 8, 8}, Shape{16, 64, 96, 96},
                         Shape{16, 64, 48, 48}, Shape{16, 128, 24, 24}}) {
    norm<float>(s, true);
    norm<uint16_t>(s, true);
    norm<float>(s, false);
  }
  return 0;
}
