// Builds the app into out/, whatever was there before.
import { build } from './lib/build.mjs';
import { main } from './lib/failure.mjs';
import { step } from './lib/say.mjs';

await main(async () => {
  await step('Building the app', build);
});
