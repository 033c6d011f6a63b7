// RUN: quant-opt %s --lowp-lower-asserts --verify-diagnostics

func.func private @kernel(%ok: i1) {
  // expected-error @below {{'cf.assert' op stands in a kernel, expected one of a public function}}
  cf.assert %ok, "in range"
  return
}
