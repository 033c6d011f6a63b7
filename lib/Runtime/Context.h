//===- Context.h - what a context is made of --------------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime is linked into every compiled library: libc and pthreads only, no C++ runtime.
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_LIB_RUNTIME_CONTEXT_H
#define LOWP_LIB_RUNTIME_CONTEXT_H

#include "lowp-c/Runtime.h"

#include <pthread.h>

namespace lowp::runtime {

constexpr int kMaxThreads = 256;

/// Workers that wait for a task. One job at a time: the caller of run() takes part and waits for all.
struct ThreadPool {
  int threads = 1; ///< workers and the caller

  bool start(int count);
  void stop();
  void run(lowp_task task, void *closure, int64_t count);

private:
  struct Worker {
    ThreadPool *pool;
    int index;
    pthread_t thread;
  };

  static void *work(void *worker);
  /// Waits until the job number is no longer `seen`; returns the new one.
  unsigned awaitJob(unsigned seen);
  void runShare(int index);

  Worker workers[kMaxThreads];
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
  unsigned job = 0;    ///< number of the current job; changes when one begins
  int pending = 0;     ///< workers that have not finished it
  int sleeping = 0;    ///< workers in pthread_cond_wait
  bool stopping = false;
  bool running = false; ///< a job is under way: a nested one runs inline
  lowp_task task = nullptr;
  void *closure = nullptr;
  int64_t count = 0;
};

} // namespace lowp::runtime

struct lowp_context {
  lowp::runtime::ThreadPool pool;
  void *arena = nullptr;
  int64_t arenaBytes = 0;
  lowp_probe_handler probeHandler = nullptr;
  void *probeUser = nullptr;
  const char *entry = "";  ///< the entry point that runs
  int failed = 0;          ///< has a check of this run failed?
  char error[512] = "";
};

#endif
