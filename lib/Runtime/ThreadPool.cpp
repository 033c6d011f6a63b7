//===- ThreadPool.cpp -----------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include <sched.h>

namespace lowp::runtime {

/// Kernels follow each other within microseconds: a worker looks that long for the next job before it
/// sleeps. Beyond that it would take the core from others.
static constexpr int kSpins = 4000;

static void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// The share of thread `index`: ranges differ by at most one iteration and depend on nothing else.
static int64_t shareBegin(int64_t count, int threads, int index) { return count * index / threads; }

void ThreadPool::runShare(int index) {
  int64_t begin = shareBegin(count, threads, index), end = shareBegin(count, threads, index + 1);
  if (begin < end)
    task(closure, begin, end);
}

unsigned ThreadPool::awaitJob(unsigned seen) {
  for (int i = 0; i < kSpins; ++i) {
    unsigned now = __atomic_load_n(&job, __ATOMIC_ACQUIRE);
    if (now != seen)
      return now;
    relax();
  }
  pthread_mutex_lock(&mutex);
  ++sleeping;
  while (__atomic_load_n(&job, __ATOMIC_ACQUIRE) == seen)
    pthread_cond_wait(&wake, &mutex);
  --sleeping;
  pthread_mutex_unlock(&mutex);
  return __atomic_load_n(&job, __ATOMIC_ACQUIRE);
}

void *ThreadPool::work(void *argument) {
  auto *worker = static_cast<Worker *>(argument);
  ThreadPool &pool = *worker->pool;
  for (unsigned seen = 0;;) {
    seen = pool.awaitJob(seen);
    if (pool.stopping)
      return nullptr;
    pool.runShare(worker->index);
    __atomic_sub_fetch(&pool.pending, 1, __ATOMIC_ACQ_REL);
  }
}

bool ThreadPool::start(int wanted) {
  threads = 1;
  for (int i = 1; i < wanted && i < kMaxThreads; ++i) {
    workers[i] = {this, i, {}};
    if (pthread_create(&workers[i].thread, nullptr, work, &workers[i]) != 0)
      return false;
    threads = i + 1;
  }
  return true;
}

/// Publishes a new job number. The lock makes sure that no worker is between its last look and its
/// sleep.
static void announce(pthread_mutex_t &mutex, pthread_cond_t &wake, unsigned &job, int &sleeping) {
  pthread_mutex_lock(&mutex);
  __atomic_add_fetch(&job, 1, __ATOMIC_ACQ_REL);
  if (sleeping > 0)
    pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&mutex);
}

void ThreadPool::stop() {
  stopping = true;
  announce(mutex, wake, job, sleeping);
  for (int i = 1; i < threads; ++i)
    pthread_join(workers[i].thread, nullptr);
}

void ThreadPool::run(lowp_task newTask, void *newClosure, int64_t newCount) {
  if (threads == 1 || newCount <= 1 || running) {
    if (newCount > 0)
      newTask(newClosure, 0, newCount);
    return;
  }
  running = true;
  task = newTask;
  closure = newClosure;
  count = newCount;
  __atomic_store_n(&pending, threads - 1, __ATOMIC_RELAXED);
  announce(mutex, wake, job, sleeping);
  runShare(0);
  for (int i = 0; __atomic_load_n(&pending, __ATOMIC_ACQUIRE) != 0; ++i)
    i < kSpins ? relax() : (void)sched_yield();
  running = false;
}

} // namespace lowp::runtime
