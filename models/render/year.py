#!/usr/bin/env python3
"""Render a year of people who age, grow beards, change weight and hair, and wear what seasons ask.

    python3 models/render/year.py --out DIR [--people 50]

DIR/PERSON/enrol-circle on day one, then DIR/PERSON/month-MM-life-N (looks of everyday life, which
adaptation may learn from) and month-MM-probe-N (looks to measure by, never learned from), MM 00 to
12, in the TUM layout; DIR/PERSON/year.json says what changed. These people are nobody of any other
set. Finished people are not rendered again. Read by `facelatch experiment year`.
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import background, face_model, scene, wear
from render import light as light_module
from render.camera import Pose
from render.command_line import studio_or_exit
from render.gaze_set import draw_into, enrol
from render.make_simulated import CAMERA, Shot, Sway
from render.people import HAIR_RGB, person_from_seed

FIRST_SEED = 7_400_000
MONTHS = 13
LIFE_LOOKS = 2
FRAMES = {"life": 1, "probe": 2}
WINTER_LIGHTS = ("evening", "overhead", "room", "evening", "overhead")
SUMMER_LIGHTS = ("window-left", "window-right", "room", "window-left", "overhead")
LIKE_STYLES = {
    "buzz": "short",
    "short": "buzz",
    "sidepart": "short",
    "curly": "curly",
    "receding": "buzz",
    "long": "tied",
    "bob": "tied",
    "tied": "long",
}
CHEEK_MM_SD, CHEEK_MM_MOST = 2.5, 6.0  # 6 mm wider cheeks and jaw: about 8 kg


def probes_in(month):
    """How many looks a month is measured by: more in the first and the last."""
    return 6 if month in (0, MONTHS - 1) else 1


def weight_direction(model):
    """Identity weights [100] that widen cheeks and jaw by 1 mm and leave what bone holds.

    The smallest weights that do: eyes, brow, nose, mouth and the face's length keep their place.
    """

    def measures(offsets):
        at = offsets[:, face_model.LANDMARKS]
        wider = [at[:, 16 - n, 0] - at[:, n, 0] for n in (2, 3, 4, 5)]
        kept = [
            at[:, 45, 0] - at[:, 36, 0],
            at[:, 42, 0] - at[:, 39, 0],
            at[:, 35, 0] - at[:, 31, 0],
            at[:, 27, 1] - at[:, 33, 1],
            at[:, 33, 1] - at[:, 51, 1],
            at[:, 57, 1] - at[:, 8, 1],
            at[:, 54, 0] - at[:, 48, 0],
            at[:, 30, 2] - at[:, 27, 2],
            at[:, 27, 2] - at[:, 36, 2],
        ]
        return np.stack([*wider, *kept], 1)

    slopes = measures(model.identity_mm)
    wanted = np.array([1.0] * 4 + [0.0] * (slopes.shape[1] - 4))
    return np.linalg.lstsq(slopes.T, wanted, rcond=None)[0]


@dataclass(frozen=True)
class Plan:
    """What a year does to a person."""

    person: object
    cheek_mm: float  # wider (fatter) by the end of the year
    ageing: float  # added to Person.age by the end
    beard: str  # none, kept, grown, shaved
    glasses: str  # never, always, begun, given-up, now-and-then
    change_month: int  # when beard and glasses change
    restyled_month: int  # a new haircut; MONTHS: never
    dyed: str  # colour after the new haircut, "" none
    first_season: float  # 0 winter to 1, where the year begins

    def summer(self, month):
        """0 in midwinter to 1 in midsummer."""
        return 0.5 - 0.5 * np.cos(2 * np.pi * (self.first_season + month / 12))


def plan_of(number, direction):
    """The year of person `number`."""
    seed = FIRST_SEED + number
    person = person_from_seed(seed, sex_direction=direction, spread=1.1)
    rng = np.random.default_rng([seed, 131])
    manly = person.makeup == 0 and person.beard > 0
    beard = str(rng.choice(["kept", "grown", "grown", "shaved"])) if manly else "none"
    start = {"none": 0.0, "kept": person.beard, "grown": 0.1, "shaved": rng.uniform(0.6, 1.0)}
    person = replace(person, beard=float(start[beard]))
    habits = ["never", "always", "begun", "given-up", "now-and-then"]
    return Plan(
        person=person,
        cheek_mm=float(np.clip(rng.normal(0, CHEEK_MM_SD), -CHEEK_MM_MOST, CHEEK_MM_MOST)),
        ageing=float(rng.uniform(0.03, 0.10)),
        beard=beard,
        glasses=str(rng.choice(habits, p=[0.3, 0.2, 0.25, 0.1, 0.15])),
        change_month=int(rng.integers(2, 9)),
        restyled_month=int(rng.integers(2, 11)) if rng.random() < 0.4 else MONTHS,
        dyed=str(rng.choice(["blond", "auburn", "black"])) if rng.random() < 0.25 else "",
        first_season=float(rng.random()),
    )


def person_in(plan, month, widening):
    """The person as they are in a month; widening: `weight_direction`."""
    person, share = plan.person, month / (MONTHS - 1)
    rng = np.random.default_rng([person.seed, 137, month])
    since = month - plan.change_month
    grown = np.clip((since + 1) / 4, 0, 1)  # four months to a full beard
    beard = {
        "none": 0.0,
        "kept": person.beard,
        "grown": person.beard + 0.75 * grown,
        "shaved": person.beard if since < 0 else 0.1,
    }[plan.beard]
    changed = dict(
        identity=person.identity + plan.cheek_mm * share * widening,
        age=float(np.clip(person.age + plan.ageing * share, 0, 1)),
        beard=float(np.clip(beard + (0.04 * rng.normal() if beard else 0), 0, 1)),
        skin_tone=float(np.clip(person.skin_tone + 0.05 * (plan.summer(month) - 0.5), 0, 1)),
        freckles=person.freckles * (0.5 + 0.5 * plan.summer(month)),
        # Hair grows and is cut every third month.
        hair_volume=float(np.clip(person.hair_volume + 0.12 * (month % 3 - 1), 0.05, 1)),
        makeup=float(np.clip(person.makeup + 0.2 * rng.normal(), 0, 1)) if person.makeup else 0.0,
        shirt_rgb=tuple(int(v) for v in rng.integers(30, 200, 3)),
    )
    if month >= plan.restyled_month:
        changed["hair_style"] = LIKE_STYLES[person.hair_style]
        if plan.dyed:
            changed["hair_rgb"] = HAIR_RGB[plan.dyed]
    return replace(person, **changed)


def worn_in(plan, month, rng):
    """What is worn at one look of a month."""
    since = month - plan.change_month
    on = {
        "never": False,
        "always": True,
        "begun": since >= 0,
        "given-up": since < 0,
        "now-and-then": bool(rng.random() < 0.5),
    }[plan.glasses]
    everyday = (*wear.GLASSES, *wear.THICK)
    own = everyday[plan.person.seed % len(everyday)]
    cold = 1 - plan.summer(month)
    items = [own] if on else []
    hat = rng.random()
    if hat < 0.12 * cold:
        items.append("beanie")
    elif hat > 1 - 0.05 * (1 - cold):
        items.append("cap")
    if rng.random() < 0.10 * cold:
        items.append("scarf")
    return tuple(items)


def take(studio, bare, plan, month, folder, seed, frames):
    """Record one look."""
    rng = np.random.default_rng([seed, 139])
    sitter = scene.wear(studio, bare, worn_in(plan, month, rng))
    lights = SUMMER_LIGHTS if rng.random() < plan.summer(month) else WINTER_LIGHTS
    name = str(rng.choice(lights))
    light = light_module.varied(seed) if rng.random() < 0.3 else light_module.named(name)
    mood = rng.random(3)
    expression = {
        "mouthSmile": 0.7 * max(0.0, mood[0] - 0.5),
        "browInnerUp": 0.4 * max(0.0, mood[1] - 0.6),
        "jawOpen": 0.25 * max(0.0, mood[2] - 0.7),
    }
    place = (rng.normal(0, 25), rng.uniform(-60, 10), rng.uniform(540, 800))
    lean = rng.normal(0, [6, 4, 3])
    target = (rng.uniform(-120, 120), rng.uniform(30, 180), 0.0)
    shot = Shot(folder, light, background.room(seed, CAMERA), seed, 1.0)
    sway = Sway(rng)
    for n in range(frames):
        s = sway.at(n / 3)
        turned = lean + np.array([1.5, 1.5, 1.0]) * s[:3]
        moved = np.array(place) + np.array([4, 4, 6]) * s[3:]
        draw_into(shot, studio, sitter, Pose(*turned, *moved), expression, target)
    shot.recording.close()


def render_person(studio, number, direction, widening, out):
    """The year of one person under out/NAME; nothing when it is there."""
    folder = out / f"year-{number:03d}"
    if (folder / "year.json").exists():
        return
    plan = plan_of(number, direction)
    for month in range(MONTHS):
        bare = scene.seat(studio, person_in(plan, month, widening))
        if month == 0:
            items = worn_in(plan, 0, np.random.default_rng([plan.person.seed, 149]))
            glasses = tuple(i for i in items if i.startswith("glasses"))
            sitter = scene.wear(studio, bare, glasses)
            enrol(studio, sitter, folder / "enrol-circle", plan.person.seed)
        looks = [("life", n) for n in range(LIFE_LOOKS)]
        looks += [("probe", n) for n in range(probes_in(month))]
        for place, (use, n) in enumerate(looks):
            seed = (plan.person.seed * 100 + month) * 20 + place
            session = folder / f"month-{month:02d}-{use}-{n}"
            take(studio, bare, plan, month, session, seed, FRAMES[use])
    facts = {
        "cheekMm": round(plan.cheek_mm, 2),
        "ageing": round(plan.ageing, 3),
        "beard": plan.beard,
        "glasses": plan.glasses,
        "changeMonth": plan.change_month,
        "restyledMonth": plan.restyled_month,
        "dyed": plan.dyed if plan.restyled_month < MONTHS else "",
        "skinTone": round(plan.person.skin_tone, 3),
    }
    (folder / "year.json").write_text(json.dumps(facts) + "\n")


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--first", type=int, default=0, help="number of the first person")
    arguments = parser.parse_args()
    studio = studio_or_exit(arguments.face_model)
    direction = face_model.sex_direction(studio.model)
    widening = weight_direction(studio.model)
    for number in range(arguments.first, arguments.first + arguments.people):
        print(f"year {number}", flush=True)
        render_person(studio, number, direction, widening, arguments.out)


if __name__ == "__main__":
    main()
