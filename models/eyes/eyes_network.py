"""The network of shut eyes: are the lids of the eye in the window down?"""

import torch
from torch import nn

# Squared contrast below which a window is not brightened further: about 18 of 255 levels.
LEAST_VARIANCE = 0.02


def _step(incoming, outgoing, stride):
    return nn.Sequential(
        nn.Conv2d(incoming, outgoing, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outgoing),
        nn.ReLU(),
    )


class EyesNetwork(nn.Module):
    """[N,3,32,48] (see `main/vision/eyes-network.ts`) to log-odds [N] of a shut eye."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.layers = nn.Sequential(
            _step(3, 16, 2),
            _step(16, 32, 1),
            _step(32, 32, 2),
            _step(32, 48, 1),
            _step(48, 48, 2),
        )
        self.dropout = nn.Dropout(dropout)
        # Where something is counts: an edge in the middle may be a lid, one around it a rim.
        self.head = nn.Linear(48 * 4 * 6, 1)

    def forward(self, x):
        # Light and exposure are taken out of each window before anything is looked for.
        x = x - x.mean((1, 2, 3), keepdim=True)
        x = x / torch.sqrt((x * x).mean((1, 2, 3), keepdim=True) + LEAST_VARIANCE)
        return self.head(self.dropout(self.layers(x).flatten(1)))[:, 0]
