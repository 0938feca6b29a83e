// Compiled without the thread sanitizer's instrumentation (HALE_THREAD_SANITIZER says that the
// program has it), so that the machine's own bookkeeping is none of its business.
#include "cuda_machine.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef HALE_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
extern "C" void AnnotateIgnoreWritesBegin(const char* file, int line);
extern "C" void AnnotateIgnoreWritesEnd(const char* file, int line);
#endif

namespace cuda_on_cpu {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr size_t kStack = 128 << 10;  // it makes frames large
#else
constexpr size_t kStack = 32 << 10;
#endif
constexpr int kLanes = 32;

enum class State { kReady, kAtBarrier, kInExchange, kDone };

struct Fiber {
  ucontext_t context;
  char* stack;
  void *fake_stack, *sanitizer;
  State state;
  unsigned index;
  Place place;
  unsigned mask;
  const char* kind;
  uint64_t given;
  Given received;
};

struct Machine {
  std::vector<Fiber> fibers;
  const std::function<void()>* kernel;
  unsigned grid, block, block_index;
  Fiber* current;
  ucontext_t main;
  void *main_fake_stack, *main_sanitizer;
  const void* main_stack;
  size_t main_stack_size;
  std::string error;
  std::map<std::pair<std::string, int>, void*> shared;
  std::vector<void*> used, old_sanitizers;
  std::vector<char> met;  // what barriers and exchanges order by: the block's, and each warp's
  char finished;
};

Machine machine;

std::string where(const Fiber& f) {
  return "block " + std::to_string(machine.block_index) + ", thread " + std::to_string(f.index) +
         ", " + f.place.file + ":" + std::to_string(f.place.line);
}

void acquire(void* address) {
#ifdef HALE_THREAD_SANITIZER
  __tsan_acquire(address);
#endif
  (void)address;
}

void release(void* address) {
#ifdef HALE_THREAD_SANITIZER
  __tsan_release(address);
#endif
  (void)address;
}

// While it lives, the thread sanitizer does not see what is allocated and freed: the memory that
// the machine shares among fibers is no more theirs than its variables are.
struct Unseen {
#ifdef HALE_THREAD_SANITIZER
  Unseen() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
  ~Unseen() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
#else
  Unseen() {}
#endif
};

void leave(bool for_good) {
  Fiber* const f = machine.current;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(for_good ? nullptr : &f->fake_stack, machine.main_stack,
                                 machine.main_stack_size);
#endif
#ifdef HALE_THREAD_SANITIZER
  __tsan_switch_to_fiber(machine.main_sanitizer, __tsan_switch_to_fiber_no_sync);
#endif
  (void)for_good;
  swapcontext(&f->context, &machine.main);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(f->fake_stack, &machine.main_stack, &machine.main_stack_size);
#endif
}

void begin() {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(nullptr, &machine.main_stack, &machine.main_stack_size);
#endif
  try {
    (*machine.kernel)();
  } catch (const std::exception& e) {
    machine.error = e.what();
  }
  machine.current->state = State::kDone;
  release(&machine.finished);
  leave(true);
}

void resume(Fiber& f) {
  machine.current = &f;
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(&machine.main_fake_stack, f.stack, kStack);
#endif
#ifdef HALE_THREAD_SANITIZER
  __tsan_switch_to_fiber(f.sanitizer, __tsan_switch_to_fiber_no_sync);
#endif
  swapcontext(&machine.main, &f.context);
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(machine.main_fake_stack, nullptr, nullptr);
#endif
}

void wait(State state, Place place, size_t meeting) {
  Fiber* const f = machine.current;
  f->state = state;
  f->place = place;
  release(&machine.met[meeting]);
  leave(false);
  acquire(&machine.met[meeting]);
}

bool same(const Place& a, const Place& b) {
  return a.line == b.line && std::strcmp(a.file, b.file) == 0;
}

// Lets the block go on if all of its threads wait at one barrier.
bool open_barrier() {
  const Fiber* first = nullptr;
  for (const Fiber& f : machine.fibers) {
    if (f.state != State::kAtBarrier && f.state != State::kDone) return false;
    if (f.state == State::kAtBarrier && first == nullptr) first = &f;
  }
  if (first == nullptr) return false;
  for (Fiber& f : machine.fibers) {
    if (f.state != State::kAtBarrier) {
      throw Error("divergent barrier: " + where(*first) + " waits for a thread that has returned");
    }
    if (!same(f.place, first->place)) {
      throw Error("divergent barrier: " + where(*first) + " and " + where(f));
    }
  }
  for (Fiber& f : machine.fibers) f.state = State::kReady;
  return true;
}

// Lets lanes go on whose whole mask has come.
bool finish_exchange(unsigned first) {
  Fiber& a = machine.fibers[first];
  const unsigned warp = first / kLanes * kLanes;
  Given given;
  std::memset(&given, 0xFF, sizeof given);
  for (int lane = 0; lane < kLanes; ++lane) {
    if (!(a.mask >> lane & 1) || warp + lane >= machine.fibers.size()) continue;
    const Fiber& b = machine.fibers[warp + lane];
    if (b.state == State::kDone) continue;
    if (b.state != State::kInExchange) return false;
    if (b.mask != a.mask || std::strcmp(a.kind, b.kind) != 0) {
      throw Error("lanes do not meet: " + where(a) + " and " + where(b));
    }
    given.by_lane[lane] = b.given;
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    if (!(a.mask >> lane & 1) || warp + lane >= machine.fibers.size()) continue;
    Fiber& b = machine.fibers[warp + lane];
    if (b.state == State::kDone) continue;
    b.received = given;
    b.state = State::kReady;
  }
  return true;
}

bool let_some_go_on() {
  bool any = open_barrier();
  for (unsigned i = 0; i < machine.fibers.size(); ++i) {
    if (machine.fibers[i].state == State::kInExchange && finish_exchange(i)) any = true;
  }
  return any;
}

// On its own: a function that calls getcontext, which may return twice, is hard on its variables.
__attribute__((noinline)) void prepare(Fiber& f) {
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = f.stack;
  f.context.uc_stack.ss_size = kStack;
  makecontext(&f.context, begin, 0);
}

void run_block(char* stacks, Order order, std::mt19937& random) {
  std::vector<unsigned> turn(machine.block);
  for (unsigned i = 0; i < machine.block; ++i) {
    turn[i] = order == Order::kBackward ? machine.block - 1 - i : i;
    Fiber& f = machine.fibers[i];
    f = Fiber{};
    f.index = i;
    f.stack = stacks + i * kStack;
    prepare(f);
#ifdef __SANITIZE_ADDRESS__
    __asan_unpoison_memory_region(f.stack, kStack);
#endif
#ifdef HALE_THREAD_SANITIZER
    f.sanitizer = __tsan_create_fiber(0);
    machine.old_sanitizers.push_back(f.sanitizer);
#endif
  }
  for (;;) {
    if (order == Order::kShuffled) std::shuffle(turn.begin(), turn.end(), random);
    bool done = true;
    for (unsigned i : turn) {
      if (machine.fibers[i].state == State::kReady) resume(machine.fibers[i]);
      if (!machine.error.empty()) throw Error(machine.error);
      done = done && machine.fibers[i].state == State::kDone;
    }
    if (done) return;
    const auto ready = [](const Fiber& f) { return f.state == State::kReady; };
    if (std::any_of(machine.fibers.begin(), machine.fibers.end(), ready)) continue;
    if (!let_some_go_on()) {
      for (const Fiber& f : machine.fibers) {
        if (f.state != State::kDone) throw Error("divergent barrier, all wait: " + where(f));
      }
    }
  }
}

// Frees what the blocks used. Not before the launch's end, after which everything is ordered.
void tidy() {
  acquire(&machine.finished);
  const Unseen unseen;
  for (void* memory : machine.used) std::free(memory);
  machine.used.clear();
  machine.shared.clear();
#ifdef HALE_THREAD_SANITIZER
  for (void* fiber : machine.old_sanitizers) __tsan_destroy_fiber(fiber);
#endif
  machine.old_sanitizers.clear();
}

}  // namespace

