#!/usr/bin/env python3
"""Render presentation attacks and living looks for measuring liveness.

    python3 models/render/make_attacks.py --out DIR [--set SET] [--part attacks|looks] [--people N]
    python3 models/render/make_attacks.py --out DIR --set teach-alike --london DIR

Writes `DIR/SET/PERSON/enrol-circle`, `DIR/SET/PERSON/look-N` and `DIR/SET/attacks/SPECIES/N` in the
recordings layout, each with `conditions.json`. Sets called `teach` are for the liveness network,
`tune` for the scorecard, `test` for the figures: their people are different ones, wearers of masks
included. `teach-photographed` and every second person of `teach-alike` and `teach-hard` wear skins
varied from the London set's people for training. In `-turned` sets masks, busts and living heads are
turned up to 30 degrees aside and 17 up or down, in `-worn` ones masks and busts wear glasses and
hats, and half of the busts a wig; in `teach-alike` the living and the attacks turn and dress alike,
in `teach-hard` too, which has three times the people and only attacks that are hard to tell.
`test-turned` and `test-worn` are against the owners of `test`; `tune-hard`, `-worn` and `-turned`
have owners of their own, enough of them to see a per cent. A person who is finished is not rendered
again. Nothing of it enters the repository: it is made again from its seeds.
"""

import argparse
import json
import shutil
import sys
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import face_model, london, people, scene, wear
from render import light as light_module
from render.attacks import (
    bent_print,
    cutout_print,
    dummy_head,
    flat_print,
    injected_frames,
    other_shape_mask,
    own_shape_mask,
    screen_replay,
    swapped_depth,
)
from render.attacks.live_look import LIVE_MM, LOOKING_DEG, LiveLook
from render.attacks.portrait import portrait
from render.attacks.stage import Moment, Stage
from render.camera import Pose
from render.command_line import skins_or_exit, studio_or_exit
from render.skin import to_linear

SKINS_DRAWN = 3  # photographed skins to choose the nearest tone from
HELPER_SEEDS = 20_000  # wearers of masks and makers of shapes, beside the set's own people
SPECIES = (
    "flat-print-matte",
    "flat-print-glossy",
    "bent-print",
    "cutout-print",
    "screen-replay",
    "own-shape-mask",
    "other-shape-mask",
    "dummy-head",
    "injected-frames",
    "swapped-depth",
)
# Glasses, hat; looks go through them in turn.
WEARING = (
    (False, False),
    (True, False),
    (False, False),
    (True, False),
    (False, True),
    (True, True),
)
DRESSED = tuple(worn for worn in WEARING if any(worn))
NAMED_LIGHTS = ("room", "window-left", "window-right", "evening", "overhead")
TURNED_DEG = (28.0, 15.0)  # yaw and pitch, before the sway
STIFF = ("own-shape-mask", "other-shape-mask", "dummy-head")
HARD = (*STIFF, "swapped-depth")
# Injected frames are recordings of the living, which teach nothing.
TAUGHT = tuple(name for name in SPECIES if name != "injected-frames")


@dataclass(frozen=True)
class Plan:
    """How much of whom a set shows. Owners are enrolled and attacked; others only look."""

    seed: int
    owners: int
    others: int
    per_species: int  # presentations against each owner
    owner_looks: int
    other_looks: int
    frames: int = 3  # of each look and presentation
    teaches: bool = False  # heads for a network: nobody is enrolled
    species: tuple = SPECIES
    # Shares of people with skins varied from the London set's people for training; of living looks,
    # masks and busts that are turned by up to TURNED_DEG, others by up to LOOKING_DEG; and of masks
    # and busts under glasses and hats (then half of the busts have a wig).
    photographed: float = 0.0
    turned: float = 0.0
    worn: float = 0.0
    # Whether people begin the turns of WEARING one after another: with few looks each, all is worn.
    turns_by_person: bool = False

    def turns_deg(self, rng):
        """How far a head of this set may be turned: (yaw, pitch) before the sway."""
        return TURNED_DEG if rng.random() < self.turned else LOOKING_DEG


