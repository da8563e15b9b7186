"""What the commands that render share."""

import sys

from render import scene


def studio_or_exit(face_model_path):
    """The studio over the face model; without it the command ends with one sentence."""
    try:
        return scene.open_studio(face_model_path)
    except OSError as problem:
        sys.exit(f"The face model cannot be read: {problem}")
