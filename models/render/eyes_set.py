#!/usr/bin/env python3
"""Render pictures of people whose lids are known, for training the network of shut eyes.

    python3 models/render/eyes_set.py --out DIR [--split teach|tune] [--london FOLDER] [--people N]

DIR/SPLIT-NNN/NN.jpg (the head alone) and DIR/SPLIT-NNN/eyes.json, a list of {"file", "blink": 0
open to 1 shut, "gaze": "screen"|"away"|"down", "glasses", "distanceMm", "light"}. A third of the
lids are open, a third shut, a third on the way; the gaze is on the screen, anywhere, or on the
keyboard, where open lids come down far. With --london two in three people wear skins of the London
set's training people. Those of `tune` are the people of the same split of gaze_set.py, those of
`teach` nobody of another set. Finished people are not rendered again. Colour alone: the network
sees no depth. Read by models/eyes/describe_eyes.mts.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import background, colour_noise, face_model, gaze_set, london, scene, wear
from render import light as light_module
from render.camera import Pose
from render.command_line import skins_or_exit, studio_or_exit
from render.make_simulated import CAMERA, JPEG_QUALITY, ROOM_REFLECTANCE_LIGHT

# People to learn from, and those of gaze_set.py that marks are set on.
FIRST_SEED = {"teach": 7_330_000, "tune": gaze_set.FIRST_SEED["tune"]}
PICTURES = 27  # of one person
WINDOW_MM = 360.0  # what a picture shows at the eyes' distance: the head and some of the room
LIDS = ("open", "shut", "between")
GAZES = (("screen", 0.5), ("away", 0.25), ("down", 0.25))
# Where the keyboard and what lies on the desk are, mm from the camera over the screen.
DESK_X_MM, DESK_Y_MM, DESK_Z_MM = (-250.0, 250.0), (260.0, 480.0), (80.0, 350.0)
SKINS_DRAWN = 8  # of which the one nearest to the person's tone is worn


def eyes_planned(lids, gaze, rng):
    """One picture: (target the eyes rest on in mm, expression, blink, head angles, eyes' place mm).

    The blink in the expression is that of eyes which a weight of 1 shuts, see scene.shut_weight.
    """
    kind = "away" if gaze == "away" else "attentive"
    target, expression, _, angles, place = gaze_set.planned(kind, rng)
    if gaze == "down":
        target = np.array([rng.uniform(*r) for r in (DESK_X_MM, DESK_Y_MM, DESK_Z_MM)])
        to_target = gaze_set.unit(target - place)
        angles = gaze_set.head_towards(to_target, rng.uniform(0.2, 0.9), rng)
    blink = {
        "open": rng.uniform(0, 0.15),
        "shut": rng.uniform(0.95, 1.0),
        "between": rng.uniform(0.1, 1.0),
    }[lids]
    return target, {**expression, "eyeBlink": float(blink)}, float(blink), angles, place


def window_of(place):
    """The camera cut down to what lies around a head at `place` mm, with its cut: (left, top)."""
    u, v = CAMERA.project(place)
    half = WINDOW_MM / 2 * CAMERA.fx / place[2]
    left, right = (int(np.clip(w, 0, CAMERA.width)) for w in (u - half, u + half))
    top, bottom = (int(np.clip(w, 0, CAMERA.height)) for w in (v - 0.9 * half, v + 1.1 * half))
    return CAMERA.crop(left, top, right - left, bottom - top), (left, top)


def picture_of(studio, sitter, plan, light, room_colour, seed):
    """JPEG bytes of a planned moment: a window around the head. room_colour: of the whole camera."""
    target, expression, _, angles, place = plan
    lids = expression["eyeBlink"] * scene.shut_weight(sitter)
    camera, (left, top) = window_of(place)
    drawing = scene.draw(
        studio,
        sitter,
        Pose(*angles, *place),
        {**expression, "eyeBlink": lids},
        light,
        camera,
        gaze_at_mm=target,
    )
    level = (light.sky + light.ground) / 2 + 0.35 * light.colours.mean(0)
    wall = room_colour[top : top + camera.height, left : left + camera.width]
    linear = drawing.colour + (1 - drawing.cover)[..., None] * wall * level * ROOM_REFLECTANCE_LIGHT
    marks, rng = drawing.landmarks_px, np.random.default_rng([seed, 71])
    gain = colour_noise.exposure_for(linear, light, (*marks.min(0), *marks.max(0)))
    white = rng.uniform(0.97, 1.03, 3)
    shown = colour_noise.expose(linear, gain, light, rng, white)
    return colour_noise.jpeg(shown, JPEG_QUALITY)


def seated(studio, skins, person):
    """The person as a sitter; two in three wear a photographed skin of like tone where there are any."""
    if not skins or person.seed % 3 == 0:
        return scene.seat(studio, person)
    rng = np.random.default_rng([person.seed, 229])
    skin = london.varied_near(skins, person.skin_tone, rng, SKINS_DRAWN)
    return scene.seat(studio, person, skin_texture=skin)


def render_person(studio, skins, split, number, direction, out):
    """All pictures of one person; nothing when they are there. Each thing worn is seen open, shut and between."""
    folder = out / f"{split}-{number:03d}"
    if (folder / "eyes.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    person = gaze_set.person_of(FIRST_SEED[split] + number, number, direction)
    bare = seated(studio, skins, person)
    rng = np.random.default_rng([person.seed, 131])
    room_colour = background.room(person.seed, CAMERA).colour
    sitter, glasses, entries = bare, False, []
    for n in range(PICTURES):
        seed = person.seed * 100 + n
        if n % len(LIDS) == 0:
            worn = wear.chosen_at_random(rng, glasses=0.58, sunglasses=0, hat=0.15, mask=0.02)
            sitter = scene.wear(studio, bare, worn)
            glasses = any("glasses" in item for item in worn)
        gaze = str(rng.choice([g for g, _ in GAZES], p=[share for _, share in GAZES]))
        plan = eyes_planned(LIDS[n % len(LIDS)], gaze, rng)
        named = rng.random() < 0.5
        name = str(rng.choice(gaze_set.LIGHTS)) if named else f"varied {seed}"
        light = light_module.named(name) if named else light_module.varied(seed)
        picture = picture_of(studio, sitter, plan, light, room_colour, seed)
        (folder / f"{n:02d}.jpg").write_bytes(picture)
        entries.append(
            {
                "file": f"{n:02d}.jpg",
                "blink": round(plan[2], 3),
                "gaze": gaze,
                "glasses": glasses,
                "distanceMm": round(float(plan[4][2]), 1),
                "light": name,
            }
        )
    (folder / "eyes.json").write_text(json.dumps(entries) + "\n")


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--london", type=Path, help="folder of the London set, for its skins")
    parser.add_argument("--split", choices=sorted(FIRST_SEED), default="teach")
    parser.add_argument("--people", type=int, default=120)
    arguments = parser.parse_args()
    studio = studio_or_exit(arguments.face_model)
    skins = [] if arguments.london is None else skins_or_exit(studio, arguments.london)
    direction = face_model.sex_direction(studio.model)
    for number in range(arguments.people):
        print(f"{arguments.split} {number}", flush=True)
        render_person(studio, skins, arguments.split, number, direction, arguments.out)


if __name__ == "__main__":
    main()
