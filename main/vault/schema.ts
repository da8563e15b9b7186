import type { Database } from 'better-sqlite3';

/** `FLCH` in the file's header: this database is Facelatch's. */
export const applicationId = 0x464c4348;

/** Each entry brings a vault from its index to the next version. Entries are never changed once released, only added. */
const migrations: readonly string[] = [
  `
  CREATE TABLE migration (version INTEGER PRIMARY KEY, applied_at_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE person (id TEXT PRIMARY KEY, created_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE passcode_wrapping (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    n INTEGER NOT NULL, r INTEGER NOT NULL, p INTEGER NOT NULL, salt BLOB NOT NULL, sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE keystore_wrapping (
    person_id TEXT PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE, sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE record (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, schema_version INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (person_id, kind)
  ) STRICT;
  CREATE TABLE device_key (only INTEGER PRIMARY KEY CHECK (only = 1), sealed BLOB NOT NULL) STRICT;
  CREATE TABLE guarded (kind TEXT PRIMARY KEY, body BLOB NOT NULL, mac BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE log_head (
    only INTEGER PRIMARY KEY CHECK (only = 1), next_sequence INTEGER NOT NULL,
    protection TEXT NOT NULL CHECK (protection IN ('device', 'none')), key BLOB NOT NULL
  ) STRICT;
  CREATE TABLE log_anchor (only INTEGER PRIMARY KEY CHECK (only = 1), sealed BLOB NOT NULL) STRICT;
  CREATE TABLE log_entry (sequence INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
  `,
  `
  -- No table changes. From here on vectors are kept under a renewal, and what was learned beside them; records of before become so when their key is
  -- at hand. A Facelatch of before would take the new ones for damaged: this version keeps it out.
  `,
];

export const schemaVersion = migrations.length;

/** Brings a vault to this schema version, all steps or none. */
export function migrate(database: Database, nowMs: number): void {
  const from = Number(database.pragma('user_version', { simple: true }));
  database
    .transaction(() => {
      for (const [index, sql] of migrations.slice(from).entries()) {
        const version = from + index + 1;
        database.exec(sql);
        database.prepare('INSERT INTO migration VALUES (?, ?)').run(version, nowMs);
        database.pragma(`user_version = ${version}`);
      }
    })
    .exclusive();
}
