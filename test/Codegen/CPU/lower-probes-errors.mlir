// RUN: quant-opt %s --lowp-lower-probes --verify-diagnostics

lowp.site @q
func.func @dynamic(%x: tensor<?x2xf32>) {
  // expected-error @below {{probe of 'tensor<?x2xf32>', expected a static shape}}
  lowp.observe %x {site = @q, what = [#lowp.statistic<min_max>]} : tensor<?x2xf32>
  return
}
