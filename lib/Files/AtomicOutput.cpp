//===- AtomicOutput.cpp ---------------------------------------------------===//
//
// Part of Lowp, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lowp/Files/AtomicOutput.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace lowp {

static Error errorFor(StringRef path, std::error_code code) {
  return createStringError(code, "cannot write '" + path + "': " + code.message());
}

/// The permissions that a file made by open(2) would have.
static void applyUmask(int fd) {
  mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
}

Expected<AtomicOutput> AtomicOutput::create(StringRef path) {
  AtomicOutput result;
  result.path = path.str();
  sys::fs::file_status status;
  bool exists = !sys::fs::status(path, status) && sys::fs::exists(status);
  if (exists && sys::fs::is_directory(status))
    return errorFor(path, std::make_error_code(std::errc::is_a_directory));
  std::error_code code;
  if (path == "-" || (exists && !sys::fs::is_regular_file(status))) {
    result.file = std::make_unique<raw_fd_ostream>(path, code);
    if (code)
      return errorFor(path, code);
    if (result.file->supportsSeeking()) {
      result.out = result.file.get();
    } else {
      result.buffer = std::make_unique<buffer_ostream>(*result.file);
      result.out = result.buffer.get();
    }
    return std::move(result);
  }
  SmallString<128> temporary;
  if ((code = sys::fs::createUniqueFile(path + ".tmp-%%%%%%", result.fd, temporary)))
    return errorFor(path, code);
  applyUmask(result.fd);
  result.temporary = std::string(temporary);
  sys::RemoveFileOnSignal(temporary);
  result.file = std::make_unique<raw_fd_ostream>(result.fd, /*shouldClose=*/true);
  result.out = result.file.get();
  return std::move(result);
}

AtomicOutput::~AtomicOutput() {
  if (file)
    file->clear_error();
  if (temporary.empty())
    return;
  sys::fs::remove(temporary);
  sys::DontRemoveFileOnSignal(temporary);
}

Error AtomicOutput::keep() {
  buffer.reset();
  file->flush();
  std::error_code synced;
  if (!temporary.empty() && fsync(fd) != 0)
    synced = std::error_code(errno, std::generic_category());
  if (!temporary.empty())
    file->close();
  if (std::error_code code = file->error() ? file->error() : synced) {
    file->clear_error();
    return errorFor(path, code);
  }
  if (temporary.empty())
    return Error::success();
  if (std::error_code code = sys::fs::rename(temporary, path))
    return errorFor(path, code);
  sys::DontRemoveFileOnSignal(temporary);
  temporary.clear();
  return Error::success();
}

} // namespace lowp
