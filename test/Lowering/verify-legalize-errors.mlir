// RUN: quant-opt %s --lowp-verify-legalize --split-input-file --verify-diagnostics

#a = #lowp.spec<i8, block = [1, ?], symmetric>
lowp.site @records.stay
func.func @left(%x: tensor<3x2xf32>) -> tensor<3x1xf32> {
  // expected-error @below {{is left after legalize}}
  %s = lowp.choose_qparams %x {spec = #a} : (tensor<3x2xf32>) -> tensor<3x1xf32>
  return %s : tensor<3x1xf32>
}

// -----

func.func @narrow() -> tensor<2xi4> {
  // expected-error @below {{has a result of type 'tensor<2xi4>' after legalize, expected codes of 8 bits}}
  %q = arith.constant dense<[1, 2]> : tensor<2xi4>
  return %q : tensor<2xi4>
}
