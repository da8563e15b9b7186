import { describe, expect, it } from 'vitest';
import { ModeDesk, type SystemLocker } from '../../../main/app/wiring/mode-desk.ts';
import type { LockMode } from '../../../main/contract/lock-state.ts';
import type { SessionOutcome } from '../../../main/session/logind.ts';

/** A desk with covers that write down what they are told, and a logind that answers when the test says so. */
function desk(chosen: LockMode, { locked = false, absent = false } = {}) {
  const told: string[] = [];
  const answers: ((outcome: SessionOutcome) => void)[] = [];
  const ask = (what: string) => () =>
    new Promise<SessionOutcome>((resolve) => {
      told.push(`logind ${what}`);
      answers.push(resolve);
    });
  const logind = { lock: ask('lock'), unlock: ask('unlock') };
  const system: SystemLocker = absent ? { kind: 'absent', sentence: 'There is no logind here.' } : { kind: 'answers', logind };
  const modes: ModeDesk = new ModeDesk(
    chosen,
    system,
    locked,
    { cover: () => told.push('cover'), uncover: () => told.push('uncover') },
    {
      // The lock closes a closed screen anew; these tests change modes while it is closed.
      modeChanged: (mode) => {
        told.push(`mode ${mode}`);
        modes.close();
      },
      openingRefused: () => told.push('refused'),
      changed: () => undefined,
    },
  );
  const answer = async (outcome: SessionOutcome): Promise<void> => {
    answers.shift()?.(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { modes, told, answer, logind };
}

const done: SessionOutcome = { kind: 'done' };
const refused: SessionOutcome = { kind: 'refused', sentence: 'No screen locker of this desktop answered logind.' };

describe('cover mode', () => {
  it('moves our covers and asks logind for nothing', () => {
    const { modes, told } = desk('cover');
    modes.close();
    modes.open();
    expect(told).toEqual(['cover', 'uncover']);
    expect(modes.view()).toEqual({ on: 'cover', chosen: 'cover', sessionOffered: true, sentence: undefined });
  });
});

describe('session mode', () => {
  it('draws our covers until the system says that it is locked, and asks it to open', async () => {
    const { modes, told, answer } = desk('session');
    modes.close();
    expect(told).toEqual(['cover', 'logind lock']);
    expect(modes.isSystemLocked).toBe(false);
    await answer(done);
    expect(told).toEqual(['cover', 'logind lock', 'uncover']);
    expect(modes.isSystemLocked).toBe(true);
    modes.open();
    expect(told.at(-1)).toBe('logind unlock');
    expect(modes.on).toBe('session');
  });

  it('asks once, though our own asking makes logind tell everybody to lock', async () => {
    const { modes, told, answer } = desk('session');
    modes.close();
    modes.close();
    await answer(done);
    modes.close();
    expect(told.filter((line) => line === 'logind lock')).toHaveLength(1);
  });

  it('needs no curtain where the system has locked by itself', () => {
    const { modes, told } = desk('session');
    modes.systemLockChanged(true);
    modes.close();
    expect(told).toEqual([]);
  });

  it('leaves the covers up and is cover mode, with the reason, where the system does not lock', async () => {
    const { modes, told, answer } = desk('session');
    modes.close();
    await answer(refused);
    expect(told).not.toContain('uncover');
    expect(told).toContain('mode cover');
    expect(modes.view()).toEqual({ on: 'cover', chosen: 'session', sessionOffered: true, sentence: refused.sentence });
    modes.choose('session');
    expect(modes.on).toBe('session');
  });

  it('covers at once when logind vanishes while closed, and takes no late answer of it', async () => {
    const { modes, told, answer } = desk('session');
    modes.close();
    await answer(done);
    modes.open();
    modes.lost('logind no longer answers.');
    expect(told.slice(-2)).toEqual(['mode cover', 'cover']);
    await answer(done);
    expect(told.at(-1)).toBe('cover');
    expect(modes.view()).toMatchObject({ on: 'cover', chosen: 'session', sessionOffered: false, sentence: 'logind no longer answers.' });
  });

  it('closes by the system again when logind is back', async () => {
    const { modes, told, answer, logind } = desk('session', { absent: true });
    expect(modes.on).toBe('cover');
    modes.close();
    modes.found(logind, false);
    expect(told).toEqual(['cover', 'mode session', 'cover', 'logind lock']);
    await answer(done);
    expect(told.at(-1)).toBe('uncover');
  });

  it('tells that the system stayed closed, and opens nothing of ours', async () => {
    const { modes, told, answer } = desk('session', { locked: true });
    modes.open();
    await answer({ kind: 'refused', sentence: "The desktop's screen locker did not open: type its password." });
    expect(told).toEqual(['logind unlock', 'refused']);
    expect(modes.view()).toMatchObject({ on: 'session', sentence: expect.stringContaining('did not open') });
  });

  it('takes no late yes to opening for one once it is closed again', async () => {
    const { modes, told, answer } = desk('session', { locked: true });
    modes.open();
    modes.systemLockChanged(false);
    modes.close();
    expect(told).toEqual(['logind unlock', 'cover', 'logind lock']);
    await answer(done);
    expect(told.at(-1)).toBe('logind lock');
  });
});
