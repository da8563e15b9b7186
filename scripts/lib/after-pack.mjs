import { rm } from 'node:fs/promises';
import path from 'node:path';

/** electron-builder's hook: takes out the archive that lets a bare Electron run any folder; a packaged app has no use for it. */
export default async function afterPack({ appOutDir, packager, electronPlatformName }) {
  const inBundle =
    electronPlatformName === 'darwin' ? path.join(`${packager.appInfo.productFilename}.app`, 'Contents', 'Resources') : 'resources';
  await rm(path.join(appOutDir, inBundle, 'default_app.asar'), { force: true });
}