# Both kinds turn and dress by the same chance, every second person in photographed skin.
ALIKE = dict(frames=2, teaches=True, photographed=0.5, turned=0.5, worn=2 / 3)
SETS = {
    "teach": Plan(660_000, 100, 200, 3, 6, 6, teaches=True, species=TAUGHT),
    "teach-photographed": Plan(
        780_000, 100, 200, 3, 6, 6, teaches=True, species=TAUGHT, photographed=1
    ),
    "teach-worn": Plan(940_000, 100, 0, 4, 0, 0, frames=2, teaches=True, species=STIFF, worn=1),
    "teach-alike": Plan(980_000, 100, 100, 4, 6, 6, species=TAUGHT, **ALIKE),
    "teach-hard": Plan(1_060_000, 300, 300, 2, 3, 3, species=HARD, turns_by_person=True, **ALIKE),
    "tune": Plan(700_000, 12, 30, 4, 6, 6),
    "tune-hard": Plan(900_000, 40, 40, 5, 6, 6, species=HARD),
    "tune-worn": Plan(900_000, 40, 0, 3, 0, 0, species=STIFF, worn=1),
    "tune-turned": Plan(900_000, 40, 0, 3, 3, 0, species=STIFF, turned=1, worn=0.5),
    "test": Plan(740_000, 40, 120, 5, 14, 12),
    "test-turned": Plan(740_000, 40, 0, 5, 6, 0, species=STIFF, turned=1),
    "test-worn": Plan(740_000, 40, 0, 5, 6, 0, species=STIFF, worn=1),
}


def person_of(seed, tone_rank, count, direction, **chosen):
    """A person whose skin tone is one of `count` even steps, so that every tone is there."""
    rng = np.random.default_rng([seed, 211])
    # Steps of seven (which divides no count), so that the first few people have all tones.
    tone = (7 * tone_rank % count + rng.random()) / count
    return people.person_from_seed(
        seed,
        sex_like=float(seed % 2),
        sex_direction=direction,
        spread=1.0,
        skin_tone=float(tone),
        **chosen,
    )


def seated(studio, skins, person, share):
    """The person as a sitter; so large a share of people wears one of `skins` of like tone, the others painted ones."""
    rng = np.random.default_rng([person.seed, 229])
    if rng.random() >= share:
        return scene.seat(studio, person)
    gender = "male" if person.seed % 2 else "female"  # as person_of has it
    theirs = [one for one in skins if one.gender == gender]
    skin = london.varied_near(theirs, person.skin_tone, rng, SKINS_DRAWN)
    person = replace(person, skin_tone=float(np.clip(skin.tone, 0, 1)))
    return scene.seat(studio, person, skin_texture=skin)


def light_of(rng):
    """A light and its name: half of the looks in named rooms, half anywhere."""
    if rng.random() < 0.5:
        name = str(rng.choice(NAMED_LIGHTS))
        return name, light_module.named(name)
    return "varied", light_module.varied(int(rng.integers(1 << 30)))


def note(folder, **conditions):
    """Write conditions.json beside a recording."""
    (folder / "conditions.json").write_text(json.dumps(conditions) + "\n")


def worn_in(plan, seed, n):
    """Whether the person of this seed wears glasses and a hat in look n."""
    first = seed if plan.turns_by_person else 0
    return WEARING[(first + n) % len(WEARING)]


