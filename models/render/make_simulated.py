#!/usr/bin/env python3
"""Render the recordings that the simulated camera plays: people, prints of them, an empty room.

    python3 models/render/make_simulated.py [--face-model ../shared/data] [--out models/simulated]

Same seeds, same libraries: same bytes.
"""

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import background, cast, colour_noise, depth_noise, face_model, photograph, scene
from render import light as light_module
from render.camera import Intrinsics, Pose, angles_deg, rotation
from render.command_line import studio_or_exit
from render.recording import Recording
from render.skin import to_linear

CAMERA = Intrinsics()
ROOM_REFLECTANCE_LIGHT = 1.1  # the wall stands farther from the lamp than the face
JPEG_QUALITY = 86
ENROL_YAW_DEG, ENROL_PITCH_DEG = 24.0, 17.0

# Session, light, room's seed beside the person's own, distance mm, expression.
LOOKS = (
    ("look-1", "room", 0, 640.0, {}),
    ("look-2", "window-left", 1, 730.0, {"browInnerUp": 0.1}),
    (
        "look-3",
        "evening",
        2,
        600.0,
        {"mouthSmile": 0.6, "cheekSquint": 0.35, "mouthUpperUp": 0.12, "eyeSquint": 0.1},
    ),
)


class Sway:
    """Small smooth motion of a head that is held still: sums of slow waves."""

    def __init__(self, rng):
        self.rate = rng.uniform(0.15, 0.6, (6, 3))
        self.phase = rng.uniform(0, 2 * np.pi, (6, 3))

    def at(self, seconds):
        """Six values of about +-1: yaw, pitch, roll, x, y, z."""
        return np.sin(2 * np.pi * self.rate * seconds + self.phase).mean(1) * 1.4


def circle(frame, still=4, out=5, around=26, back=5):
    """Yaw and pitch of frame 0 to 39 of an enrolment: ahead, out, once around the ring, back."""
    turn = 2 * np.pi / around
    at = frame - still
    if at < 0:
        return 0.0, 0.0
    if at < out:
        radius = 0.5 - 0.5 * np.cos(np.pi * (at + 1) / (out + 1))
    elif at < out + around:
        radius = 1.0
    else:
        radius = 0.5 + 0.5 * np.cos(np.pi * (at - out - around + 1) / back)
    angle = turn * (at - out)
    return ENROL_YAW_DEG * radius * np.sin(angle), ENROL_PITCH_DEG * radius * np.cos(angle)


class Shot:
    """A session being taken: one camera, room and light, exposure fixed by the first frame."""

    def __init__(self, folder, light, room, seed, start_s):
        self.recording = Recording(folder, CAMERA, start_s)
        self.light, self.room = light, room
        self.rng = np.random.default_rng([seed, 71])
        self.pattern = depth_noise.fixed_pattern_mm(seed, depth_noise.sensor_shape(CAMERA))
        self.white = self.rng.uniform(0.97, 1.03, 3)
        self.gain = None
        level = (light.sky + light.ground) / 2 + 0.35 * light.colours.mean(0)
        self.wall = room.colour * level * ROOM_REFLECTANCE_LIGHT

    def take(
        self,
        colour,
        cover,
        depth_mm,
        hair,
        hair_darkness=0.7,
        truth=None,
        points=None,
        face_box=None,
        glass=None,
    ):
        """Expose and record one moment; returns the picture [H,W,3] uint8."""
        linear = colour + (1 - cover)[..., None] * self.wall
        if self.gain is None:
            self.gain = colour_noise.exposure_for(linear, self.light, face_box)
        picture = colour_noise.expose(linear, self.gain, self.light, self.rng, self.white)
        full = np.where(depth_mm > 0, depth_mm, self.room.depth_mm)
        depth = depth_noise.sense(full, hair, CAMERA, self.rng, self.pattern, hair_darkness, glass)
        self.recording.add(colour_noise.jpeg(picture, JPEG_QUALITY), depth, truth, points)
        return picture

    def sitter(self, studio, sitter, pose, expression):
        """Record a person in a pose."""
        drawing = scene.draw(studio, sitter, pose, expression, self.light, CAMERA)
        darkness = 1 - float(to_linear(sitter.person.hair_rgb).mean()) ** 0.5
        truth = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg, drawing.between_eyes_mm[2])
        points = scene.five_points(drawing)
        args = (drawing.colour, drawing.cover, drawing.depth_mm, drawing.hair, darkness)
        marks = drawing.landmarks_px
        face_box = (*marks.min(0), *marks.max(0))
        return self.take(*args, truth, points, face_box, drawing.glass)


def enrol(studio, sitter, folder, seed, frames=40):
    """The circle of the head, at about 620 mm."""
    shot = Shot(folder, light_module.named("room"), background.room(seed, CAMERA), seed, 1.0)
    sway = Sway(np.random.default_rng([seed, 73]))
    for n in range(frames):
        yaw, pitch = circle(n)
        s = sway.at(n / 10)
        pose = Pose(
            yaw + 0.8 * s[0],
            pitch + 0.8 * s[1],
            1.5 * s[2],
            5 * s[3],
            -38 + 4 * s[4],
            620 + 6 * s[5],
        )
        shot.sitter(studio, sitter, pose, {})
    shot.recording.close()


