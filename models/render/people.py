"""A person: everything about their looks that stays when pose, light and expression change."""

from dataclasses import dataclass, replace

import numpy as np

HAIR_RGB = {
    "black": (24, 20, 19),
    "darkbrown": (50, 36, 28),
    "brown": (86, 60, 42),
    "auburn": (110, 54, 32),
    "blond": (178, 140, 92),
    "grey": (128, 126, 124),
    "white": (196, 194, 190),
}
IRIS_RGB = {
    "darkbrown": (44, 27, 18),
    "brown": (82, 52, 30),
    "hazel": (104, 84, 50),
    "green": (92, 108, 80),
    "blue": (92, 122, 150),
    "grey": (110, 120, 126),
}
HAIR_STYLES = ("buzz", "short", "sidepart", "curly", "long", "bob", "tied", "receding")


@dataclass(frozen=True)
class Person:
    """Looks of one person; colours are sRGB 0 to 255, amounts 0 to 1 unless said."""

    seed: int
    identity: np.ndarray  # identity weights of the face model, unit variance
    skin_tone: float = 0.3  # 0 very light to 1 very dark
    undertone: float = 0.0  # -1 rosy to 1 yellow
    age: float = 0.2  # 0 young adult to 1 old
    freckles: float = 0.0
    blotches: float = 0.5
    makeup: float = 0.0  # colour of the lips, darkness of the lids
    hair_style: str = "short"
    hair_rgb: tuple = HAIR_RGB["brown"]
    hair_volume: float = 0.5
    brow_weight: float = 0.5
    brow_lift_mm: float = 0.0
    brow_arch_mm: float = 0.0
    brow_gap_mm: float = 0.0  # each brow's inner end moved outwards
    brow_rgb: tuple = HAIR_RGB["darkbrown"]
    beard: float = 0.0  # 0 shaven, 0.3 stubble, 1 full
    beard_rgb: tuple = HAIR_RGB["brown"]
    iris_rgb: tuple = IRIS_RGB["brown"]
    build: float = 1.0  # width of the shoulders, 1 = 440 mm
    shirt_rgb: tuple = (70, 90, 120)
    rest: tuple = ()  # ((expression, weight), ...) carried at rest


def person_from_seed(seed, sex_like=None, sex_direction=None, spread=1.0, **chosen):
    """A random adult; `chosen` overrides.

    sex_like: 0 woman-like, 1 man-like hair, brows, beard and, with face_model.sex_direction, shape.
    spread: 1 draws shapes as varied as the scans behind the model.
    """
    rng = np.random.default_rng([seed, 11])
    sex_like = float(rng.integers(0, 2)) if sex_like is None else sex_like
    manly = sex_like > 0.5
    tone = float(rng.uniform(0.02, 0.98))
    dark = tone > 0.45
    age = float(rng.beta(1.3, 2.0))
    colours = ["black", "darkbrown"] if dark else ["black", "darkbrown", "brown", "auburn", "blond"]
    colour = "grey" if age > 0.7 and rng.random() < 0.7 else str(rng.choice(colours))
    styles = (
        ["buzz", "short", "sidepart", "curly", "receding"]
        if manly
        else ["long", "bob", "tied", "curly"]
    )
    irises = ["darkbrown", "brown"] if dark else list(IRIS_RGB)
    identity = spread * np.clip(rng.normal(size=100), -2.2, 2.2)
    if sex_direction is not None:
        identity += (1.1 if manly else -1.1) * sex_direction
    person = Person(
        seed=seed,
        identity=identity,
        skin_tone=tone,
        undertone=float(rng.uniform(-1, 1)),
        age=age,
        freckles=float(max(0, rng.uniform(-1.5, 1))) if tone < 0.35 else 0.0,
        blotches=float(rng.uniform(0.2, 1)),
        makeup=0.0 if manly else float(rng.beta(1, 1.5)),
        hair_style=str(rng.choice(styles)),
        hair_rgb=HAIR_RGB[colour],
        hair_volume=float(rng.uniform(0.2, 0.9)),
        brow_weight=float(rng.uniform(0.45, 1) if manly else rng.uniform(0.2, 0.65)),
        brow_arch_mm=float(rng.uniform(-1.5, 1.5) if manly else rng.uniform(-0.5, 3)),
        brow_gap_mm=float(rng.uniform(-3, 3)),
        brow_lift_mm=float(rng.uniform(-5, 0) if manly else rng.uniform(-3, 2)),
        beard=float(max(0.08, rng.uniform(-0.6, 1))) if manly else 0.0,
        beard_rgb=HAIR_RGB[colour],
        iris_rgb=IRIS_RGB[str(rng.choice(irises))],
        build=float(rng.uniform(0.98, 1.1) if manly else rng.uniform(0.82, 0.92)),
        shirt_rgb=tuple(int(v) for v in rng.integers(30, 200, 3)),
    )
    person = replace(person, **chosen)
    if "brow_rgb" not in chosen:
        darker = 0.8 if sum(person.hair_rgb) > 330 else 0.9
        person = replace(person, brow_rgb=tuple(darker * c for c in person.hair_rgb))
    if "beard_rgb" not in chosen:
        person = replace(person, beard_rgb=person.hair_rgb)
    return person
