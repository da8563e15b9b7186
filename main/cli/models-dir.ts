import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder `models/`: beside the built command line in the project, in the resources of the installed application. */
export function findModelsDir(): string {
  const resources = (process as { resourcesPath?: string }).resourcesPath;
  const packaged = resources === undefined ? undefined : join(resources, 'models');
  if (packaged !== undefined && existsSync(packaged)) return packaged;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'models', 'manifest.json'))) {
    const parent = dirname(folder);
    if (parent === folder) return join(process.cwd(), 'models');
    folder = parent;
  }
  return join(folder, 'models');
}