void run(unsigned grid, unsigned block, Order order, const std::function<void()>& kernel) {
  if (grid < 1 || block < 1 || block > 1024) throw Error("no such launch");
  machine.grid = grid;
  machine.block = block;
  machine.kernel = &kernel;
  machine.error.clear();
  machine.fibers.resize(block);
  machine.met.resize(1 + (block + kLanes - 1) / kLanes);
#ifdef HALE_THREAD_SANITIZER
  machine.main_sanitizer = __tsan_get_current_fiber();
#endif
  std::mt19937 random(1);
  for (machine.block_index = 0; machine.block_index < grid; ++machine.block_index) {
    // New stacks for each block: nothing that a sanitizer knows of the old ones holds.
    void* const stacks = mmap(nullptr, block * kStack, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stacks == MAP_FAILED) throw Error("no memory for the stacks");
    try {
      run_block(static_cast<char*>(stacks), order, random);
    } catch (...) {
      tidy();
      munmap(stacks, block * kStack);
      throw;
    }
    munmap(stacks, block * kStack);
    const Unseen unseen;
    machine.shared.clear();
  }
  tidy();
}

uint3 thread_index() { return {machine.current->index, 0, 0}; }
uint3 block_index() { return {machine.block_index, 0, 0}; }
uint3 block_size() { return {machine.block, 1, 1}; }
uint3 grid_size() { return {machine.grid, 1, 1}; }

void barrier(Place place) { wait(State::kAtBarrier, place, 0); }

Given exchange(unsigned mask, uint64_t value, const char* kind, Place place) {
  Fiber* const f = machine.current;
  if (!(mask >> (f->index % kLanes) & 1)) {
    f->place = place;
    throw Error("a lane outside of its own mask: " + where(*f));
  }
  f->mask = mask;
  f->kind = kind;
  f->given = value;
  wait(State::kInExchange, place, 1 + f->index / kLanes);
  return f->received;
}

void* shared(Place place, size_t bytes) {
  const Unseen unseen;
  void*& memory = machine.shared[{place.file, place.line}];
  if (memory == nullptr) {
    memory = std::malloc(bytes);
    std::memset(memory, 0xFF, bytes);
    machine.used.push_back(memory);
  }
  return memory;
}

}  // namespace cuda_on_cpu
