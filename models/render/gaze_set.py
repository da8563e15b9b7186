#!/usr/bin/env python3
"""Render looks whose eyes are known: on the screen, closed by degrees, or elsewhere by an angle.

    python3 models/render/gaze_set.py --out DIR [--split report|tune] [--people N]

DIR/PERSON/enrol-circle and DIR/PERSON/KIND-NN in the TUM layout, each look with `attention.json`:
{"kind": "attentive"|"closed"|"closing"|"away", "blink": 0 to 1, "gazeDeg": angle at the eyes
between gaze and camera, "turnedDeg": angle of the head from the camera, "glasses", "skinTone",
"distanceMm", "wearing", "light"}. People of the two splits are nobody of any other set, nor of each
other: thresholds are set on `tune` and figures read on `report`. Finished people are not rendered
again. Read by `facelatch experiment attention`.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import background, face_model, scene, wear
from render import light as light_module
from render.camera import Pose, rotation
from render.command_line import studio_or_exit
from render.make_simulated import CAMERA, Shot, Sway, circle
from render.people import person_from_seed
from render.skin import to_linear

FIRST_SEED = {"tune": 7_310_000, "report": 7_320_000}
# Looks of one person, by kind.
COUNTS = {"attentive": 15, "closed": 13, "closing": 4, "away": 8}
FRAMES = 2
ENROL_FRAMES = 27
# Where the eyes of somebody who reads the lock screen rest, mm from the camera over its middle: the
# middle two thirds of a 24-inch screen (531 x 299 mm).
SCREEN_X_MM = (-177.0, 177.0)
SCREEN_Y_MM = (30.0, 255.0)
NEAREST_MM, FARTHEST_MM = 450.0, 1000.0
EYE_TURN_DEG = (32.0, 22.0)  # an eye turns no farther aside, up or down; the head does the rest
AWAY_DEG = (20.0, 62.0)
LIGHTS = ("room", "window-left", "window-right", "evening", "overhead")


def unit(vector):
    """The vector at length 1."""
    return np.asarray(vector, float) / np.linalg.norm(vector)


def angle_deg(p, q):
    """Angle between two directions."""
    return float(np.rad2deg(np.arccos(np.clip(unit(p) @ unit(q), -1, 1))))


def head_towards(direction, share, rng):
    """Pose angles of a head that takes part of a gaze's way, and the eyes at most their turn.

    direction: of the gaze, camera frame. Returns yaw, pitch, roll in degrees.
    """
    yaw = np.rad2deg(np.arctan2(direction[0], -direction[2]))
    pitch = np.rad2deg(np.arcsin(np.clip(-direction[1], -1, 1)))
    head_yaw = yaw - np.clip(yaw * (1 - share) + rng.normal(0, 4), *_within(EYE_TURN_DEG[0]))
    head_pitch = pitch - np.clip(pitch * (1 - share) + rng.normal(0, 3), *_within(EYE_TURN_DEG[1]))
    return float(head_yaw), float(head_pitch), float(rng.normal(0, 3))


def _within(limit):
    return -limit, limit


def planned(kind, rng):
    """One look: (target the eyes rest on in mm, expression, blink, head angles, eyes' place mm)."""
    distance = float(rng.uniform(NEAREST_MM, FARTHEST_MM))
    place = np.array([rng.normal(0, 25), rng.uniform(-60, 30), distance])
    target = np.array([rng.uniform(*SCREEN_X_MM), rng.uniform(*SCREEN_Y_MM), 0.0])
    to_target = unit(target - place)
    blink = 0.0
    if kind == "away":
        theta = np.deg2rad(rng.uniform(*AWAY_DEG))
        around = rng.uniform(0, 2 * np.pi)
        ahead = unit(-place)
        aside = unit(np.cross(ahead, [0, 1, 0]))
        above = np.cross(aside, ahead)
        to_target = np.cos(theta) * ahead + np.sin(theta) * (
            np.cos(around) * aside + np.sin(around) * above
        )
        target = place + 1200 * to_target
        angles = head_towards(to_target, rng.uniform(0.2, 0.8), rng)
    elif kind == "attentive" and rng.random() < 0.35:
        # The head is turned, the eyes stay on the screen.
        yaw, pitch, roll = head_towards(to_target, 1.0, rng)
        turn = rng.uniform(8, 24) * rng.choice([-1, 1])
        angles = (
            yaw - np.clip(yaw - (yaw + turn), *_within(EYE_TURN_DEG[0])),
            pitch + rng.uniform(-9, 9),
            roll + rng.normal(0, 4),
        )
    else:
        angles = head_towards(to_target, rng.uniform(0.3, 0.8), rng)
    if kind == "closed":
        blink = 1.0
    elif kind == "closing":
        blink = float(rng.uniform(0.25, 0.95))
    mood = rng.random(4)
    expression = {
        "mouthSmile": 0.6 * max(0.0, mood[0] - 0.6),
        "browInnerUp": 0.5 * max(0.0, mood[1] - 0.6),
        "eyeSquint": 0.5 * max(0.0, mood[2] - 0.5),
        "eyeBlink": blink,
    }
    if kind == "attentive":
        expression["eyeBlink"] = 0.12 * mood[3]  # nobody's lids are all the way up
    return target, expression, blink, angles, place


def take(studio, sitter, folder, kind, seed, describe):
    """Record one look."""
    rng = np.random.default_rng([seed, 113])
    target, expression, blink, angles, place = planned(kind, rng)
    expression["eyeBlink"] *= scene.shut_weight(sitter)
    named = rng.random() < 0.6
    light_name = str(rng.choice(LIGHTS)) if named else f"varied {seed}"
    light = light_module.named(light_name) if named else light_module.varied(seed)
    shot = Shot(folder, light, background.room(seed, CAMERA), seed, 1.0)
    sway = Sway(rng)
    for n in range(FRAMES):
        s = sway.at(n / 10)
        pose = Pose(
            angles[0] + 0.8 * s[0],
            angles[1] + 0.8 * s[1],
            angles[2] + 0.5 * s[2],
            place[0] + 3 * s[3],
            place[1] + 3 * s[4],
            place[2] + 5 * s[5],
        )
        draw_into(shot, studio, sitter, pose, expression, target)
    shot.recording.close()
    facts = {
        "kind": kind,
        "blink": round(blink, 3),
        "gazeDeg": round(angle_deg(target - place, -place), 2),
        "turnedDeg": round(angle_deg(rotation(*angles) @ np.array([0, 0, -1.0]), -place), 2),
        "distanceMm": round(float(place[2]), 1),
        "light": light_name,
        **describe,
    }
    (folder / "attention.json").write_text(json.dumps(facts) + "\n")


def draw_into(shot, studio, sitter, pose, expression, target):
    """Record one moment of a person who looks at a point in mm."""
    drawing = scene.draw(studio, sitter, pose, expression, shot.light, CAMERA, gaze_at_mm=target)
    darkness = 1 - float(to_linear(sitter.person.hair_rgb).mean()) ** 0.5
    marks = drawing.landmarks_px
    truth = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg, drawing.between_eyes_mm[2])
    shot.take(
        drawing.colour,
        drawing.cover,
        drawing.depth_mm,
        drawing.hair,
        darkness,
        truth,
        scene.five_points(drawing),
        (*marks.min(0), *marks.max(0)),
        drawing.glass,
    )


