//===- Rows.cpp - which code of a library a processor takes ---------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

#define LOWP_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

/// Does this processor, and its system, have the feature of that LLVM name (`length` characters)? One that is not
/// known here, it has not.
bool hasFeature(const char *name, size_t length) {
#define LOWP_FEATURE(NAME, HAS)                                                                                        \
  if (strlen(NAME) == length && strncmp(name, NAME, length) == 0)                                                      \
    return (HAS) != 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
#define X86_FEATURE(NAME) LOWP_FEATURE(NAME, __builtin_cpu_supports(NAME))
  X86_FEATURE("avx2")
  X86_FEATURE("fma")
  X86_FEATURE("avxvnni")
  X86_FEATURE("avxvnniint8")
  X86_FEATURE("avx512f")
  X86_FEATURE("avx512bw")
  X86_FEATURE("avx512vl")
  X86_FEATURE("avx512dq")
  X86_FEATURE("avx512vnni")
  X86_FEATURE("avx512bf16")
  X86_FEATURE("avx10.2")
  X86_FEATURE("amx-tile")
  X86_FEATURE("amx-int8")
  X86_FEATURE("amx-bf16")
#undef X86_FEATURE
#elif defined(__aarch64__)
  constexpr unsigned long kDotProd = 1ul << 20, kI8mm = 1ul << 13; // HWCAP_ASIMDDP, HWCAP2_I8MM
  LOWP_FEATURE("neon", true)
  LOWP_FEATURE("dotprod", getauxval(AT_HWCAP) & kDotProd)
  LOWP_FEATURE("i8mm", getauxval(AT_HWCAP2) & kI8mm)
#endif
#undef LOWP_FEATURE
  return false;
}

bool isSupported(const lowp_row_info &row) {
  for (const char *name = row.features; *name;) {
    size_t length = strcspn(name, ",");
    if (!hasFeature(name, length))
      return false;
    name += length + (name[length] == ',');
  }
  return true;
}

/// "no code for this processor: the library has avx512-vnni, avx2; LOWP_ISA is 'avx2'".
void describeMissing(const lowp_row_info *rows, int32_t count, char *text, size_t size) {
  size_t used = snprintf(text, size, "no code for this processor: the library has ");
  for (int32_t i = 0; i < count && used < size; ++i)
    used += snprintf(text + used, size - used, "%s%s", i ? ", " : "", rows[i].name);
  const char *wanted = getenv("LOWP_ISA");
  if (wanted && *wanted && used < size)
    snprintf(text + used, size - used, "; LOWP_ISA is '%s'", wanted);
}

} // namespace

LOWP_EXPORT const lowp_model_info *lowp_choose_row(const lowp_row_info *rows, int32_t count) {
  const char *wanted = getenv("LOWP_ISA");
  for (int32_t i = 0; i < count; ++i)
    if ((!wanted || !*wanted || strcmp(wanted, rows[i].name) == 0) && isSupported(rows[i]))
      return rows[i].describe();
  return nullptr;
}

LOWP_EXPORT int lowp_invoke_row(const lowp_row_info *rows, int32_t count, int32_t entry, const lowp_tensor *args,
                                lowp_tensor *results, lowp_context *context) {
  if (const lowp_model_info *model = lowp_choose_row(rows, count))
    return lowp_invoke(&model->entries[entry], args, results, context);
  describeMissing(rows, count, context->error, sizeof(context->error));
  return 1;
}
