"""The place before the camera: framing, room, sway of hand or head, sensor noise, recording."""

from dataclasses import dataclass

import numpy as np

from noise import kinect_v2
from render import background, colour_noise, depth_noise
from render.camera import Intrinsics
from render.make_simulated import ROOM_REFLECTANCE_LIGHT, Sway
from render.recording import Recording

CAMERA = Intrinsics()
JPEG_QUALITY = 88
FRAMES_PER_SECOND = 10.0
START_S = 1.0
WINDOW_MM = 380.0  # what is kept of the picture around the face
FINE_FROM_MM = 720.0  # nearer faces have pixels enough without smoothing their edges


@dataclass(frozen=True)
class Moment:
    """What a perfect camera sees in one frame; arrays [H,W] unless said.

    colour [H,W,3] linear and premultiplied, cover 0 to 1, depth_mm with 0 where nothing is, hair
    bool, glass bool seen through lenses. speckle_mm and lost 0 to 1: what the surface itself does to the infrared reading, a
    standard deviation and a chance of no reading (None: nothing).
    """

    colour: np.ndarray
    cover: np.ndarray
    depth_mm: np.ndarray
    hair: np.ndarray
    hair_darkness: float = 0.7
    glass: np.ndarray | None = None
    speckle_mm: np.ndarray | None = None
    lost: np.ndarray | None = None


def window(distance_mm, middle_mm=(0.0, 0.0), camera=CAMERA):
    """Intrinsics of the part of the picture around a face whose middle is at (x, y, distance)."""
    side = int(np.clip(round(camera.fx * WINDOW_MM / distance_mm / 6) * 6, 204, camera.height))
    at = [c + camera.fx * m / distance_mm for c, m in zip((camera.cx, camera.cy), middle_mm)]
    left = int(np.clip(round(at[0] - side / 2), 0, camera.width - side))
    top = int(np.clip(round(at[1] - side / 2), 0, camera.height - side))
    return camera.crop(left, top, side, side)


class Stage:
    """One presentation being recorded. `take` adds a moment, `repeat` an earlier one once more."""

    def __init__(self, folder, distance_mm, light, seed, middle_mm=(0.0, 0.0)):
        camera = window(distance_mm, middle_mm)
        self.camera, self.light = camera, light
        self.sharpness = 1 if distance_mm < FINE_FROM_MM else 2
        self.rng = np.random.default_rng([seed, 131])
        self.sway = Sway(np.random.default_rng([seed, 137]))
        self.room = background.room(seed, camera)
        # A quarter of the sensors are the built-in recordings', the others like a real Kinect v2.
        like_kinect = self.rng.random() < 0.75
        self.kinect = kinect_v2.NoiseParameters.drawn(self.rng) if like_kinect else None
        if self.kinect is None:
            self.pattern = depth_noise.fixed_pattern_mm(seed, depth_noise.sensor_shape(camera))
        else:
            shape = (camera.height, camera.width)
            self.pattern = kinect_v2.multipath_field(self.rng, shape, self.kinect)
        self.white = self.rng.uniform(0.97, 1.03, 3)
        self.gain = None
        level = (light.sky + light.ground) / 2 + 0.35 * light.colours.mean(0)
        self.wall = self.room.colour * level * ROOM_REFLECTANCE_LIGHT
        self.recording = Recording(folder, camera, START_S, FRAMES_PER_SECOND, 1)
        self.taken = []

    def swaying(self, frame):
        """Six slow values of about +-1 at a frame: yaw, pitch, roll, x, y, z."""
        return self.sway.at(frame / FRAMES_PER_SECOND)

    def picture(self, moment, face_box=None):
        """Expose a moment: JPEG bytes. The first picture fixes the exposure."""
        linear = moment.colour + (1 - moment.cover)[..., None] * self.wall
        if self.gain is None:
            self.gain = colour_noise.exposure_for(linear, self.light, face_box)
        exposed = colour_noise.expose(linear, self.gain, self.light, self.rng, self.white)
        return colour_noise.jpeg(exposed, JPEG_QUALITY)

    def depth(self, moment):
        """Sense a moment: uint16 mm."""
        full = np.where(moment.depth_mm > 0, moment.depth_mm, self.room.depth_mm)
        if moment.speckle_mm is not None:
            full = full + moment.speckle_mm * self.rng.standard_normal(full.shape)
        read = self._sense(full.astype(np.float32), moment)
        if moment.lost is not None:
            read = np.where(self._sensor_chance(read.shape) < moment.lost, 0, read)
        return read.astype(np.uint16)

    def _sense(self, depth_mm, moment):
        if self.kinect is None:
            return depth_noise.sense(
                depth_mm,
                moment.hair,
                self.camera,
                self.rng,
                self.pattern,
                moment.hair_darkness,
                moment.glass,
            )
        ratio = self.camera.fx / kinect_v2.SENSOR_FOCAL_PX
        scatters = moment.hair if moment.glass is None else moment.hair | moment.glass
        return kinect_v2.sense(depth_mm, scatters, ratio, self.rng, self.kinect, self.pattern)

    def _sensor_chance(self, shape):
        """Even random numbers that stay the same within one pixel of the sensor."""
        rows, columns = depth_noise.sensor_shape(self.camera)
        chance = self.rng.random((rows, columns))
        ratio = depth_noise.COLOUR_PER_SENSOR_PX
        at_y = np.minimum((np.arange(shape[0]) / ratio).astype(int), rows - 1)
        at_x = np.minimum((np.arange(shape[1]) / ratio).astype(int), columns - 1)
        return chance[at_y[:, None], at_x[None]]

    def take(self, moment, face_box=None):
        """Record a moment; face_box (left, top, right, bottom) px helps the exposure."""
        self.record(self.picture(moment, face_box), self.depth(moment))

    def record(self, jpeg_bytes, depth_mm):
        """Record a picture and a depth map that were made before."""
        self.recording.add(jpeg_bytes, depth_mm)
        self.taken.append((jpeg_bytes, depth_mm))

    def repeat(self, frame):
        """Record frame number `frame` once more, to the bit."""
        self.record(*self.taken[frame])

    def close(self):
        """Write the recording's lists."""
        self.recording.close()
