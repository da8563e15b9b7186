#!/usr/bin/env python3
"""Write the trained network as ONNX.

    python3 models/training/export.py --weights DIR/embedder.pt --out models/rgbd-embedder.onnx \
        [--references FILE]

Input `face` [N,4,112,112], output `embedding` [N,128] of unit length, opset 13. Batch
normalisation is folded into the convolutions. Prints the sha256 that the manifest names, and writes
references.json: what PyTorch answers to a few made-up inputs, which the tests hold ONNX Runtime to.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training.aligned import SIDE_PX
from training.network import Fire, RgbdEmbedder, mean_of_sides

OPSET = 13
SHAPE = (4, SIDE_PX, SIDE_PX)
REFERENCES = Path(__file__).resolve().parent / "references.json"


class FoldedFire(nn.Module):
    """A Fire module whose normalisation is part of its convolutions."""

    def __init__(self, fire):
        super().__init__()
        self.squeeze = fuse_conv_bn_eval(fire.squeeze, fire.squeeze_norm)
        half = fire.narrow.out_channels
        parts = []
        for conv, channels in ((fire.narrow, slice(0, half)), (fire.wide, slice(half, 2 * half))):
            norm = nn.BatchNorm2d(half).eval()
            for name in ("weight", "bias", "running_mean", "running_var"):
                getattr(norm, name).data.copy_(getattr(fire.norm, name)[channels])
            parts.append(fuse_conv_bn_eval(conv, norm))
        self.narrow, self.wide = parts
        self.short_cut = fire.short_cut

    def forward(self, x):
        squeezed = functional.relu(self.squeeze(x))
        y = torch.cat([self.narrow(squeezed), self.wide(squeezed)], 1)
        return functional.relu(x + y if self.short_cut else y)


class Folded(nn.Module):
    """The network as it is shipped."""

    def __init__(self, network):
        super().__init__()
        self.stem = nn.Sequential(fuse_conv_bn_eval(network.stem[0], network.stem[1]), nn.ReLU())
        self.trunk = nn.Sequential(
            *[FoldedFire(m) if isinstance(m, Fire) else m for m in network.trunk]
        )
        self.place = fuse_conv_bn_eval(network.place, network.place_norm)
        self.head = network.head

    def one_side(self, x):
        """As of `RgbdEmbedder`."""
        x = self.head(self.place(self.trunk(self.stem(x))).flatten(1))
        return functional.normalize(x, dim=1)

    def forward(self, x):
        return mean_of_sides(self.one_side, x)


def folded(network):
    """A `Folded` network in evaluation mode of a trained one."""
    return Folded(network.eval()).eval()


def write_onnx(module, path, shape, names):
    """Write a network over inputs of `shape` (C, H, W) as ONNX; names: of its input and output. The sha256 of the file."""
    torch.onnx.export(
        module,
        torch.zeros(1, *shape),
        str(path),
        opset_version=OPSET,
        input_names=[names[0]],
        output_names=[names[1]],
        dynamic_axes={name: {0: "N"} for name in names},
    )
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def write(network, path):
    """Write the RGB-D network as it is shipped; the sha256 of the file."""
    return write_onnx(folded(network), path, SHAPE, ("face", "embedding"))


def made_up(number, shape=SHAPE):
    """Input of `shape` (C, H, W) number `number`: waves, the same in any language."""
    c, y, x = np.meshgrid(*(np.arange(size) for size in shape), indexing="ij")
    return np.sin(0.05 * (c + 1) * x + 0.03 * (number + 1) * y + c).astype(np.float32)


def references(network, shape=SHAPE, count=4):
    """PyTorch's answers [count,...] to the made-up inputs, by the network as it was trained."""
    with torch.no_grad():
        inputs = torch.from_numpy(np.stack([made_up(n, shape) for n in range(count)]))
        return network.eval()(inputs).numpy()


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--references", type=Path, default=REFERENCES)
    arguments = parser.parse_args()
    network = RgbdEmbedder()
    try:
        network.load_state_dict(torch.load(arguments.weights))
    except (OSError, RuntimeError) as problem:
        sys.exit(f"{arguments.weights} holds no weights of this network: {problem}")
    digest = write(network, arguments.out)
    answers = [[round(float(v), 7) for v in vector] for vector in references(network)]
    arguments.references.write_text(json.dumps({"sha256": digest, "embeddings": answers}) + "\n")
    parameters = sum(p.numel() for p in network.parameters())
    print(
        f"{arguments.out}: {arguments.out.stat().st_size} bytes, {parameters} parameters, {digest}"
    )


if __name__ == "__main__":
    main()
