import SQLite, { type Database } from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import type { Adaptation } from '../../../main/identity/adaptation-record.ts';
import { beginLook, observeLook } from '../../../main/identity/look.ts';
import { renewedTemplates } from '../../../main/identity/renewal.ts';
import type { Gallery, Template } from '../../../main/identity/template.ts';
import type { Vault } from '../../../main/vault/api.ts';
import { vaultFile } from '../../../main/vault/files.ts';
import { faceObservation } from '../identity/observations.ts';
import { enrolled, expectSentence, holds, newFolder, opened, passcode, templates } from './build.ts';

vi.mock('node:crypto', async (original) => (await import('./cheap-scrypt.ts')).cheapScrypt(original));

/** Something learned on top of what is kept: one vector in service and one on the shelf. */
function learned(vault: Vault, personId: string, seed = 50): Adaptation {
  const before = vault.adaptation(personId);
  const renewal = vault.gallery(personId)?.renewal;
  if (before === undefined || renewal === undefined) throw new Error('sealed');
  const [served, shelved] = renewedTemplates(templates(2, seed), renewal).map(
    (template) => ({ ...template, origin: 'learned-success' }) as const,
  );
  if (served === undefined || shelved === undefined) throw new Error('no templates');
  const use = { templateId: served.id, uses: 3, lastUsedAtMs: 7, unmatched: 1 };
  return {
    core: before.core,
    learned: [served],
    shelved: [shelved],
    record: {
      ...before.record,
      learned: [use],
      trail: [shelved.id, served.id],
      updateTakenAtMs: 5,
      failedLooks: 2,
      latestAtMs: 9,
      undo: [{ templateId: served.id, atMs: 5, replaced: [{ ...use, templateId: shelved.id }] }],
    },
  };
}

async function vaultWithLearned(): Promise<{ folder: string; personId: string; kept: Adaptation }> {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Ada', 21);
  expect(vault.writeAdaptation(personId, learned(vault, personId), 'learned')).toEqual({ kind: 'done' });
  const kept = structuredClone(vault.adaptation(personId)) as Adaptation;
  vault.close();
  return { folder, personId, kept };
}

function edit(folder: string, change: (database: Database) => void): void {
  const database = new SQLite(vaultFile(folder));
  change(database);
  database.close();
}

const sealedRecord = (folder: string, kind: string): Buffer => {
  let sealed: Buffer | undefined;
  edit(folder, (database) => {
    sealed = database.prepare<[string], { sealed: Buffer }>('SELECT sealed FROM record WHERE kind = ?').get(kind)?.sealed;
  });
  if (sealed === undefined) throw new Error(`no ${kind}`);
  return sealed;
};

async function changesLogged(vault: Vault): Promise<readonly string[]> {
  const log = vault.readLog();
  if (log.kind !== 'intact') throw new Error('the log was edited');
  return log.entries.flatMap(({ event }) => (event.kind === 'templates-changed' ? [event.cause] : []));
}

test('what was learned, and how, is there again after a restart, and serves', async () => {
  const { folder, personId, kept } = await vaultWithLearned();
  const vault = opened(folder);
  expect(vault.adaptation(personId)).toBeUndefined();
  await vault.unsealWithPasscode(passcode);
  expect(vault.adaptation(personId)).toEqual(kept);
  expect(vault.gallery(personId)?.templates.map(({ origin }) => origin)).toEqual([...Array(5).fill('enrolled'), 'learned-success']);
  expect(await changesLogged(vault)).toEqual(['learned']);
});

test('counting alone is not told in the log', async () => {
  const vault = opened(newFolder());
  const personId = await enrolled(vault, 'Ada', 21);
  vault.writeAdaptation(personId, learned(vault, personId), 'counted');
  expect(await changesLogged(vault)).toEqual([]);
});

