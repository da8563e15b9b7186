"""The people of the built-in recordings: seeds and looks chosen so that a viewer tells them apart."""

from render.people import HAIR_RGB, IRIS_RGB, person_from_seed

SMILE_AT_REST = (("mouthSmile", 0.12),)


def people():
    """{name: Person} of the simulated camera, in the order they are shown."""
    return {
        "ada": person_from_seed(
            14,
            sex_like=0,
            skin_tone=0.08,
            age=0.15,
            makeup=0.5,
            freckles=0.5,
            hair_style="long",
            hair_rgb=HAIR_RGB["auburn"],
            iris_rgb=IRIS_RGB["green"],
            shirt_rgb=(46, 84, 78),
        ),
        "ben": person_from_seed(
            22,
            sex_like=1,
            skin_tone=0.30,
            age=0.35,
            beard=0.85,
            hair_style="short",
            hair_rgb=HAIR_RGB["darkbrown"],
            beard_rgb=HAIR_RGB["darkbrown"],
            iris_rgb=IRIS_RGB["brown"],
            shirt_rgb=(58, 74, 110),
        ),
        "chidi": person_from_seed(
            26, sex_like=1, skin_tone=0.92, age=0.2, beard=0.25, hair_style="buzz"
        ),
        "mei": person_from_seed(
            28, sex_like=0, skin_tone=0.24, undertone=0.6, age=0.1, hair_style="bob"
        ),
        "walter": person_from_seed(
            21,
            sex_like=1,
            skin_tone=0.14,
            age=0.95,
            beard=0.0,
            hair_style="receding",
            hair_rgb=HAIR_RGB["white"],
        ),
        "rosa": person_from_seed(10, sex_like=0, skin_tone=0.66, age=0.3, hair_style="curly"),
    }
