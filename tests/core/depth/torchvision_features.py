#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes torchvision_features.json: what torchvision's own encoders compute at BTS's five scales.

Weights and input are made from names, as tests/core/depth/tst_bts.cpp makes them. Needs torch and torchvision.
Usage: torchvision_features.py > torchvision_features.json
"""

import json

import numpy
import torch
import torchvision


def uniform(name, count):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) % 2**64
    x = numpy.uint64(h) + numpy.arange(count, dtype=numpy.uint64)
    x += numpy.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    x ^= x >> numpy.uint64(31)
    return (x >> numpy.uint64(40)).astype(numpy.float64) / 2**23 - 1


def value(name, shape):
    u = torch.from_numpy(uniform(name, max(1, int(numpy.prod(shape))))).reshape(shape)
    if name.endswith("running_mean"):
        return 0.1 * u
    if name.endswith("running_var"):
        return 1 + 0.1 * u
    if len(shape) >= 2:
        return u * (6 / (u.numel() / shape[0])) ** 0.5
    if name.endswith("weight"):
        return 0.7 + 0.1 * u
    return 0.1 * u


def summary(x):
    flat = x.double().flatten()
    last = flat.numel() - 1
    places = sorted({0, last, *(int(last * part) for part in (1 / 7, 1 / 5, 1 / 3, 1 / 2, 2 / 3))})
    return {
        "shape": list(x.shape),
        "mean": flat.mean().item(),
        "std": flat.std(unbiased=False).item(),
        "min": flat.min().item(),
        "max": flat.max().item(),
        "l2": flat.norm().item(),
        "at": [[place, flat[place].item()] for place in places],
    }


def features(name, layers):
    network = getattr(torchvision.models, name)(weights=None)
    network = network.features if name.startswith("densenet") else network
    state = {}
    for key, tensor in network.state_dict().items():
        full = "encoder.base_model." + key
        state[key] = tensor * 0 if key.endswith("num_batches_tracked") else value(full, tensor.shape).float()
    network.load_state_dict(state)
    network.eval()
    kept = []
    for layer in layers:
        # Copied at once: what follows may write into the same memory, and a first ReLU is used once only.
        getattr(network, layer).register_forward_hook(
            lambda module, inputs, output, at=len(kept): kept[at].append(output.clone())
        )
        kept.append([])
    x = torch.from_numpy(uniform("input", 3 * 64 * 96)).float().reshape(1, 3, 64, 96)
    with torch.no_grad():
        network(x)
    return [summary(maps[0]) for maps in kept]


RESNET = ["relu", "layer1", "layer2", "layer3", "layer4"]
DENSENET = ["relu0", "pool0", "transition1", "transition2", "norm5"]
ENCODERS = {
    "densenet121": ("densenet121", DENSENET),
    "densenet161": ("densenet161", DENSENET),
    "resnet101": ("resnet101", RESNET),
    "resnext50": ("resnext50_32x4d", RESNET),
    "resnext101": ("resnext101_32x8d", RESNET),
}
made = {key: features(name, layers) for key, (name, layers) in ENCODERS.items()}
made["made_with"] = f"torchvision {torchvision.__version__} and torch {torch.__version__}, float32 on a CPU"
print("{")
print(",\n".join(f' "{key}": {json.dumps(maps)}' for key, maps in made.items()))
print("}")