test('sealing overwrites what was learned as well, and a sealed person is not written for', async () => {
  const vault = opened(newFolder());
  const personId = await enrolled(vault, 'Ada', 21);
  const change = learned(vault, personId);
  vault.writeAdaptation(personId, change, 'learned');
  const held = vault.adaptation(personId);
  const renewal = vault.gallery(personId)?.renewal;
  vault.seal();
  const vectors = [...(held?.core ?? []), ...(held?.learned ?? []), ...(held?.shelved ?? [])].map(({ vector }) => vector);
  expect(vectors).toHaveLength(7);
  expect(vectors.every((vector) => vector.every((value) => value === 0))).toBe(true);
  expect(renewal?.blocks.every((block) => block.every(Number.isNaN))).toBe(true);
  // The caller's own are the caller's.
  expect(change.learned[0]?.vector.some((value) => value !== 0)).toBe(true);
  expectSentence(vault.writeAdaptation(personId, change, 'learned'));
  expectSentence(vault.writeLearning(personId, 'off'));
});

test('the learning switch is kept over a restart, and over what is learned and enrolled anew', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Ada', 21);
  expect(vault.learning(personId)).toBe('on');
  expect(vault.writeLearning(personId, 'off')).toEqual({ kind: 'done' });
  vault.writeAdaptation(personId, learned(vault, personId), 'counted');
  vault.replaceTemplates(personId, templates(5, 30));
  vault.close();
  const again = opened(folder);
  await again.unsealWithPasscode(passcode);
  expect(again.learning(personId)).toBe('off');
  // An enrolment forgets what was learned of the face before.
  expect(again.adaptation(personId)).toMatchObject({ learned: [], shelved: [], record: { failedLooks: 0, undo: [] } });
});

const tamperings: readonly (readonly [string, (folder: string) => Promise<void> | void])[] = [
  ['one bit changed', (folder) => edit(folder, (database) => flip(database, 'adaptation'))],
  ['taken away', (folder) => edit(folder, (database) => void database.exec("DELETE FROM record WHERE kind = 'adaptation'"))],
  [
    'another kind of record in its place',
    (folder) =>
      edit(folder, (database) => {
        database.exec("UPDATE record SET sealed = (SELECT sealed FROM record WHERE kind = 'templates') WHERE kind = 'adaptation'");
      }),
  ],
  [
    'an older one put back, with its limits not yet reached',
    async (folder) => {
      const older = sealedRecord(folder, 'adaptation');
      const vault = opened(folder);
      await vault.unsealWithPasscode(passcode);
      const [gallery] = vault.galleries();
      const personId = gallery?.personId ?? '';
      vault.writeAdaptation(personId, learned(vault, personId, 60), 'learned');
      vault.close();
      edit(folder, (database) => {
        database.prepare("UPDATE record SET sealed = ? WHERE kind = 'adaptation'").run(older);
      });
    },
  ],
];

/** One bit of a sealed record changed. */
function flip(database: Database, kind: string): void {
  const row = database.prepare<[string], { sealed: Buffer }>('SELECT sealed FROM record WHERE kind = ?').get(kind);
  if (row === undefined) throw new Error(`no ${kind}`);
  row.sealed.writeUInt8(row.sealed.readUInt8(30) ^ 1, 30);
  database.prepare('UPDATE record SET sealed = ? WHERE kind = ?').run(row.sealed, kind);
}

test.each(tamperings)('what was learned, %s: only the enrolment counts, learning is off, and the log says so once', async (_, tamper) => {
  const { folder, personId } = await vaultWithLearned();
  await tamper(folder);
  for (let start = 0; start < 2; start += 1) {
    const vault = opened(folder);
    expect(await vault.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
    expect(holds(vault.gallery(personId), templates(5, 21))).toBe(true);
    expect(vault.adaptation(personId)).toMatchObject({ learned: [], shelved: [] });
    expect(vault.learning(personId)).toBe('off');
    expect((await changesLogged(vault)).filter((cause) => cause === 'learning-damaged')).toHaveLength(1);
    vault.close();
  }
});

test('without its secret a face is damaged: no vector serves', async () => {
  const { folder } = await vaultWithLearned();
  const changes: readonly ((database: Database) => void)[] = [
    (database) => flip(database, 'renewal'),
    (database) => void database.exec("DELETE FROM record WHERE kind = 'renewal'"),
  ];
  for (const change of changes) {
    edit(folder, change);
    const vault = opened(folder);
    expect(await vault.unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'damaged' } });
    expect(vault.galleries()[0]?.templates).toEqual([]);
    vault.close();
  }
});

