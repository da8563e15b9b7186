import { keepPicture, test } from './app.ts';
import { wholeJourney } from './journey.ts';

test('a person sets up and is let in by their face; a stranger and a photograph are not', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  await wholeJourney(app.pages, (page, step) => keepPicture(page, `journey-${step}`));
});
