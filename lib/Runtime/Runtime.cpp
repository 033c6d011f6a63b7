//===- Runtime.cpp --------------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include <errno.h>
#include <new>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOWP_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

constexpr size_t kAlignment = 64;
constexpr const char *kDTypeNames[] = {"bool", "i8",  "u8",   "i16", "i32",
                                       "i64",  "f16", "bf16", "f32", "f64"};

int fail(lowp_context *context, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(context->error, sizeof(context->error), format, args);
  va_end(args);
  return 1;
}

const char *dtypeName(int32_t dtype) {
  return dtype >= LOWP_BOOL && dtype <= LOWP_F64 ? kDTypeNames[dtype] : "unknown";
}

/// "f32 [1, 384]"; ? where a dimension varies.
void describe(char *text, size_t size, int32_t dtype, int32_t rank, const int64_t *shape) {
  int used = snprintf(text, size, "%s [", dtypeName(dtype));
  for (int32_t d = 0; d < rank && d < LOWP_MAX_RANK && used > 0 && size_t(used) < size; ++d) {
    const char *comma = d ? ", " : "";
    used += shape[d] == LOWP_DYNAMIC
                ? snprintf(text + used, size - used, "%s?", comma)
                : snprintf(text + used, size - used, "%s%lld", comma, (long long)shape[d]);
  }
  if (used > 0 && size_t(used) + 1 < size)
    snprintf(text + used, size - used, "]");
}

bool matches(const lowp_value_info &info, const lowp_tensor &tensor) {
  if (tensor.dtype != info.dtype || tensor.rank != info.rank)
    return false;
  for (int32_t d = 0; d < info.rank; ++d)
    if (info.shape[d] != LOWP_DYNAMIC && info.shape[d] != tensor.shape[d])
      return false;
  return true;
}

int check(lowp_context *context, const lowp_entry_info &entry, const lowp_value_info &info,
          const lowp_tensor &tensor) {
  if (!tensor.data)
    return fail(context, "%s: '%s' has no data", entry.name, info.name);
  if (reinterpret_cast<uintptr_t>(tensor.data) % kAlignment)
    return fail(context, "%s: the data of '%s' is not aligned to %zu bytes", entry.name, info.name,
                kAlignment);
  if (matches(info, tensor))
    return 0;
  char found[160], expected[160];
  describe(found, sizeof(found), tensor.dtype, tensor.rank, tensor.shape);
  describe(expected, sizeof(expected), info.dtype, info.rank, info.shape);
  return fail(context, "%s: '%s' is %s, expected %s", entry.name, info.name, found, expected);
}

/// The size of the dimensions that vary: taken from the first, the others must agree.
struct Length {
  int64_t size = 0;
  const char *name = nullptr;
};

int takeLength(lowp_context *context, const lowp_entry_info &entry, const lowp_value_info &info,
               const lowp_tensor &tensor, Length &length) {
  for (int32_t d = 0; d < info.rank; ++d) {
    if (info.shape[d] != LOWP_DYNAMIC || (length.name && tensor.shape[d] == length.size))
      continue;
    long long size = tensor.shape[d];
    if (length.name)
      return fail(context, "%s: dimension %d of '%s' is %lld, expected %lld as in '%s'", entry.name, d,
                  info.name, size, (long long)length.size, length.name);
    if (size < 1 || size > entry.max_length)
      return fail(context, "%s: dimension %d of '%s' is %lld, expected 1 to %lld", entry.name, d, info.name,
                  size, (long long)entry.max_length);
    length = {tensor.shape[d], info.name};
  }
  return 0;
}

size_t bytesOf(const lowp_tensor &tensor) {
  constexpr size_t kWidths[] = {1, 1, 1, 2, 4, 8, 2, 2, 4, 8};
  size_t bytes = kWidths[tensor.dtype];
  for (int32_t d = 0; d < tensor.rank; ++d)
    bytes *= tensor.shape[d];
  return bytes;
}

/// The buffer that an argument is updated in: its result's, with its state in it.
void *stateOf(const lowp_tensor &argument, const lowp_tensor &result) {
  if (argument.data != result.data)
    memcpy(result.data, argument.data, bytesOf(argument));
  return result.data;
}

bool growArena(lowp_context *context, int64_t bytes) {
  if (bytes <= context->arenaBytes)
    return true;
  free(context->arena);
  context->arenaBytes = 0;
  context->arena = nullptr;
  if (posix_memalign(&context->arena, kAlignment, bytes) != 0)
    return false;
  context->arenaBytes = bytes;
  return true;
}

int defaultThreads() {
  if (const char *text = getenv("LOWP_NUM_THREADS"))
    if (int threads = atoi(text); threads > 0)
      return threads;
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0)
    return CPU_COUNT(&set);
  return 1;
}

} // namespace

