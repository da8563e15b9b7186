"""What a person puts on and takes off: glasses, hats, a scarf, a face mask.

    sitter = scene.seat(studio, person)                      # bare; paints the skin, slow
    dressed = scene.wear(studio, sitter, ("glasses-round", "beanie"))   # cheap, from the same skin
    scene.seat(studio, person, wearing=("mask",))            # both in one call

`scene.wear` always starts from the bare sitter: wearing () undresses. An item is a name of `NAMES`,
whose colours follow from the person's seed, or an Item made by hand; `chosen_at_random` draws a
plausible set. At most one hat, one pair of glasses, one scarf and one mask.
In a Drawing `worn` marks pixels whose nearest surface is a thing put on, `glass` those seen through
a lens (their depth is that of the eye behind, which a sensor of infrared often misses: give both to
`depth_noise.sense`).
"""

from dataclasses import dataclass, replace

import numpy as np

from render import cloth, glasses
from render.head_surface import HeadSurface
from render.skin import to_linear

FRAME_RGB = {
    "black": (26, 25, 26),
    "tortoise": (74, 46, 28),
    "clear": (196, 190, 182),
    "navy": (34, 44, 78),
    "wine": (92, 26, 36),
    "gold": (178, 146, 86),
    "silver": (170, 172, 176),
    "gunmetal": (70, 72, 76),
}
ACETATE = ("black", "tortoise", "clear", "navy", "wine")
METAL = ("gold", "silver", "gunmetal", "black")
TINTS = {"grey": (0.13, 0.13, 0.14), "brown": (0.20, 0.13, 0.08), "green": (0.11, 0.15, 0.10)}
CLEAR = (0.95, 0.955, 0.95)
CLOTH_RGB = (
    (28, 30, 36),
    (40, 52, 84),
    (120, 34, 40),
    (92, 94, 98),
    (196, 188, 172),
    (54, 82, 62),
    (150, 112, 60),
    (206, 204, 200),
)
MASK_RGB = ((150, 186, 206), (222, 224, 226), (34, 34, 38), (120, 150, 132))


@dataclass(frozen=True)
class Item:
    """Something to put on. kind: `glasses`, `cap`, `beanie`, `scarf` or `mask`.

    shape, thick, lens_rgb (share of light a lens lets through) are of glasses; cover of a scarf:
    0 leaves the chin free, 1 reaches the lower lip.
    """

    kind: str
    rgb: tuple = FRAME_RGB["black"]
    shape: str = "round"
    thick: bool = False
    lens_rgb: tuple = CLEAR
    cover: float = 0.6


GLASSES = tuple(f"glasses-{shape}" for shape in glasses.SHAPES)
THICK = tuple(f"glasses-thick-{shape}" for shape in ("round", "square", "rectangle", "cateye"))
SUNGLASSES = tuple(f"sunglasses-{shape}" for shape in ("round", "square", "aviator"))
NAMES = (*GLASSES, *THICK, *SUNGLASSES, "cap", "beanie", "scarf", "mask")


def named(name, seed=0):
    """The Item a name of NAMES means, in a colour drawn from the seed; ValueError for others."""
    if name not in NAMES:
        raise ValueError(f"nothing to wear is called {name}")
    rng = np.random.default_rng([seed, 97, NAMES.index(name)])
    if name in ("cap", "beanie", "scarf"):
        rgb = CLOTH_RGB[rng.integers(len(CLOTH_RGB))]
        return Item(name, rgb, cover=float(rng.uniform(0.35, 0.9)))
    if name == "mask":
        return Item(name, MASK_RGB[rng.integers(len(MASK_RGB))])
    shape = name.split("-")[-1]
    sun = name.startswith("sunglasses")
    thick = "thick" in name or shape in ("browline", "cateye") or (sun and shape != "aviator")
    colours = ACETATE if thick else METAL
    rgb = FRAME_RGB[colours[rng.integers(len(colours))]]
    tint = tuple(TINTS.values())[rng.integers(len(TINTS))] if sun else CLEAR
    return Item("glasses", rgb, shape, thick, tint)


def chosen_at_random(rng, glasses=0.4, sunglasses=0.02, hat=0.12, scarf=0.06, mask=0.03):
    """Names of a plausible set: each argument is the chance of its kind."""
    drawn = rng.random(4)
    picks = rng.random(3)
    chosen = []
    everyday = (*GLASSES, *THICK)
    if drawn[0] < sunglasses:
        chosen.append(SUNGLASSES[int(picks[0] * len(SUNGLASSES))])
    elif drawn[0] < sunglasses + glasses:
        chosen.append(everyday[int(picks[0] * len(everyday))])
    if drawn[1] < hat:
        chosen.append("cap" if picks[1] < 0.5 else "beanie")
    if drawn[2] < scarf:
        chosen.append("scarf")
    if drawn[3] < mask:
        chosen.append("mask")
    return tuple(chosen)


