//===- AtomicOutput.h - all of a file or nothing ----------------*- C++ -*-===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LOWP_FILES_ATOMICOUTPUT_H
#define LOWP_FILES_ATOMICOUTPUT_H

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace lowp {

/// Output that appears under its name complete or not at all: written to a temporary file in the same
/// folder, synced and renamed by keep(). Without keep(), on an error and on SIGINT or SIGTERM the
/// temporary is removed and an existing file stays as it was. "-" and what is no regular file (a
/// device, a pipe) is written directly.
class AtomicOutput {
public:
  static llvm::Expected<AtomicOutput> create(llvm::StringRef path);
  AtomicOutput(AtomicOutput &&) = default;
  ~AtomicOutput();

  llvm::raw_pwrite_stream &stream() { return *out; }
  /// Publishes what was written. Reports write errors (a full disk) that happened on the way.
  llvm::Error keep();

private:
  AtomicOutput() = default;

  std::string path;
  std::string temporary; ///< empty where the output is written directly, or was kept
  int fd = -1;           ///< of the temporary
  std::unique_ptr<llvm::raw_fd_ostream> file;
  std::unique_ptr<llvm::raw_pwrite_stream> buffer; ///< for pipes, which cannot seek
  llvm::raw_pwrite_stream *out = nullptr;
};

} // namespace lowp

#endif
