import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** A row of `models/manifest.json`, as far as loading asks: a file in `models/` and what it must hash to. */
export interface ManifestRow {
  readonly file: string;
  readonly sha256: string;
}

export type Manifest = { readonly kind: 'read'; readonly rows: readonly ManifestRow[] } | { readonly kind: 'missing' | 'damaged' };

const schema = v.object({ models: v.array(v.object({ file: v.string(), sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })) });

/** Reads `modelsDir/manifest.json`, the one list of what may be loaded. */
export async function readManifest(modelsDir: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(modelsDir, 'manifest.json'), 'utf8');
  } catch {
    return { kind: 'missing' };
  }
  try {
    return { kind: 'read', rows: v.parse(schema, JSON.parse(text)).models };
  } catch {
    return { kind: 'damaged' };
  }
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
