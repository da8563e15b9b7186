"""A living person who looks at the screen for a moment: what every species is told apart from."""

import numpy as np

from render import scene
from render.attacks.stage import Moment, Stage
from render.camera import Pose
from render.skin import to_linear

# What faces do while they look at a screen; weights stay small.
MOODS = (
    {},
    {"mouthSmile": 0.35, "cheekSquint": 0.2},
    {"browInnerUp": 0.25},
    {"browDown": 0.3, "eyeSquint": 0.15},
    {"jawOpen": 0.08},
    {"mouthPress": 0.25},
    {"mouthFrown": 0.2},
)
LIVE_MM = (545, 1000)  # the sensor reads nothing nearer than 500 mm, and noses come first
MIDDLE_MM = (0, 18)  # of the window that is kept, from the camera's axis
LOOKING_DEG = (11.0, 8.0)  # yaw and pitch of a head whose eyes are on the screen, before the sway


def leaning(lean, turns_deg, distance_mm, swaying):
    """Pose of a head before a screen.

    lean [5] -1 to 1: how this look differs from others in yaw, pitch (up to turns_deg), roll, x, y;
    swaying [6]: of the frame, as Stage.swaying gives it.
    """
    s = swaying
    return Pose(
        turns_deg[0] * lean[0] + 2.5 * s[0],
        turns_deg[1] * lean[1] + 2 * s[1],
        5 * lean[2] + 1.5 * s[2],
        16 * lean[3] + 5 * s[3],
        10 * lean[4] + 4 * s[4],
        distance_mm + 9 * s[5],
    )


class LiveLook:
    """One look being recorded: a sitter in a room, swaying, the face never quite still."""

    def __init__(
        self,
        folder,
        studio,
        sitter,
        light,
        seed,
        distance_mm,
        turns_deg=LOOKING_DEG,
    ):
        rng = np.random.default_rng([seed, 197])
        self.studio, self.sitter, self.distance_mm = studio, sitter, distance_mm
        self.stage = Stage(folder, distance_mm, light, seed, MIDDLE_MM)
        self.turns_deg = turns_deg
        self.lean = rng.uniform(-1, 1, 5)
        self.mood = MOODS[int(rng.integers(len(MOODS)))]
        self.strength = rng.uniform(0, 1)
        self.drift = rng.uniform(-1, 1)
        # The eyes rest somewhere on a screen under the camera.
        self.gaze_mm = (rng.uniform(-160, 160), rng.uniform(0, 160), 0.0)
        self.darkness = 1 - float(to_linear(sitter.person.hair_rgb).mean()) ** 0.5

    def moment(self, frame):
        """The moment of a frame and its drawing."""
        swaying = self.stage.swaying(frame)
        pose = leaning(self.lean, self.turns_deg, self.distance_mm, swaying)
        weight = np.clip(self.strength + 0.06 * self.drift * frame, 0, 1.2)
        mood = {name: float(weight * value) for name, value in self.mood.items()}
        drawn = scene.draw(
            self.studio,
            self.sitter,
            pose,
            mood,
            self.stage.light,
            self.stage.camera,
            gaze_at_mm=self.gaze_mm,
            sharpness=self.stage.sharpness,
        )
        return (
            Moment(
                drawn.colour, drawn.cover, drawn.depth_mm, drawn.hair, self.darkness, drawn.glass
            ),
            drawn,
        )

    def take(self, frame):
        """Record a frame."""
        moment, drawn = self.moment(frame)
        self.stage.take(moment, (*drawn.landmarks_px.min(0), *drawn.landmarks_px.max(0)))
