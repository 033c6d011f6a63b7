// RUN: quant-opt %s --lowp-prove-accumulators --verify-diagnostics

#a = #lowp.spec<u16, block = [1, ?], symmetric>
#w = #lowp.spec<u16, block = [?, 1], symmetric>
// 1 · 65535 · 65535: one product of wide codes is too much.
func.func @wide(%q: tensor<1x1xi16>, %s: tensor<1x1xf32>, %wq: tensor<1x1xi16>, %e: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %x = lowp.dequantize %q, %s {spec = #a} : (tensor<1x1xi16>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %y = lowp.dequantize %wq, %s {spec = #w} : (tensor<1x1xi16>, tensor<1x1xf32>) -> tensor<1x1xf32>
  // expected-error @below {{site 'linalg.matmul': an accumulator can reach 4294836225, expected at most 2147483647}}
  %0 = linalg.matmul ins(%x, %y : tensor<1x1xf32>, tensor<1x1xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
