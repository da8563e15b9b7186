// npm run package: what a person installs on this system, into dist/.
//   npm run package -- --dir   only the unpacked folder, as the packaged tests use it
import { ensureBuild } from './lib/build.mjs';
import { main } from './lib/failure.mjs';
import { packageApp } from './lib/packaging.mjs';
import { ensureSetUp } from './lib/setup.mjs';

await main(async () => {
  const electron = await ensureSetUp({ needsDisplay: false });
  await ensureBuild();
  await packageApp(electron, process.argv.slice(2));
});
