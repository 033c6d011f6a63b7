// RUN: quant-opt %s --lowp-verify-import --split-input-file --verify-diagnostics

func.func @unnamed(%x: tensor<2x2xf32>, %e: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // expected-error @below {{site without a record; run lowp-name-sites}}
  %0 = linalg.matmul ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// expected-error @below {{record of 0 sites, expected 1}}
lowp.site @nothing

// -----

func.func @assertion(%x: tensor<4xi1>, %e: tensor<4xi1>) -> tensor<4xi1> {
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xi1>) outs(%e : tensor<4xi1>) {
  ^bb0(%in: i1, %out: i1):
    // expected-error @below {{assertion in the body of a loop nest; run lowp-bound-gathers}}
    cf.assert %in, "no"
    linalg.yield %in : i1
  } -> tensor<4xi1>
  return %y : tensor<4xi1>
}
