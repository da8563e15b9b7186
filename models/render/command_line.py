"""What the commands that render share."""

import sys

from render import london, scene


def studio_or_exit(face_model_path):
    """The studio over the face model; without it the command ends with one sentence."""
    try:
        return scene.open_studio(face_model_path)
    except OSError as problem:
        sys.exit(f"The face model cannot be read: {problem}")


def skins_or_exit(studio, folder):
    """Skins of the London set's training people; without the set the command ends with one sentence."""
    cache = folder / f"skins-{studio.atlas.tile}.npz"
    try:
        return london.open_skins(folder, studio.atlas, cache=cache, split="train")
    except OSError as problem:
        sys.exit(f"{folder} is not the London set: {problem}")
