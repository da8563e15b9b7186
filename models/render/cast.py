"""The people of the built-in recordings, chosen so that a viewer tells them apart."""

from render import face_model
from render.people import HAIR_RGB, IRIS_RGB, person_from_seed

FRIENDLY = (("mouthSmile", 0.14),)

# What each is like; shape, skin's detail and the rest come from the seed.
ROLES = {
    "ada": dict(
        sex_like=0,
        skin_tone=0.13,
        undertone=0.0,
        age=0.12,
        makeup=0.45,
        freckles=0.8,
        hair_style="long",
        hair_rgb=HAIR_RGB["auburn"],
        hair_volume=0.7,
        iris_rgb=IRIS_RGB["green"],
        shirt_rgb=(46, 84, 78),
        rest=FRIENDLY,
    ),
    "ben": dict(
        sex_like=1,
        skin_tone=0.40,
        undertone=0.3,
        age=0.3,
        makeup=0.0,
        freckles=0.0,
        beard=0.9,
        hair_style="short",
        hair_rgb=HAIR_RGB["darkbrown"],
        iris_rgb=IRIS_RGB["brown"],
        brow_weight=0.85,
        shirt_rgb=(58, 74, 110),
        rest=FRIENDLY,
    ),
    "chidi": dict(
        sex_like=1,
        skin_tone=0.93,
        age=0.15,
        makeup=0.0,
        freckles=0.0,
        beard=0.22,
        hair_style="buzz",
        hair_rgb=HAIR_RGB["black"],
        iris_rgb=IRIS_RGB["darkbrown"],
        shirt_rgb=(150, 126, 70),
        rest=FRIENDLY,
    ),
    "mei": dict(
        sex_like=0,
        skin_tone=0.24,
        undertone=0.8,
        age=0.1,
        makeup=0.35,
        freckles=0.0,
        hair_style="bob",
        hair_rgb=HAIR_RGB["black"],
        iris_rgb=IRIS_RGB["darkbrown"],
        shirt_rgb=(128, 58, 70),
        rest=FRIENDLY,
    ),
    "walter": dict(
        sex_like=1,
        skin_tone=0.14,
        undertone=-0.8,
        age=0.95,
        makeup=0.0,
        freckles=0.0,
        beard=0.0,
        hair_style="receding",
        hair_rgb=HAIR_RGB["white"],
        iris_rgb=IRIS_RGB["blue"],
        shirt_rgb=(88, 84, 92),
    ),
    "rosa": dict(
        sex_like=0,
        skin_tone=0.62,
        undertone=0.3,
        age=0.4,
        makeup=0.6,
        freckles=0.0,
        hair_style="curly",
        hair_rgb=HAIR_RGB["darkbrown"],
        iris_rgb=IRIS_RGB["brown"],
        shirt_rgb=(120, 118, 112),
        rest=FRIENDLY,
    ),
}
# Picked among 40 seeds each, for open eyes and for the largest distance by SFace between the two
# closest of them.
SEEDS = {"ada": 1022, "ben": 2018, "chidi": 3022, "mei": 4007, "walter": 5011, "rosa": 6024}
SPREAD = 1.2


def play(role, seed, sex_direction):
    """The person a role and a seed make."""
    return person_from_seed(seed, sex_direction=sex_direction, spread=SPREAD, **ROLES[role])


def people(model):
    """{name: Person} of the simulated camera, in the order they are shown."""
    direction = face_model.sex_direction(model)
    return {name: play(name, seed, direction) for name, seed in SEEDS.items()}