def look(studio, sitter, folder, seed, light_name, room_seed, distance_mm, expression, frames=6):
    """A short look at the screen."""
    light = light_module.named(light_name)
    shot = Shot(folder, light, background.room(room_seed, CAMERA), seed, 1.0)
    rng = np.random.default_rng([seed, 79])
    sway = Sway(rng)
    lean = rng.uniform(-1, 1, 4)
    for n in range(frames):
        s = sway.at(n / 10)
        pose = Pose(
            4 * lean[0] + 2.5 * s[0],
            3 * lean[1] + 2 * s[1],
            2.5 * lean[2] + 1.5 * s[2],
            22 * lean[3] + 6 * s[3],
            -36 + 5 * s[4],
            distance_mm + 10 * s[5],
        )
        shot.sitter(studio, sitter, pose, expression)
    shot.recording.close()


def flat_photograph(studio, sitter, name, folder, seed, frames=6):
    """A life-size print of the person held before the camera, where the face would be."""
    rng = np.random.default_rng([seed, 83])
    light = light_module.named("room")
    fine = CAMERA.resized(2)
    drawing = scene.draw(studio, sitter, Pose(y_mm=-20, distance_mm=640), {}, light, fine)
    room = background.room(seed + 5, fine)
    level = (light.sky + light.ground) / 2 + 0.35 * light.colours.mean(0)
    linear = (
        drawing.colour
        + (1 - drawing.cover)[..., None] * room.colour * level * ROOM_REFLECTANCE_LIGHT
    )
    marks = drawing.landmarks_px
    gain = colour_noise.exposure_for(linear, light, (*marks.min(0), *marks.max(0)))
    picture = colour_noise.expose(linear, gain, light, rng)
    points = scene.five_points(drawing)
    eyes = points[:2].mean(0)
    sheet = photograph.print_of(picture, fine, eyes, 640.0)

    shot = Shot(folder, light, background.room(seed + 6, CAMERA), seed + 1, 1.0)
    sway = Sway(rng)
    tilt = rng.uniform(-1, 1, 3)
    for n in range(frames):
        s = sway.at(n / 10)
        yaw, pitch = 7 * tilt[0] + 2 * s[0], 5 * tilt[1] + 2 * s[1]
        roll = 4 * tilt[2] + 1.5 * s[2]
        centre = np.array([6 * s[3], -10 + 5 * s[4], 600 + 8 * s[5]])
        held = photograph.hold(
            sheet, CAMERA, light, centre, yaw, pitch, roll, (196, 150, 122), (60, 62, 70)
        )
        turn = rotation(yaw, pitch, roll)
        on_sheet_mm = (points - eyes) * (640.0 / fine.fx)
        on_sheet_mm[:, 1] -= photograph.A4_MM[1] * 0.10
        in_space = centre + on_sheet_mm @ turn[:, :2].T
        truth = (*angles_deg(turn), in_space[:2].mean(0)[2])
        no_hair = np.zeros(held.cover.shape, bool)
        shot.take(
            held.colour, held.cover, held.depth_mm, no_hair, 0, truth, CAMERA.project(in_space)
        )
    shot.recording.close()
    (folder / "target.txt").write_text(name + "\n")


def empty_room(folder, frames=6):
    """Nobody before the camera."""
    shot = Shot(folder, light_module.named("room"), background.room(900, CAMERA), 900, 1.0)
    nothing = np.zeros((CAMERA.height, CAMERA.width), np.float32)
    for _ in range(frames):
        shot.take(np.zeros(nothing.shape + (3,), np.float32), nothing, nothing, nothing > 0)
    shot.recording.close()


def sums(out):
    """Write SHA256SUMS over everything under `out`, sorted by path."""
    lines = []
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        name = path.relative_to(out).as_posix()
        if name not in ("SHA256SUMS", "README.md"):
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    (out / "SHA256SUMS").write_text("".join(lines))


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--face-model",
        default=face_model.DEFAULT_FILE.parent,
        help="folder or file of the ICT model",
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).resolve().parents[1] / "simulated"
    )
    parser.add_argument("--only", help="render one person only (SHA256SUMS is left alone)")
    arguments = parser.parse_args()
    studio = studio_or_exit(arguments.face_model)
    people_folder, attacks = (
        arguments.out / "people",
        arguments.out / "people" / "attacks" / "flat-photograph",
    )
    for number, (name, person) in enumerate(cast.people(studio.model).items(), start=1):
        if arguments.only not in (None, name):
            continue
        print(f"{name}: hair, skin, sessions", flush=True)
        sitter = scene.seat(studio, person)
        seed = 100 * number
        shutil.rmtree(people_folder / name, ignore_errors=True)
        shutil.rmtree(attacks / str(number), ignore_errors=True)
        enrol(studio, sitter, people_folder / name / "enrol-circle", seed)
        for k, (session, light_name, room, distance, expression) in enumerate(LOOKS):
            look(
                studio,
                sitter,
                people_folder / name / session,
                seed + 10 + k,
                light_name,
                seed + room,
                distance,
                expression,
            )
        flat_photograph(studio, sitter, name, attacks / str(number), seed + 50)
    if arguments.only is None:
        shutil.rmtree(arguments.out / "empty-room", ignore_errors=True)
        empty_room(arguments.out / "empty-room")
        sums(arguments.out)
    size = sum(p.stat().st_size for p in arguments.out.rglob("*") if p.is_file())
    print(f"{arguments.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
