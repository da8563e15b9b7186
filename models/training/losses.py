"""What the network is taught by: pairs, proxies, a teacher."""

import torch
from torch import nn
from torch.nn import functional


def contrastive(vectors, person, margin=1.25, genuine_margin=0.2):
    """Mean contrastive loss over all pairs of a batch (Hadsell and others, 2006).

    vectors [N,128] of unit length, person [N]. Genuine pairs are pulled nearer than
    `genuine_margin`, impostor pairs pushed beyond `margin`; only impostors within count.
    """
    distance = (2 - 2 * vectors @ vectors.T).clamp(min=1e-6).sqrt()
    same = person[:, None] == person[None]
    off = ~torch.eye(len(person), dtype=torch.bool)
    genuine = (distance - genuine_margin).clamp(min=0)[same & off] ** 2
    impostor = (margin - distance).clamp(min=0)[~same] ** 2
    near = impostor[impostor > 0]
    loss = genuine.mean() if len(genuine) else distance.sum() * 0
    return loss + (near.mean() if len(near) else 0)


class Proxies(nn.Module):
    """Softmax over one learned direction for each training person, with an additive margin.

    CosFace (Wang and others, 2018).
    """

    def __init__(self, people, size=128, scale=30.0):
        super().__init__()
        self.directions = nn.Parameter(torch.randn(people, size) * 0.1)
        self.scale = scale

    def forward(self, vectors, person, margin):
        cosine = vectors @ functional.normalize(self.directions, dim=1).T
        cosine = cosine - margin * functional.one_hot(person, len(self.directions))
        return functional.cross_entropy(self.scale * cosine, person)


def distilled(vectors, teacher, relational=True):
    """Mean squared distance to the teacher's vectors, and of all similarities in the batch.

    The second is relational distillation (Park and others, 2019).
    """
    direct = (2 - 2 * (vectors * teacher).sum(1)).mean()
    if not relational:
        return direct
    relation = ((vectors @ vectors.T - teacher @ teacher.T) ** 2).mean()
    return direct + 4 * relation


class Hints(nn.Module):
    """Mean squared error of the teacher's maps foretold from ours, by name; each place by itself.

    FitNets (Romero and others, 2015). A hint has a mean square of 1: knowing nothing costs 1 each.
    channels, hints: {name: channels} of our maps and of the teacher's.
    """

    def __init__(self, channels, hints):
        super().__init__()
        self.foretell = nn.ModuleDict(
            {name: nn.Conv2d(channels[name], hints[name], 1) for name in hints}
        )

    def forward(self, maps, hints):
        errors = [(self.foretell[n](maps[n]).float() - hints[n]) ** 2 for n in hints]
        return sum(error.mean() for error in errors)
