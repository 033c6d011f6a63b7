// RUN: quant-opt %s --lowp-outline-kernels --lowp-plan-memory | FileCheck %s

// Equal nests are one kernel. The first temporary is dead when the third begins: they share bytes.
// CHECK: func.func private @kernel(%{{.*}}: memref<64xf32> {llvm.noalias}, %{{.*}}: memref<64xf32> {llvm.noalias}, %{{.*}}: index, %{{.*}}: index)
// CHECK: scf.for
// CHECK-NOT: func.func private
// CHECK: func.func @main(%[[X:.*]]: memref<64xf32>, %[[Y:.*]]: memref<64xf32>, %[[ARENA:.*]]: memref<512xi8>) attributes {lowp.arena_bytes = 512 : i64}
// CHECK-DAG: %[[T0:.*]] = memref.view %[[ARENA]][%{{.*}}][] : memref<512xi8> to memref<64xf32>
// CHECK-COUNT-4: call @kernel(
func.func @main(%x: memref<64xf32>, %y: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %t0 = memref.alloc() : memref<64xf32>
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %v = memref.load %x[%i] : memref<64xf32>
    memref.store %v, %t0[%i] : memref<64xf32>
  }
  %t1 = memref.alloc() : memref<64xf32>
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %v = memref.load %t0[%i] : memref<64xf32>
    memref.store %v, %t1[%i] : memref<64xf32>
  }
  %t2 = memref.alloc() : memref<64xf32>
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %v = memref.load %t1[%i] : memref<64xf32>
    memref.store %v, %t2[%i] : memref<64xf32>
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %v = memref.load %t2[%i] : memref<64xf32>
    memref.store %v, %y[%i] : memref<64xf32>
  }
  return
}