def enrol(studio, sitter, folder, seed):
    """The circle of the head, in fewer frames than a camera gives."""
    light = light_module.named("room")
    shot = Shot(folder, light, background.room(seed, CAMERA), seed, 1.0)
    sway = Sway(np.random.default_rng([seed, 73]))
    for n in range(ENROL_FRAMES):
        yaw, pitch = circle(n, still=3, out=2, around=20, back=2)
        s = sway.at(n / 10)
        pose = Pose(yaw + s[0], pitch + s[1], 1.5 * s[2], 5 * s[3], -38 + 4 * s[4], 620 + 6 * s[5])
        draw_into(shot, studio, sitter, pose, {}, np.zeros(3))
    shot.recording.close()


def person_of(seed, number, direction):
    """Person `number` of a set, from their own seed: skin tones evenly from lightest to darkest."""
    tone = (number * 0.618034) % 1.0
    person = person_from_seed(seed, sex_direction=direction, spread=1.1)
    return replace(person, skin_tone=0.02 + 0.96 * tone)


def render_person(studio, split, number, direction, out):
    """All sessions of one person under out/NAME; nothing when they are there."""
    name = f"{split}-{number:03d}"
    done = out / name / "done"
    if done.exists():
        return
    person = person_of(FIRST_SEED[split] + number, number, direction)
    bare = scene.seat(studio, person)
    rng = np.random.default_rng([person.seed, 127])
    own_glasses = (
        wear.GLASSES[int(rng.integers(len(wear.GLASSES)))] if rng.random() < 0.35 else None
    )
    own = () if own_glasses is None else (own_glasses,)
    enrol(studio, scene.wear(studio, bare, own), out / name / "enrol-circle", person.seed)
    for kind_number, (kind, count) in enumerate(COUNTS.items()):
        for n in range(count):
            extra = wear.chosen_at_random(rng, glasses=0.12, sunglasses=0, hat=0.1, mask=0)
            glasses = own or tuple(i for i in extra if i.startswith("glasses"))
            wearing = (*glasses, *(i for i in extra if not i.startswith("glasses")))
            describe = {
                "glasses": bool(glasses),
                "wearing": list(wearing),
                "skinTone": round(person.skin_tone, 3),
            }
            seed = person.seed * 100 + 25 * kind_number + n
            sitter = scene.wear(studio, bare, wearing)
            take(studio, sitter, out / name / f"{kind}-{n:02d}", kind, seed, describe)
    done.touch()


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=sorted(FIRST_SEED), default="report")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--first", type=int, default=0, help="number of the first person")
    arguments = parser.parse_args()
    studio = studio_or_exit(arguments.face_model)
    direction = face_model.sex_direction(studio.model)
    for number in range(arguments.first, arguments.first + arguments.people):
        print(f"{arguments.split} {number}", flush=True)
        render_person(studio, arguments.split, number, direction, arguments.out)


if __name__ == "__main__":
    main()
