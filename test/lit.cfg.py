import os
import shutil
import sys

import lit.formats
from lit.llvm import llvm_config

config.name = "Lowp"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.lowp_build, "test")
config.excludes = ["Unit", "Inputs", "Consumer", "CMakeLists.txt", "lit.cfg.py"]
# A variable of one CHECK-LABEL block is not seen in the next.
config.environment["FILECHECK_OPTS"] = "-enable-var-scope --allow-unused-prefixes=false"

llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", os.path.join(config.lowp_build, "bin"), append_path=True)
config.substitutions.append(("%python", sys.executable))
config.substitutions.append(("%lowp_build", config.lowp_build))
config.substitutions.append(("%lowp_lib", os.path.join(config.lowp_build, "lib")))
config.substitutions.append(("%source", os.path.dirname(config.test_source_root)))

# Code for a row of the CPU table runs only where the processor has its instructions, or an emulator has them.
with open("/proc/cpuinfo") as cpuinfo:
    flags = set(next((line for line in cpuinfo if line.startswith("flags")), "").split())
avx512 = {"avx512f", "avx512bw", "avx512vl", "avx512dq"}
for row, needed in {
    "avx2": {"avx2", "fma"},
    "avx-vnni": {"avx2", "fma", "avx_vnni"},
    "avx-vnni-int8": {"avx2", "fma", "avx_vnni", "avx_vnni_int8"},
    "avx512bw": avx512,
    "avx512-vnni": avx512 | {"avx512_vnni"},
    "avx512-bf16": avx512 | {"avx512_vnni", "avx512_bf16"},
    "avx10.2": {"avx10_2"},
    "amx": avx512 | {"avx512_vnni", "avx512_bf16", "amx_tile", "amx_int8", "amx_bf16"},
}.items():
    if needed <= flags:
        config.available_features.add(row)
config.substitutions.append(("%foreign", "avx2" if os.uname().machine == "aarch64" else "dotprod"))
if os.uname().machine == "x86_64" and shutil.which("clang"):
    config.available_features.add("x86")
if all(shutil.which(tool) for tool in ("qemu-aarch64", "clang", "ld.lld")):
    config.available_features.add("qemu-aarch64")
if config.lowp_sanitize:
    config.available_features.add("sanitize")
    # libMLIR is not instrumented: memory that our copy of LLVM's inline allocators marks as unused is
    # not unmarked when libMLIR hands it out.
    config.environment["ASAN_OPTIONS"] = "allow_user_poisoning=0"
config.substitutions.append(("%mlir_lib", config.mlir_lib_dir))

# Runs @main of a module of upstream dialects on tensors, with nothing of ours in between.
to_llvm = ",".join(
    [
        "func.func(convert-elementwise-to-linalg)",
        "one-shot-bufferize{bufferize-function-boundaries}",
        "func.func(convert-linalg-to-loops)",
        "expand-strided-metadata",
        "lower-affine",
        "convert-scf-to-cf",
        "convert-math-to-llvm",
        "convert-arith-to-llvm",
        "finalize-memref-to-llvm",
        "convert-func-to-llvm",
        "convert-cf-to-llvm",
        "reconcile-unrealized-casts",
    ]
)
config.substitutions.append(
    (
        "%run_main",
        f"mlir-opt --pass-pipeline='builtin.module({to_llvm})' | mlir-runner -e main "
        f"-entry-point-result=void -shared-libs={config.mlir_lib_dir}/libmlir_runner_utils.so",
    )
)
