// RUN: quant-opt %s --lowp-plan-memory --split-input-file | FileCheck %s

// 400 bytes take 448. The large one is placed first, at 0; the small ones live with it, one after the
// other: they share the bytes behind it.
// CHECK-LABEL: func.func @main
// CHECK-SAME: %[[ARENA:[^:]*]]: memref<512xi8>) attributes {lowp.arena_bytes = 512 : i64}
// CHECK: %[[AT448:.*]] = arith.constant 448 : index
// CHECK: memref.view %[[ARENA]][%[[AT448]]][] : memref<512xi8> to memref<16xf32>
// CHECK: %[[AT0:.*]] = arith.constant 0 : index
// CHECK: memref.view %[[ARENA]][%[[AT0]]][] : memref<512xi8> to memref<100xf32>
// CHECK: %[[AGAIN:.*]] = arith.constant 448 : index
// CHECK: memref.view %[[ARENA]][%[[AGAIN]]][] : memref<512xi8> to memref<5xi8>
// CHECK-NOT: memref.alloc
func.func private @read(memref<16xf32>)
func.func private @read_large(memref<100xf32>)
func.func private @read_bytes(memref<5xi8>)
func.func @main(%x: memref<4xf32>) {
  %small = memref.alloc() : memref<16xf32>
  %large = memref.alloc() : memref<100xf32>
  call @read(%small) : (memref<16xf32>) -> ()
  %bytes = memref.alloc() : memref<5xi8>
  call @read_bytes(%bytes) : (memref<5xi8>) -> ()
  call @read_large(%large) : (memref<100xf32>) -> ()
  return
}

// -----

// A buffer lives as long as any name of it: a view, a selection, the result of a branch.
// CHECK-LABEL: func.func @names
// CHECK-SAME: memref<1024xi8>) attributes {lowp.arena_bytes = 1024 : i64}
// CHECK-DAG: arith.constant 0 : index
// CHECK-DAG: arith.constant 256 : index
// CHECK-DAG: arith.constant 512 : index
// CHECK-DAG: arith.constant 768 : index
func.func private @read(memref<64xf32>)
func.func @names(%c: i1) {
  %0 = memref.alloc() : memref<64xf32>
  %1 = memref.alloc() : memref<64xf32>
  %2 = memref.alloc() : memref<8x8xf32>
  %view = memref.collapse_shape %2 [[0, 1]] : memref<8x8xf32> into memref<64xf32>
  %selected = arith.select %c, %0, %1 : memref<64xf32>
  %branch = scf.if %c -> memref<64xf32> {
    scf.yield %selected : memref<64xf32>
  } else {
    scf.yield %view : memref<64xf32>
  }
  %3 = memref.alloc() : memref<64xf32>
  call @read(%3) : (memref<64xf32>) -> ()
  call @read(%branch) : (memref<64xf32>) -> ()
  return
}

// -----

// Sizes follow from the length, and so do offsets: what lies above another begins at its end.
// CHECK-LABEL: func.func private @lengths.arena_bytes(%{{[^:]*}}: index) -> index
// CHECK: arith.muli
// CHECK: return
// CHECK-LABEL: func.func @lengths
// CHECK-SAME: (%[[N:[^:]*]]: index {lowp.length}, %[[ARENA:[^:]*]]: memref<i8>)
// CHECK: %[[UNITS:.*]] = arith.divui
// CHECK: %[[END:.*]] = arith.muli %[[UNITS]], %{{.*}} : index
// CHECK: %[[ALL:.*]] = memref.reinterpret_cast %[[ARENA]]
// CHECK: memref.view %[[ALL]][%c0{{.*}}][%[[N]]] : memref<?xi8> to memref<?x8xf32>
// CHECK: memref.view %[[ALL]][%[[END]]][] : memref<?xi8> to memref<16xf32>
// CHECK-NOT: memref.alloc
func.func private @read(memref<16xf32>)
func.func @lengths(%n: index {lowp.length}) {
  %c0 = arith.constant 0 : index
  %v = arith.constant 0.0 : f32
  %rows = memref.alloc(%n) : memref<?x8xf32>
  %small = memref.alloc() : memref<16xf32>
  call @read(%small) : (memref<16xf32>) -> ()
  memref.store %v, %rows[%c0, %c0] : memref<?x8xf32>
  return
}

// -----

// kind: does-not-apply. Without temporaries the arena is empty; private functions have none.
// CHECK-LABEL: func.func @empty
// CHECK-SAME: memref<0xi8>) attributes {lowp.arena_bytes = 0 : i64}
func.func @empty() {
  return
}
// CHECK-LABEL: func.func private @kernel()
// CHECK: memref.alloc
func.func private @kernel() {
  %0 = memref.alloc() : memref<64xf32>
  memref.dealloc %0 : memref<64xf32>
  return
}
