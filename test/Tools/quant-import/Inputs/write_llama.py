"""Writes a tiny random Llama of the transformers library as GGUF:

    write_llama.py OUT.gguf [F32|F16|Q8_0|Q4_0] [KEY=VALUE]

Q and K rows go from halves to rotary pairs, as llama.cpp's converter does it. KEY=VALUE overrides
a string of the metadata."""

import sys

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Type
from transformers import LlamaConfig, LlamaForCausalLM


def reference():
    """The model whose logits count."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0},
        rms_norm_eps=1e-5, tie_word_embeddings=True, attn_implementation="eager",
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}  # fmt: skip


def tensors(model):
    """(GGUF name, array) of every parameter."""
    yield "token_embd.weight", model.model.embed_tokens.weight
    yield "output_norm.weight", model.model.norm.weight
    for index, layer in enumerate(model.model.layers):
        for theirs, ours in NAMES.items():
            weight = layer.get_submodule(theirs).weight
            if ours in ("attn_q", "attn_k"):
                pairs = weight.unflatten(0, (-1, 2, model.config.head_dim // 2))
                weight = pairs.transpose(1, 2).reshape(weight.shape)
            yield f"blk.{index}.{ours}.weight", weight


def main():
    path, kind = sys.argv[1], Type[sys.argv[2]] if len(sys.argv) > 2 else Type.F32
    override = dict(argument.split("=") for argument in sys.argv[3:])
    model = reference()
    c = model.config
    writer = gguf.GGUFWriter(path, override.get("architecture", "llama"))
    writer.add_context_length(c.max_position_embeddings)
    writer.add_embedding_length(c.hidden_size)
    writer.add_block_count(c.num_hidden_layers)
    writer.add_feed_forward_length(c.intermediate_size)
    writer.add_head_count(c.num_attention_heads)
    writer.add_head_count_kv(c.num_key_value_heads)
    writer.add_layer_norm_rms_eps(c.rms_norm_eps)
    writer.add_rope_dimension_count(c.head_dim)
    writer.add_rope_freq_base(500.0)
    if "scaling" in override:
        writer.add_rope_scaling_type(gguf.RopeScalingType(override["scaling"]))
    for name, weight in tensors(model):
        if name == override.get("without"):
            continue
        data = np.ascontiguousarray(weight.detach().numpy())
        type_ = kind if data.ndim > 1 else Type.F32
        writer.add_tensor(name, gguf.quantize(data, type_), raw_dtype=type_)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
