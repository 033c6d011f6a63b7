// RUN: quant-opt %s --pass-pipeline='builtin.module(func.func(lowp-skip-masked{target=z80}))' --verify-diagnostics

// expected-error @below {{unknown target 'z80', expected one of}}
func.func @main() {
  return
}
