"""Frames put in place of the camera's: the owner's own recording, replayed.

still: one frame again and again; pair: two by turns; recoloured: one depth map under pictures that
are compressed anew; stale: the recording with the times at which it was taken, before the look. A
recording of three and more different frames under new times is not among them: nothing in it differs
from its living owner, and a look that sees only it unlocks (docs/liveness.md).
"""

import cv2
import numpy as np

from render.attacks.live_look import LiveLook

KINDS = ("still", "pair", "recoloured", "stale")
STALE_S = 60.0


def present(folder, studio, owner, light, seed, frames):
    """Record one presentation; returns when the look begins, in ms on the recording's clock."""
    rng = np.random.default_rng([seed, 191])
    kind = KINDS[seed % len(KINDS)]
    look = LiveLook(folder, studio, owner, light, seed, rng.uniform(545, 850))
    real = {"still": 1, "pair": 2, "recoloured": 1, "stale": frames}[kind]
    for n in range(real):
        look.take(n)
    stage = look.stage
    for n in range(real, max(frames, 2 * real)):
        if kind == "recoloured":
            jpeg_bytes, depth = stage.taken[0]
            stage.record(_recoloured(jpeg_bytes, rng), depth)
        else:
            stage.repeat(n % real)
    stage.close()
    return (1.0 + STALE_S) * 1000 if kind == "stale" else 0.0


def _recoloured(jpeg_bytes, rng):
    """The picture a little brighter or darker, with other noise."""
    picture = cv2.imdecode(np.frombuffer(jpeg_bytes, np.uint8), cv2.IMREAD_COLOR)
    changed = picture * rng.uniform(0.97, 1.03) + rng.normal(0, 1.5, picture.shape)
    ok, data = cv2.imencode(".jpg", np.clip(changed, 0, 255).astype(np.uint8))
    if not ok:
        raise OSError("the picture could not be written as JPEG")
    return data.tobytes()
