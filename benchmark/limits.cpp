//===- limits.cpp - what this machine can do at most ----------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   limits THREADS SECONDS
//
// prints one JSON object: the peak of i8 products and of f32 multiply-adds, and the read bandwidth at a
// size within each level of the caches and beyond them, of so many threads together:
//
//   {"threads":1,"int8":{"vpdpbusd zmm":958.1},"float32":{"fma zmm":240.2},"read":{"L1":440.0,…}}
//
// in 10⁹ operations (a multiply-add is two) and 10⁹ bytes per second, the best of many short runs.
// Peaks are loops on registers alone, with more accumulators than an instruction's latency times its
// throughput. Which loops run is decided by what the processor has.
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/mman.h>

using Clock = std::chrono::steady_clock;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

#if defined(__x86_64__)

typedef int32_t Ymm __attribute__((vector_size(32)));
typedef int32_t Zmm __attribute__((vector_size(64)));

/// A loop of 12 independent chains of `INSN`. The operands are zeros: the time does not depend on them.
#define LOOP(NAME, ISA, REGISTER, CONSTRAINT, INSN)                                                \
  __attribute__((target(ISA))) static void NAME(int64_t n) {                                       \
    REGISTER r[12] = {}, a = {};                                                                   \
    for (int64_t i = 0; i < n; ++i)                                                                \
      asm volatile(INSN("%0") INSN("%1") INSN("%2") INSN("%3") INSN("%4") INSN("%5") INSN("%6")    \
                       INSN("%7") INSN("%8") INSN("%9") INSN("%10") INSN("%11")                    \
                   : CONSTRAINT(r[0]), CONSTRAINT(r[1]), CONSTRAINT(r[2]), CONSTRAINT(r[3]),       \
                     CONSTRAINT(r[4]), CONSTRAINT(r[5]), CONSTRAINT(r[6]), CONSTRAINT(r[7]),       \
                     CONSTRAINT(r[8]), CONSTRAINT(r[9]), CONSTRAINT(r[10]), CONSTRAINT(r[11])      \
                   : "x"(a));                                                                      \
  }

#define VPDPBUSD(ACC) "vpdpbusd %12, %12, " ACC "\n"
#define VPDPBUSD_VEX(ACC) "%{vex%} vpdpbusd %12, %12, " ACC "\n"
// The sum of pairs of i16 products, and its addition: what a step costs without a dot instruction. The
// sum goes to a register of its own, or the chain would be one.
#define VPMADDWD(ACC) "vpmaddwd %12, %12, %%ymm15\nvpaddd %%ymm15, " ACC ", " ACC "\n"
#define FMA(ACC) "vfmadd231ps %12, %12, " ACC "\n"

LOOP(vpdpbusdZmm, "avx512f,avx512bw,avx512vl,avx512vnni", Zmm, "+v", VPDPBUSD)
LOOP(vpdpbusdYmm, "avx2,avxvnni", Ymm, "+x", VPDPBUSD_VEX)
LOOP(fmaZmm, "avx512f", Zmm, "+v", FMA)
LOOP(fmaYmm, "avx2,fma", Ymm, "+x", FMA)

__attribute__((target("avx2"))) static void vpmaddwdYmm(int64_t n) {
  Ymm r[12] = {}, a = {};
  for (int64_t i = 0; i < n; ++i)
    asm volatile(VPMADDWD("%0") VPMADDWD("%1") VPMADDWD("%2") VPMADDWD("%3") VPMADDWD("%4")
                     VPMADDWD("%5") VPMADDWD("%6") VPMADDWD("%7") VPMADDWD("%8") VPMADDWD("%9")
                         VPMADDWD("%10") VPMADDWD("%11")
                 : "+x"(r[0]), "+x"(r[1]), "+x"(r[2]), "+x"(r[3]), "+x"(r[4]), "+x"(r[5]),
                   "+x"(r[6]), "+x"(r[7]), "+x"(r[8]), "+x"(r[9]), "+x"(r[10]), "+x"(r[11])
                 : "x"(a)
                 : "xmm15");
}

#define READ(NAME, ISA, REGISTER)                                                                  \
  __attribute__((target(ISA))) static void NAME(const char *data, int64_t bytes) {                 \
    REGISTER s[8] = {};                                                                            \
    for (int64_t i = 0; i < bytes; i += sizeof(s))                                                 \
      for (int j = 0; j < 8; ++j)                                                                  \
        s[j] ^= *reinterpret_cast<const REGISTER *>(data + i + j * sizeof(REGISTER));              \
    for (int j = 0; j < 8; ++j)                                                                    \
      asm volatile("" ::"x"(s[j]));                                                                \
  }

READ(readZmm, "avx512f", Zmm)
READ(readYmm, "avx2", Ymm)

#endif