/// Code for AMX may use its tiles only after the process has asked for them. Where there are none the
/// request fails, and nobody needs them.
static void requestTiles() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr int kRequestPermission = 0x1023, kTileData = 18; // asm/prctl.h: ARCH_REQ_XCOMP_PERM
  (void)syscall(SYS_arch_prctl, kRequestPermission, kTileData);
#endif
}

/// The weights of the library that this is linked into; null where there are none, as in a process that compiles.
extern "C" __attribute__((weak, visibility("hidden"))) const char lowp_weights[], lowp_weights_end[];

/// Where the kernel keeps files in large pages it may map weights by them: reading 4 KiB at a time takes twice as
/// long. A kernel that cannot refuses, and nothing is lost.
static void requestLargePages() {
#ifdef MADV_HUGEPAGE
  if (!lowp_weights)
    return;
  uintptr_t page = sysconf(_SC_PAGESIZE), begin = reinterpret_cast<uintptr_t>(lowp_weights) / page * page;
  uintptr_t end = reinterpret_cast<uintptr_t>(lowp_weights_end) / page * page;
  if (begin < end)
    (void)madvise(reinterpret_cast<void *>(begin), end - begin, MADV_HUGEPAGE);
#endif
}

LOWP_EXPORT lowp_context *lowp_context_create(int threads) {
  void *memory = nullptr;
  if (posix_memalign(&memory, kAlignment, sizeof(lowp_context)) != 0)
    return nullptr;
  auto *context = new (memory) lowp_context();
  requestTiles();
  requestLargePages();
  context->pool.start(threads > 0 ? threads : defaultThreads());
  return context;
}

LOWP_EXPORT void lowp_context_destroy(lowp_context *context) {
  if (!context)
    return;
  context->pool.stop();
  free(context->arena);
  free(context);
}

LOWP_EXPORT const char *lowp_error_message(const lowp_context *context) { return context->error; }

LOWP_EXPORT void lowp_context_set_probe_handler(lowp_context *context, lowp_probe_handler handler,
                                                void *user) {
  context->probeHandler = handler;
  context->probeUser = user;
}

LOWP_EXPORT int lowp_invoke(const lowp_entry_info *entry, const lowp_tensor *args,
                           lowp_tensor *results, lowp_context *context) {
  context->error[0] = '\0';
  context->entry = entry->name;
  context->failed = 0;
  constexpr int kMaxValues = 256;
  if (entry->num_arguments > kMaxValues || entry->num_results > kMaxValues)
    return fail(context, "%s: more than %d arguments or results", entry->name, kMaxValues);
  void *argData[kMaxValues], *resultData[kMaxValues];
  Length length;
  for (int32_t i = 0; i < entry->num_arguments; ++i) {
    if (check(context, *entry, entry->arguments[i], args[i]) ||
        takeLength(context, *entry, entry->arguments[i], args[i], length))
      return 1;
    argData[i] = args[i].data;
  }
  for (int32_t i = 0; i < entry->num_results; ++i) {
    if (check(context, *entry, entry->results[i], results[i]) ||
        takeLength(context, *entry, entry->results[i], results[i], length))
      return 1;
    resultData[i] = results[i].data;
  }
  for (int32_t i = 0; i < entry->num_arguments; ++i)
    if (int32_t result = entry->arguments[i].result; result >= 0)
      argData[i] = stateOf(args[i], results[result]);
  int64_t bytes = entry->arena_bytes(length.size);
  if (!growArena(context, bytes))
    return fail(context, "%s: out of memory: %lld bytes of scratch memory", entry->name,
                (long long)bytes);
  entry->body(argData, resultData, length.size, context->arena, context);
  return context->failed;
}

extern "C" void lowp_parallel_for(lowp_context *context, lowp_task task, void *closure,
                                  int64_t count) {
  context->pool.run(task, closure, count);
}

extern "C" void lowp_check(lowp_context *context, const char *message, int64_t holds) {
  if (!holds && !context->failed)
    context->failed = fail(context, "%s: %s", context->entry, message);
}

extern "C" void lowp_check_index(lowp_context *context, const char *message, int64_t index,
                                 int64_t size) {
  if ((index < 0 || index >= size) && !context->failed)
    context->failed = fail(context, "%s: %s: found %lld, expected 0 <= index < %lld", context->entry,
                           message, (long long)index, (long long)size);
}

extern "C" void lowp_probe(lowp_context *context, int64_t probe, const float *data, int64_t count) {
  if (context->probeHandler)
    context->probeHandler(context->probeUser, probe, data, count);
}
