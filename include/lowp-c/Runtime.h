//===- Runtime.h - ABI of compiled models ---------------------------*- C -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a compiled library exports and what compiled code calls. A library needs nothing of LLVM.
//
// Per entry function F a library exports
//
//   int F(const lowp_tensor *args, lowp_tensor *results, lowp_context *context);
//
// which returns 0, or an error code whose text is lowp_error_message(context). The caller owns all
// buffers: contiguous, row-major, 64-byte aligned. One context per calling thread; no global state.
//
// Dimensions that vary (LOWP_DYNAMIC in lowp_describe) are one length: in a call all of them, in arguments
// and results alike, have the same size, at least 1 and at most max_length of the entry. A result's shape
// is therefore known before the call: its description with that size in place of LOWP_DYNAMIC. Scratch memory
// grows when a longer sequence comes; calls of the same length or shorter allocate nothing.
//
// An argument that is updated in place (`result` of its description) is the state before the call, and that
// result the state behind it. The caller may pass one buffer for both: then only what changes is written. With
// two buffers the state is copied first, and the argument stays as it was.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_C_RUNTIME_H
#define LOWP_C_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOWP_ABI_VERSION 3
#define LOWP_MAX_RANK 8
#define LOWP_DYNAMIC (-1)

typedef enum lowp_dtype {
  LOWP_BOOL = 0, /* one byte, 0 or 1 */
  LOWP_I8 = 1,
  LOWP_U8 = 2,
  LOWP_I16 = 3,
  LOWP_I32 = 4,
  LOWP_I64 = 5,
  LOWP_F16 = 6,
  LOWP_BF16 = 7,
  LOWP_F32 = 8,
  LOWP_F64 = 9
} lowp_dtype;

typedef struct lowp_tensor {
  void *data;
  int32_t dtype;
  int32_t rank;
  int64_t shape[LOWP_MAX_RANK];
} lowp_tensor;

typedef struct lowp_context lowp_context;

/* threads <= 0: the value of LOWP_NUM_THREADS, else the number of available cores. */
lowp_context *lowp_context_create(int threads);
void lowp_context_destroy(lowp_context *context);
/* The last error of this context; "" if there was none. Valid until the next call with it. */
const char *lowp_error_message(const lowp_context *context);

/* An argument or a result: shape[i] is LOWP_DYNAMIC where it varies. */
typedef struct lowp_value_info {
  const char *name;
  int32_t dtype;
  int32_t rank;
  int64_t shape[LOWP_MAX_RANK];
  int32_t result;   /* of an argument: the result that it is updated in place to; -1: none */
  int32_t optional; /* of an argument: files of samples may lack it, it is 0 then */
} lowp_value_info;

/* The code behind an entry point. `length` is the size of the dimensions that vary, 0 if none does; `arena`
   is 64-byte aligned scratch memory of arena_bytes(length) bytes. */
typedef void (*lowp_body)(void *const *args, void *const *results, int64_t length, void *arena,
                          lowp_context *context);

typedef struct lowp_entry_info {
  const char *name;
  int32_t num_arguments;
  int32_t num_results;
  const lowp_value_info *arguments;
  const lowp_value_info *results;
  lowp_body body;
  int64_t (*arena_bytes)(int64_t length);
  int64_t max_length; /* INT64_MAX: whatever memory allows */
} lowp_entry_info;

typedef struct lowp_model_info {
  int32_t abi_version;
  int32_t num_entries;
  const lowp_entry_info *entries;
  const char *target;      /* the row of the ISA table the code was made for */
  const char *source_hash; /* SHA-256 of the module after import, hexadecimal */
  const char *tokenizer;   /* JSON, see docs/HowTo/GenerateText.md; null: none. Not terminated by a 0 */
  int64_t tokenizer_bytes;
} lowp_model_info;

/* Exported by each compiled library. Of a library with code for several rows of the ISA table: of the row that is
   taken on this processor, the first in the library's order that it has, or the one that the environment's LOWP_ISA
   names; null where there is none. */
const lowp_model_info *lowp_describe(void);

/* ---- called by compiled code --------------------------------------------------------------- */

/* Checks args and results against the entry's description, sizes the arena, runs the body. */
int lowp_invoke(const lowp_entry_info *entry, const lowp_tensor *args, lowp_tensor *results,
                lowp_context *context);

/* The code of a library for one row of the ISA table. */
typedef struct lowp_row_info {
  const char *name;
  const char *features; /* what a processor must have: LLVM's names, separated by commas; "": nothing */
  const lowp_model_info *(*describe)(void);
} lowp_row_info;
/* What lowp_describe returns. */
const lowp_model_info *lowp_choose_row(const lowp_row_info *rows, int32_t num_rows);
/* lowp_invoke of entry `entry` of that row; an error where there is none. */
int lowp_invoke_row(const lowp_row_info *rows, int32_t num_rows, int32_t entry, const lowp_tensor *args,
                    lowp_tensor *results, lowp_context *context);

typedef void (*lowp_task)(void *closure, int64_t begin, int64_t end);
/* Runs task on disjoint ranges that cover [0, count), on this context's threads; returns when all
   are done. Which thread runs which range does not change any result. */
void lowp_parallel_for(lowp_context *context, lowp_task task, void *closure, int64_t count);

/* Checks of the compiled code. One that fails is noted, the first of a run with its message; the run
   goes on, within its buffers, and the entry point returns an error. For the calling thread alone.
   lowp_check: `holds` is not 0. lowp_check_index: 0 <= index < size. */
void lowp_check(lowp_context *context, const char *message, int64_t holds);
void lowp_check_index(lowp_context *context, const char *message, int64_t index, int64_t size);

/* Calibration: hands `count` elements of f32 to the probe handler of the context, if it has one. */
void lowp_probe(lowp_context *context, int64_t probe, const float *data, int64_t count);
typedef void (*lowp_probe_handler)(void *user, int64_t probe, const float *data, int64_t count);
void lowp_context_set_probe_handler(lowp_context *context, lowp_probe_handler handler, void *user);

#ifdef __cplusplus
}
#endif

#endif