def looks(studio, skins, person, folder, seed, count, plan):
    """Living looks of a person, with and without glasses and hats."""
    rng = np.random.default_rng([seed, 223])
    seats = []  # made when the first look that is missing needs it
    for n in range(count):
        glasses, hat = worn_in(plan, seed, n)
        worn = clothing(glasses, hat, rng)
        name, light = light_of(rng)
        distance = float(rng.uniform(*LIVE_MM))
        turns_deg = plan.turns_deg(np.random.default_rng([seed, n, 233]))
        conditions = dict(
            skinTone=round(person.skin_tone, 3),
            glasses=glasses,
            hat=hat,
            beard=person.beard >= 0.45,
            distanceMm=round(distance),
            light=name,
        )

        def work(
            place,
            n=n,
            light=light,
            distance=distance,
            turns_deg=turns_deg,
            worn=worn,
            conditions=conditions,
        ):
            if not seats:
                seats.append(seated(studio, skins, person, plan.photographed))
            sitter = scene.wear(studio, seats[0], worn)
            look = LiveLook(
                place, studio, sitter, light, seed * 100 + n, distance, turns_deg=turns_deg
            )
            for frame in range(plan.frames):
                look.take(frame)
            look.stage.close()
            note(place, **conditions)

        finish(folder / f"look-{n:02d}", seed, work)


def clothing(glasses, hat, rng):
    """Names of wear.NAMES for a look."""
    names = []
    if glasses:
        everyday = (*wear.GLASSES, *wear.THICK)
        names.append(everyday[int(rng.integers(len(everyday)))])
    if hat:
        names.append(str(rng.choice(["cap", "beanie"])))
    return tuple(names)


def enrol(studio, sitter, folder, seed):
    """The circle of the head in thirteen poses."""
    stage = Stage(folder, 620, light_module.named("room"), seed, (0, 18))
    darkness = 1 - float(to_linear(sitter.person.hair_rgb).mean()) ** 0.5
    for n in range(13):
        turn = 2 * np.pi * (n - 1) / 12
        yaw, pitch = (0, 0) if n == 0 else (22 * np.sin(turn), 15 * np.cos(turn))
        drawn = scene.draw(
            studio,
            sitter,
            Pose(yaw, pitch, 0, 0, 0, 620),
            {},
            stage.light,
            stage.camera,
            sharpness=1,
        )
        stage.take(Moment(drawn.colour, drawn.cover, drawn.depth_mm, drawn.hair, darkness))
    stage.close()


