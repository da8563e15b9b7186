"""How precisely products are taken while training."""

from pathlib import Path

import torch

CPU_FACTS = Path("/proc/cpuinfo")


def autocast():
    """Products in bfloat16 where the processor takes them fast, as they are elsewhere.

    Without AVX-512 PyTorch imitates them: a step then takes ten times as long as in float32.
    """
    facts = CPU_FACTS.read_text() if CPU_FACTS.is_file() else ""
    return torch.autocast("cpu", torch.bfloat16, enabled="avx512bw" in facts)
