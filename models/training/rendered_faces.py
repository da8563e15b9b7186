"""Aligned RGB-D faces of rendered people: each person in many sessions, poses, lights and noises.

Splits are seeds: people of one split never share a seed, a skin or a blend of skins with another.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from render import colour_noise, face_model, light, london, scene, wear
from render.camera import MODEL_TO_CAMERA, Intrinsics, Pose, rotation
from render.people import person_from_seed
from training import aligned

FIRST_SEED = {"train": 1_000_000, "validation": 2_000_000, "test": 3_000_000}
TILE = 256
DRAWN_PX = 232  # side of the square that is drawn before it is aligned
DRAWN_MM = 255.0  # what it spans at the face


@dataclass(frozen=True)
class Face:
    """One aligned face and what is known about it."""

    colour: np.ndarray  # [128,128,3] uint8
    depth_mm: np.ndarray  # [128,128] float32, true: the sensor's noise comes later
    swallows: np.ndarray  # [128,128] bool: hair and glasses, which infrared sees badly
    distance_mm: float
    focal_px: float  # of the stored face's pixels
    yaw_deg: float
    pitch_deg: float
    glasses: bool
    brightness: float


@dataclass(frozen=True)
class Subject:
    """One rendered person ready to be drawn."""

    sitter: scene.Sitter
    skin: str  # "painted" or "photographed"
    wears: tuple  # glasses this person owns, or nothing


def subject(studio, skins, split, number):
    """Person `number` of a split.

    Every third has painted skin and wears nothing; of the others, 8 in 10 have a skin varied from
    photographs (`skins`, those of this split), and all own glasses.
    """
    seed = FIRST_SEED[split] + number
    rng = np.random.default_rng([seed, 101])
    direction = face_model.sex_direction(studio.model)
    plain = number % 3 == 0
    if not plain and skins and rng.random() < 0.8:
        varied = london.varied(skins, rng)
        manly = 1.0 if varied.gender == "male" else 0.0
        person = person_from_seed(seed, sex_like=manly, sex_direction=direction, spread=1.05)
        person = replace(person, skin_tone=float(np.clip(varied.tone, 0, 1)))
        sitter = scene.seat(studio, person, skin_texture=varied)
        return Subject(sitter, "photographed", owned(rng))
    person = person_from_seed(seed, sex_direction=direction, spread=1.05)
    wears = () if plain else owned(rng)
    return Subject(scene.seat(studio, person), "painted", wears)


def owned(rng):
    """The glasses a person owns."""
    return (str(rng.choice(wear.GLASSES + wear.THICK)),)


def expression(rng):
    """A random mild expression; one in four is strong."""
    strength = 1.0 if rng.random() < 0.25 else 0.4
    chosen = {}
    for name, most in (
        ("mouthSmile", 0.9),
        ("jawOpen", 0.35),
        ("browInnerUp", 0.6),
        ("mouthPucker", 0.4),
        ("eyeSquint", 0.5),
        ("cheekPuff", 0.3),
        ("mouthFrown", 0.4),
    ):
        if rng.random() < 0.3:
            chosen[name] = float(most * strength * rng.random())
    if rng.random() < 0.1:
        chosen["eyeBlink"] = float(rng.uniform(0.2, 0.6))
    return chosen


def backdrop(rng, side, distance_mm):
    """Linear colour [side,side,3] and depth [side,side] mm of whatever is behind."""
    small = rng.random((5, 5, 3)).astype(np.float32) ** 2 * rng.uniform(0.05, 0.9)
    colour = cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.5:
        colour = colour.mean(axis=(0, 1), keepdims=True) * np.ones_like(colour)
    gap = rng.uniform(150, 2500)
    slope = rng.uniform(-0.6, 0.6, 2)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    depth = distance_mm + gap * (1 + 0.3 * (slope[0] * x + slope[1] * y))
    return np.clip(colour, 0, 1), depth.astype(np.float32)


def put_on(who, rng):
    """What a person who owns glasses wears this time."""
    wearing = who.wears if rng.random() < 0.35 else ()
    return wearing + wear.chosen_at_random(rng, glasses=0, sunglasses=0, hat=0.1, scarf=0)


def camera_around(sitter, pose, side_px=DRAWN_PX, side_mm=DRAWN_MM):
    """Intrinsics whose picture is a square around the middle of the aligned face in that pose."""
    eyes = face_model.eye_centres(sitter.rest_mm).mean(0)
    mouth = sitter.rest_mm[face_model.LANDMARKS[list(face_model.MOUTH_CORNERS)]].mean(0)
    from_pivot = MODEL_TO_CAMERA @ (0.9 * eyes + 0.1 * mouth + [0, 0, 10] - scene.PIVOT_MM)
    pivot = [pose.x_mm, pose.y_mm, pose.distance_mm] + MODEL_TO_CAMERA @ (scene.PIVOT_MM - eyes)
    x, y, z = pivot + rotation(pose.yaw_deg, pose.pitch_deg, pose.roll_deg) @ from_pivot
    focal = side_px / side_mm * z
    middle = side_px / 2 - 0.5
    return Intrinsics(
        side_px, side_px, focal, focal, middle - focal * x / z, middle - focal * y / z
    )


@dataclass(frozen=True)
class Moment:
    """A subject before a perfect depth camera and a real colour camera."""

    picture: np.ndarray  # [S,S,3] uint8
    depth_mm: np.ndarray  # [S,S] float32, true
    swallows: np.ndarray  # [S,S] bool
    five_points: np.ndarray  # [5,2] px
    camera: Intrinsics
    pose: Pose
    glasses: bool


def moment(studio, who, rng, still=False, side_px=DRAWN_PX, side_mm=DRAWN_MM):
    """Draw a subject once more. still: a calm look at the camera, as when unlocking."""
    wide = 0.4 if still else 1.0
    yaw = float(np.clip(rng.normal(0, 15 * wide), -36, 36))
    pitch = float(np.clip(rng.normal(0, 10 * wide), -26, 26))
    pose = Pose(
        yaw,
        pitch,
        float(rng.normal(0, 5 * wide)),
        float(rng.normal(0, 60)),
        float(rng.normal(0, 40)),
        float(rng.uniform(400, 1200)),
    )
    wearing = put_on(who, rng) if who.wears else ()
    camera = camera_around(who.sitter, pose, side_px, side_mm)
    lamp = light.varied(int(rng.integers(1 << 31)))
    looks = expression(rng)
    gaze = rng.normal(0, 120, 3) * (1, 1, 0)
    sitter = scene.wear(studio, who.sitter, wearing) if wearing else who.sitter
    drawing = scene.draw(studio, sitter, pose, looks, lamp, camera, gaze, sharpness=1)
    behind, behind_mm = backdrop(rng, side_px, pose.distance_mm)
    linear = drawing.colour + (1 - drawing.cover)[..., None] * behind
    marks = drawing.landmarks_px
    gain = colour_noise.exposure_for(linear, lamp, (*marks.min(0), *marks.max(0)))
    white = rng.uniform(0.9, 1.1, 3)
    picture = colour_noise.expose(linear, gain, lamp, rng, white)
    true_mm = np.where(drawing.depth_mm > 0, drawing.depth_mm, behind_mm).astype(np.float32)

    return Moment(
        picture,
        true_mm,
        drawing.hair | drawing.glass,
        scene.five_points(drawing),
        camera,
        pose,
        any("glasses" in name for name in wearing),
    )


def face(studio, who, rng, still=False):
    """A moment of a subject, aligned by its five points as a landmark network would miss them."""
    seen = moment(studio, who, rng, still)
    points = seen.five_points
    mapping = aligned.to_stored(points + rng.normal(0, 0.9, points.shape))
    border = cv2.BORDER_REPLICATE
    colour, depth = aligned.cut(seen.picture, seen.depth_mm, mapping, border=border)
    size = depth.shape[::-1]
    swallows = cv2.warpAffine(
        seen.swallows.astype(np.uint8), mapping, size, flags=cv2.INTER_NEAREST
    )
    return Face(
        colour,
        depth,
        swallows > 0,
        seen.pose.distance_mm,
        float(seen.camera.fx * np.hypot(mapping[0, 0], mapping[1, 0])),
        seen.pose.yaw_deg,
        seen.pose.pitch_deg,
        seen.glasses,
        float(seen.picture.mean()),
    )
