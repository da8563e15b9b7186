import { resolve, sep } from 'node:path';

export const pageScheme = 'app';
const host = 'facelatch';

/** The page of every window. */
export const pageUrl = `${pageScheme}://${host}/index.html`;

/** The file a URL of ours names, or nothing when it leads elsewhere. */
export function fileFor(url: string, folder: string): string | undefined {
  if (!isOurs(url)) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return undefined;
  }
  const root = resolve(folder);
  const file = resolve(root, `.${path}`);
  return file.startsWith(root + sep) && !path.includes('\0') ? file : undefined;
}

/** Whether a URL is a page of this app. Schemes of our own have no `origin` in Node, so its parts are compared. */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  return parsed.protocol === `${pageScheme}:` && parsed.host === host && parsed.username === '' && parsed.password === '';
}