def attack(studio, owner, pictures, helpers, species, folder, seed, plan):
    """Record one presentation of a species; returns when the look begins, ms."""
    rng = np.random.default_rng([seed, 227])
    _, light = light_of(rng)
    photograph = pictures[0]
    wearer, other, plain = helpers
    args = (light, seed, plan.frames)
    turns_deg = plan.turns_deg(rng)
    dressed = rng.random() < plan.worn
    wearing = clothing(*DRESSED[seed // 4 % len(DRESSED)], rng) if dressed else ()
    if species == "flat-print-matte":
        flat_print.present(folder, photograph, *args, glossy=False)
    elif species == "flat-print-glossy":
        flat_print.present(folder, photograph, *args, glossy=True)
    elif species == "bent-print":
        bent_print.present(folder, photograph, *args)
    elif species == "cutout-print":
        cutout_print.present(folder, studio, photograph, wearer, *args)
    elif species == "screen-replay":
        screen_replay.present(folder, pictures, *args)
    elif species == "own-shape-mask":
        own_shape_mask.present(folder, studio, owner, photograph, wearer, *args, turns_deg, wearing)
    elif species == "other-shape-mask":
        other_shape_mask.present(
            folder, studio, owner, photograph, other, wearer, *args, turns_deg, wearing
        )
    elif species == "dummy-head":
        wig = plan.worn > 0 and seed % 2 == 0
        if wig and seed % 4 == 0:
            wearing = ()
        dummy_head.present(
            folder,
            studio,
            owner,
            photograph,
            wearer if wig else plain,
            *args,
            turns_deg,
            wearing,
            wig,
        )
    elif species == "injected-frames":
        return injected_frames.present(folder, studio, owner, *args)
    else:
        swapped_depth.present(folder, studio, photograph, other, *args)
    return 0.0


def finish(folder, seed, work):
    """Do `work(folder)` unless it was done; a half-done folder is begun anew."""
    marker = folder / "done"
    if marker.is_file():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    work(folder)
    marker.write_text(f"{seed}\n")


def render_attacks(studio, skins, plan, number, person, direction, out, only):
    """Enrolment of one owner and every species against them."""
    seed = plan.seed + number
    name = f"owner-{number:03d}"
    owner = seated(studio, skins, person, plan.photographed)
    if not plan.teaches:
        finish(out / name / "enrol-circle", seed, lambda folder: enrol(studio, owner, folder, seed))
    pictures = [portrait(studio, owner, yaw) for yaw in (0.0, 1.5, -1.5)]
    # Those who wear and lend their shapes have the owner's skin tone: attackers choose.
    chosen = (
        dict(beard=0.0),
        dict(),
        dict(beard=0.0, hair_style="buzz"),
    )
    helpers = [
        seated(
            studio,
            skins,
            person_of(
                plan.seed + HELPER_SEEDS + 3 * number + k,
                number,
                plan.owners,
                direction,
                **looks_like,
            ),
            plan.photographed,
        )
        for k, looks_like in enumerate(chosen)
    ]
    for species in plan.species if only is None else (only,):
        kind = zlib.crc32(species.encode()) % 1000
        for k in range(plan.per_species):
            index = number * plan.per_species + k
            own = (plan.seed + index) * 1000 + kind
            # Species choose their variants by the seed: even steps through all of them.
            own += -own % 840 + index % 840

            def work(folder, own=own, species=species):
                start = attack(studio, owner, pictures, helpers, species, folder, own, plan)
                (folder / "target.txt").write_text(name + "\n")
                note(folder, lookStartsAtMs=start)

            finish(out / "attacks" / species / f"{index:04d}", own, work)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", choices=sorted(SETS), default="test")
    parser.add_argument("--london", type=Path, help="folder of the London set, for its skins")
    parser.add_argument("--people", type=int, help="render so many owners and others only")
    parser.add_argument("--first", type=int, default=0, help="number of the first owner")
    parser.add_argument("--part", choices=("attacks", "looks"), help="this part only")
    parser.add_argument("--species", choices=SPECIES, help="render this species only")
    arguments = parser.parse_args()
    plan = SETS[arguments.set]
    if (plan.photographed > 0) != (arguments.london is not None):
        those = " or ".join(name for name, other in SETS.items() if other.photographed)
        parser.error(f"--london goes with --set {those}, and they with it")
    if arguments.species not in (None, *plan.species):
        parser.error(f"--set {arguments.set} has no {arguments.species}")
    studio = studio_or_exit(arguments.face_model)
    skins = None if arguments.london is None else skins_or_exit(studio, arguments.london)
    out = arguments.out / arguments.set
    direction = face_model.sex_direction(studio.model)
    limit = 10_000 if arguments.people is None else arguments.people
    owners, others = min(plan.owners, limit), min(plan.others, limit)
    # Owner by owner, so that what is finished early holds a bit of everything.
    each = -(-others // max(1, owners))
    for number in range(arguments.first, owners):
        person = person_of(plan.seed + number, number, plan.owners, direction)
        folder = out / f"owner-{number:03d}"
        if arguments.part != "looks":
            render_attacks(studio, skins, plan, number, person, direction, out, arguments.species)
        if arguments.part != "attacks":
            seed = plan.seed + number
            looks(studio, skins, person, folder, seed, plan.owner_looks, plan)
            for other in range(number * each, min(others, (number + 1) * each)):
                seed = plan.seed + 5_000 + other
                sitter = person_of(seed, other, plan.others, direction)
                place = out / f"other-{other:03d}"
                looks(studio, skins, sitter, place, seed, plan.other_looks, plan)
        print(f"{arguments.set}: owner {number} of {owners}", flush=True)


if __name__ == "__main__":
    main()