@dataclass(frozen=True)
class Worn:
    """Meshes of all that is worn, model frame; what `scene.wear` adds to a sitter.

    look [P,7]: linear colour, shine, gloss, how much and how finely the weave shows, of each piece.
    """

    vertices_mm: np.ndarray
    triangles: np.ndarray
    uv: np.ndarray
    piece: np.ndarray  # [M] place in `look` of each triangle
    look: np.ndarray
    carriers: np.ndarray  # [N,8] head vertices that move each vertex with the expression
    carrier_weights: np.ndarray  # [N,8], all 0 where it is stiff
    lens_mm: np.ndarray  # [L,3]
    lens_triangles: np.ndarray
    lens_rgb: np.ndarray  # [3] share of light let through
    hat: object  # cloth.Hat that presses the hair, or None


def put_on(model, person, rest_mm, wearing):
    """Worn of a person whose head is at rest_mm [N,3]; wearing: names and Items, at least one."""
    items = [named(i, person.seed) if isinstance(i, str) else i for i in wearing]
    kinds = ["hat" if i.kind in ("cap", "beanie") else i.kind for i in items]
    if len(set(kinds)) < len(kinds):
        raise ValueError(f"two of a kind cannot be worn together: {', '.join(map(str, wearing))}")
    surface = HeadSurface(model, rest_mm)
    pieces, looks, carriers, weights = [], [], [], []
    lens = None
    hat = None
    lens_rgb = np.ones(3, np.float32)

    def add(piece, look, carried=None):
        pieces.append(piece)
        looks.append(look)
        n = len(piece.vertices_mm)
        index, weight = carried or (np.zeros((n, 8), np.int32), np.zeros((n, 8), np.float32))
        carriers.append(index)
        weights.append(weight)

    for item in items:
        rgb = to_linear(item.rgb)
        knit, matt = (*rgb, 0.0, 20.0, 0.5, 240.0), (*rgb, 0.0, 20.0, 0.16, 700.0)
        if item.kind == "glasses":
            fitted = glasses.fit(item.shape, item.thick, surface)
            shine = (1.6, 90.0) if item.thick else (3.2, 60.0)
            add(fitted.frame, (*rgb, *shine, 0.0, 1.0))
            lens, lens_rgb = fitted.lenses, np.array(item.lens_rgb, np.float32)
        elif item.kind == "beanie":
            hat = cloth.beanie(model, rest_mm, person.seed)
            add(hat.piece, knit)
        elif item.kind == "cap":
            hat = cloth.cap(model, rest_mm, person.seed)
            add(hat.piece, matt)
        elif item.kind == "scarf":
            add(cloth.scarf(surface, person.seed, item.cover), knit)
        elif item.kind == "mask":
            piece, index, weight = cloth.face_mask(surface, person.seed)
            add(piece, matt, (index, weight))
        else:
            raise ValueError(f"nobody can wear a {item.kind}")
    starts = np.cumsum([0, *(len(p.vertices_mm) for p in pieces)])
    none = np.zeros((0, 3))
    return Worn(
        np.concatenate([p.vertices_mm for p in pieces]).astype(np.float32),
        np.concatenate([p.triangles + n for p, n in zip(pieces, starts)]).astype(np.int32),
        np.concatenate([p.uv for p in pieces]).astype(np.float32),
        np.concatenate([np.full(len(p.triangles), n, np.int8) for n, p in enumerate(pieces)]),
        np.array(looks, np.float32),
        np.concatenate(carriers),
        np.concatenate(weights),
        (none if lens is None else lens.vertices_mm).astype(np.float32),
        (none if lens is None else lens.triangles).astype(np.int32),
        lens_rgb,
        hat,
    )


def through_lenses(colour, normal, view, lens_rgb, light):
    """Linear colours [N,3] seen through lenses with unit normals [N,3] along unit views [N,3].

    A coated lens reflects little: 1 to 2 % ahead (Fresnel by Schlick), of lamps as soft boxes, of
    the room above and below, and of the screen it looks at.
    """
    normal = np.where((normal * view).sum(1, keepdims=True) > 0, -normal, normal)
    facing = np.clip(-(normal * view).sum(1), 0, 1)
    share = 0.018 + 0.982 * (1 - facing) ** 5
    mirrored = view + 2 * facing[:, None] * normal
    high = (0.5 - 0.5 * mirrored[:, 1:2]) ** 2
    room = 0.7 * (light.ground + (light.sky - light.ground) * high)
    for direction, rgb in zip(light.directions, light.colours):
        near = np.clip((mirrored @ direction - 0.955) / 0.02, 0, 1)
        room = room + 5.0 * near[:, None] * rgb
    ahead = mirrored / np.maximum(-mirrored[:, 2:3], 1e-3)
    screen = (
        np.clip((0.42 - np.abs(ahead[:, 0])) / 0.03, 0, 1)
        * np.clip((0.26 - np.abs(ahead[:, 1] - 0.30)) / 0.03, 0, 1)
        * (mirrored[:, 2] < 0)
    )
    room = room + 2.4 * screen[:, None] * np.array([0.80, 0.95, 1.15], np.float32)
    return colour * lens_rgb + share[:, None] * room


def undressed(sitter):
    """The bare sitter behind a dressed one."""
    return sitter if sitter.bare is None else sitter.bare


def dressed(sitter, **changes):
    """A dressed copy of a bare sitter."""
    return replace(sitter, bare=sitter, **changes)