static void readWords(const char *data, int64_t bytes) {
  uint64_t s[8] = {};
  for (int64_t i = 0; i < bytes; i += sizeof(s))
    for (int j = 0; j < 8; ++j)
      s[j] ^= *reinterpret_cast<const uint64_t *>(data + i + j * sizeof(uint64_t));
  for (int j = 0; j < 8; ++j)
    asm volatile("" ::"r"(s[j]));
}

struct Peak {
  const char *name;
  void (*loop)(int64_t);
  double operations; ///< of one iteration
};

using Reader = void (*)(const char *, int64_t);

struct Processor {
  std::vector<Peak> int8, float32;
  Reader read = readWords;
};

static Processor detect() {
  Processor p;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni"))
    p.int8.push_back({"vpdpbusd zmm", vpdpbusdZmm, 12 * 128.0});
  if (__builtin_cpu_supports("avxvnni"))
    p.int8.push_back({"vpdpbusd ymm", vpdpbusdYmm, 12 * 64.0});
  if (__builtin_cpu_supports("avx2"))
    p.int8.push_back({"vpmaddwd ymm", vpmaddwdYmm, 12 * 32.0});
  if (__builtin_cpu_supports("avx512f"))
    p.float32.push_back({"fma zmm", fmaZmm, 12 * 32.0}), p.read = readZmm;
  else if (__builtin_cpu_supports("avx2"))
    p.read = readYmm;
  if (__builtin_cpu_supports("fma"))
    p.float32.push_back({"fma ymm", fmaYmm, 12 * 16.0});
#endif
  return p;
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

/// The shortest time in which `threads` threads, started together, all run `work(thread)`.
template <typename Work> static double bestTime(int threads, double seconds, Work work) {
  double best = 1e30;
  Clock::time_point end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(seconds));
  do {
    std::atomic<int> ready{0};
    std::vector<Clock::time_point> starts(threads), ends(threads);
    auto body = [&](int thread) {
      work(thread); // brings its data into the caches
      ++ready;
      while (ready < threads) {
      }
      starts[thread] = Clock::now();
      work(thread);
      ends[thread] = Clock::now();
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads; ++i)
      others.emplace_back(body, i);
    body(0);
    for (std::thread &other : others)
      other.join();
    std::chrono::duration<double> time = *std::max_element(ends.begin(), ends.end()) -
                                         *std::min_element(starts.begin(), starts.end());
    best = std::min(best, time.count());
  } while (Clock::now() < end);
  return best;
}

static void printPeaks(const char *what, const std::vector<Peak> &peaks, int threads,
                       double seconds) {
  constexpr int64_t kIterations = 100000;
  printf(",\"%s\":{", what);
  const char *separator = "";
  for (const Peak &peak : peaks) {
    double time = bestTime(threads, seconds, [&](int) { peak.loop(kIterations); });
    printf("%s\"%s\":%.1f", separator, peak.name,
           peak.operations * kIterations * threads / time / 1e9);
    separator = ",";
  }
  printf("}");
}

/// Bytes of a cache, or a usual size where the system does not say.
static int64_t cacheBytes(int name, int64_t usual) {
  long bytes = sysconf(name);
  return bytes > 0 ? bytes : usual;
}

static double readRate(Reader read, int64_t bytesPerThread, int threads, double seconds) {
  int64_t part = bytesPerThread / 512 * 512, bytes = part * threads;
  void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return 0;
  madvise(memory, bytes, MADV_HUGEPAGE);
  memset(memory, 1, bytes);
  const char *data = static_cast<const char *>(memory);
  int64_t passes = std::max<int64_t>(1, (int64_t(16) << 20) / part);
  double time = bestTime(threads, seconds, [&](int thread) {
    for (int64_t i = 0; i < passes; ++i)
      read(data + thread * part, part);
  });
  munmap(memory, bytes);
  return static_cast<double>(bytes) * passes / time / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 3 || atoi(argv[1]) < 1) {
    fprintf(stderr, "usage: limits THREADS SECONDS\n");
    return 1;
  }
  int threads = atoi(argv[1]);
  Processor p = detect();
  double share = atof(argv[2]) / (p.int8.size() + p.float32.size() + 4);
  printf("{\"threads\":%d", threads);
  printPeaks("int8", p.int8, threads, share);
  printPeaks("float32", p.float32, threads, share);
  int64_t l1 = cacheBytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10);
  int64_t l2 = cacheBytes(_SC_LEVEL2_CACHE_SIZE, 1 << 20);
  int64_t l3 = cacheBytes(_SC_LEVEL3_CACHE_SIZE, 16 << 20);
  // Parts of a level: what else lies there must not push the data out. The third level is shared.
  struct {
    const char *name;
    int64_t bytes;
  } levels[] = {{"L1", l1 / 2}, {"L2", l2 / 2}, {"L3", l3 / 4 / threads}, {"DRAM", l3 * 2 / threads}};
  printf(",\"read\":{");
  for (auto &level : levels)
    printf("%s\"%s\":%.1f", &level == levels ? "" : ",", level.name,
           readRate(p.read, level.bytes, threads, share));
  printf("}}\n");
  return 0;
}
