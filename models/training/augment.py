"""Chance on the way into the network: place, light, sharpness, cover and a missing sensor.

All of it is drawn alike for every face, whoever it shows.
"""

import math

import torch
from torch.nn import functional

from training import aligned


def _uniform(n, low, high, generator):
    return low + (high - low) * torch.rand(n, generator=generator)


def _placed(colour, depth, generator):
    """Cut the 112 px square a little shifted, turned, scaled, mirrored half of the time."""
    n, stored = len(colour), colour.shape[-1]
    angle = _uniform(n, -0.06, 0.06, generator)
    scale = _uniform(n, 0.96, 1.05, generator) * aligned.SIDE_PX / stored
    shift = _uniform((n, 2), -0.035, 0.035, generator)
    mirror = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    theta = torch.stack(
        [
            torch.stack([cos * mirror, -sin, shift[:, 0]], 1),
            torch.stack([sin * mirror, cos, shift[:, 1]], 1),
        ],
        1,
    )
    size = (n, 3, aligned.SIDE_PX, aligned.SIDE_PX)
    grid = functional.affine_grid(theta, size, align_corners=False)
    colour = functional.grid_sample(colour, grid, mode="bilinear", align_corners=False)
    depth = functional.grid_sample(depth, grid, mode="nearest", align_corners=False)
    return colour, depth


def _blurred(colour, generator, groups=8):
    """Small faces: half of the groups are taken through a picture with fewer pixels."""
    parts = []
    for part in colour.chunk(groups):
        if torch.rand(1, generator=generator).item() < 0.6:
            side = int(28 * (112 / 28) ** torch.rand(1, generator=generator).item())
            small = functional.interpolate(part, size=(side, side), mode="area")
            part = functional.interpolate(
                small, size=part.shape[-2:], mode="bilinear", align_corners=False
            )
        parts.append(part)
    return torch.cat(parts)


def _lit(colour, generator):
    """Exposure, contrast, colour cast, uneven light, grain; sometimes grey."""
    n = len(colour)
    ramp = torch.linspace(-1, 1, colour.shape[-1])
    across = _uniform((n, 1, 1, 1), -0.35, 0.35, generator) * ramp.view(1, 1, 1, -1)
    down = _uniform((n, 1, 1, 1), -0.25, 0.25, generator) * ramp.view(1, 1, -1, 1)
    gain = torch.exp(_uniform((n, 1, 1, 1), -0.5, 0.4, generator) + across + down)
    cast = torch.exp(_uniform((n, 3, 1, 1), -0.15, 0.15, generator))
    gamma = torch.exp(_uniform((n, 1, 1, 1), -0.35, 0.35, generator))
    x = (colour / 255).clamp(1e-3, 1) ** gamma * gain * cast
    grey = (torch.rand((n, 1, 1, 1), generator=generator) < 0.1).float()
    x = x + grey * (x.mean(1, keepdim=True) - x)
    grain = _uniform((n, 1, 1, 1), 0, 0.04, generator)
    x = x + grain * torch.randn(x.shape, generator=generator)
    return x.clamp(0, 1) * 255


def _covered(x, generator):
    """One face in six has a patch of nothing or of one colour over it, in both sensors alike."""
    n, side = len(x), x.shape[-1]
    for i in torch.nonzero(torch.rand(n, generator=generator) < 0.16).flatten().tolist():
        draw = torch.rand(7, generator=generator).tolist()
        w, h = int(side * (0.15 + 0.3 * draw[0])), int(side * (0.15 + 0.3 * draw[1]))
        left, top = int(draw[2] * (side - w)), int(draw[3] * (side - h))
        value = torch.tensor([2 * d - 1 for d in draw[4:]]).view(3, 1, 1)
        x[i, :3, top : top + h, left : left + w] = value
        x[i, 3, top : top + h, left : left + w] = 0 if draw[0] < 0.5 else 2 * draw[1] - 1
    return x


def encoded(colour, depth_mm):
    """Network input [N,4,112,112] of colour [N,3,112,112] 0 to 255 and depth [N,1,112,112] mm.

    The rule of `aligned.encode`, for a batch.
    """
    core = depth_mm[:, 0, aligned.CORE_ROWS, aligned.CORE_COLUMNS].flatten(1)
    reference = torch.where(core > 0, core, torch.full_like(core, math.nan)).nanmedian(1).values
    reference = torch.nan_to_num(reference).view(-1, 1, 1, 1)
    relief = ((reference - depth_mm) / aligned.DEPTH_SCALE_MM).clamp(-1, 1)
    relief = torch.where(depth_mm > 0, relief, torch.zeros_like(relief))
    return torch.cat([(colour - 127.5) / 128, relief], 1)


def augmented(colour, depth_mm, generator, without_colour=0.1, without_depth=0.2):
    """Training input of stored colour [N,128,128,3] uint8 and depth [N,128,128] mm (uint16).

    without_colour, without_depth: share of faces that lose one of the two (never both).
    """
    colour = colour.permute(0, 3, 1, 2).float()
    depth = depth_mm.float()[:, None]
    colour, depth = _placed(colour, depth, generator)
    colour = _lit(_blurred(colour, generator), generator)
    wobble = _uniform((len(depth), 1, 1, 1), 0, 1.5, generator)
    depth = torch.where(
        depth > 0, depth + wobble * torch.randn(depth.shape, generator=generator), depth
    )
    x = _covered(encoded(colour, depth), generator)
    chance = torch.rand(len(x), generator=generator)
    x[chance < without_depth, 3] = 0
    x[chance > 1 - without_colour, :3] = 0
    return x


def plain(colour, depth_mm):
    """Input without chance: the middle square."""
    cut = slice(aligned.MARGIN_PX, aligned.MARGIN_PX + aligned.SIDE_PX)
    return encoded(
        colour[:, cut, cut].permute(0, 3, 1, 2).float(), depth_mm[:, None, cut, cut].float()
    )