/** Whether a face opens for whoever has this gallery. */
function opens(gallery: Gallery, embedding: Float32Array): boolean {
  let look = beginLook(0);
  for (let frame = 1; frame <= 10; frame += 1) {
    const step = observeLook(look, faceObservation(frame * 33, { embedding }), [gallery], 'sface', { attention: true }, frame * 33);
    if (step.verdict !== undefined) return step.verdict.kind === 'match';
    look = step.look;
  }
  return false;
}

function stolen(gallery: Gallery | undefined): Gallery {
  return structuredClone(gallery) as Gallery;
}

const own = (seed: number): Float32Array => (templates(5, seed)[0] as Template).vector;

test('after a rotation a stolen copy of the vectors matches nothing, as template or as probe, and the face still opens', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Ada', 21);
  vault.writeAdaptation(personId, learned(vault, personId), 'learned');
  const copy = stolen(vault.gallery(personId));
  expect(opens(copy, own(21))).toBe(true);
  expect(await vault.rotateKey(personId, passcode)).toEqual({ kind: 'done' });
  const now = vault.gallery(personId);
  if (now === undefined || now.renewal === undefined) throw new Error('sealed');

  expect(opens(now, own(21))).toBe(true);
  // Stolen templates beside today's secret, and stolen vectors played as probes at today's gallery, before and after its transform.
  expect(opens({ ...now, templates: copy.templates }, own(21))).toBe(false);
  for (const { vector } of copy.templates) {
    expect(opens(now, vector)).toBe(false);
    expect(opens({ personId, templates: now.templates }, vector)).toBe(false);
  }
  // What was learned was turned over with the enrolment.
  expect(vault.adaptation(personId)?.learned).toHaveLength(1);
  expect(opens(now, (templates(2, 50)[0] as Template).vector)).toBe(false);
  vault.close();
  const again = opened(folder);
  expect(await again.unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'whole' } });
  expect(holds({ ...(again.gallery(personId) as Gallery), templates: again.adaptation(personId)?.core ?? [] }, templates(5, 21))).toBe(
    true,
  );
  expect(again.adaptation(personId)).toMatchObject({ learned: [{}], shelved: [{}], record: { failedLooks: 2 } });
});

test('records of before a rotation put back into the file do not open', async () => {
  const { folder, personId } = await vaultWithLearned();
  const older = ['templates', 'renewal', 'adaptation'].map((kind) => [kind, sealedRecord(folder, kind)] as const);
  const vault = opened(folder);
  await vault.rotateKey(personId, passcode);
  vault.close();
  edit(folder, (database) => {
    for (const [kind, sealed] of older) database.prepare('UPDATE record SET sealed = ? WHERE kind = ?').run(sealed, kind);
  });
  expect(await opened(folder).unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'damaged' } });
});

test('each enrolment and each person has a secret of their own', async () => {
  const vault = opened(newFolder());
  const ada = await enrolled(vault, 'Ada', 21);
  const first = stolen(vault.gallery(ada));
  vault.replaceTemplates(ada, templates(5, 21));
  const second = stolen(vault.gallery(ada));
  const bea = await enrolled(vault, 'Bea', 21, 'passcode of bea');
  const third = stolen(vault.gallery(bea));
  expect(opens({ ...second, templates: first.templates }, own(21))).toBe(false);
  expect(opens({ ...third, templates: second.templates }, own(21))).toBe(false);
});
