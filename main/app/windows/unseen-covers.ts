import type { CoverOnScreen } from '../../session/covers-on-screen.ts';

/** A window is mapped by then, on a busy machine too. */
const newForMs = 2_000;
/** A program that insists on lying over a cover is not fought for ever. */
const raisesInVain = 3;

interface Seen {
  readonly madeMs: number;
  /** It has been on the screen. */
  wasShown: boolean;
  unseen: boolean;
  raised: number;
  raisedOver: number | undefined;
}

/** Which covers the screen does not show, and what is done about each. `W`: a cover's window. */
export class UnseenCovers<W extends object> {
  readonly #covers = new WeakMap<W, Seen>();
  /** Until a cover was seen, whoever is asked may be asked about somebody else's windows. */
  #isTrusted = false;

  /** A window was made; in the place of one that was gone it counts as unseen until it is shown. */
  add(window: W, nowMs: number, inPlaceOfGone: boolean): void {
    this.#covers.set(window, { madeMs: nowMs, wasShown: false, unseen: inPlaceOfGone, raised: 0, raisedOver: undefined });
  }

  isUnseen(window: W): boolean {
    return this.#covers.get(window)?.unseen === true;
  }

  /**
   * What is to be done after the screen was looked at. One that is buried is raised; where that does not help it counts as unseen, unless a locker lies over it, which shows
   * as little of the desktop.
   */
  judge(window: W, verdict: CoverOnScreen, nowMs: number): 'leave' | 'raise' | 'replace' {
    const cover = this.#covers.get(window);
    if (cover === undefined) return 'leave';
    if (verdict.kind === 'gone') {
      const isComing = !cover.wasShown && nowMs - cover.madeMs <= newForMs;
      if (!this.#isTrusted || isComing) return 'leave';
      cover.unseen = true;
      return 'replace';
    }
    this.#isTrusted = true;
    cover.wasShown = true;
    if (verdict.kind === 'shown' || verdict.by !== cover.raisedOver) cover.raised = 0;
    cover.raisedOver = verdict.kind === 'buried' ? verdict.by : undefined;
    const isInVain = cover.raised >= raisesInVain;
    cover.unseen = verdict.kind === 'buried' && isInVain && !verdict.byLocker;
    if (verdict.kind === 'shown' || isInVain) return 'leave';
    cover.raised += 1;
    return 'raise';
  }
}
