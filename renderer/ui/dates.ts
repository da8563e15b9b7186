const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const timeWithSeconds = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const calendarDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });

/** The time as a clock face shows it: without morning or afternoon. */
export const asClock = (wallMs: number): string =>
  timeOfDay
    .formatToParts(wallMs)
    .filter(({ type }) => type !== 'dayPeriod')
    .map(({ value }) => value)
    .join('')
    .trim();
export const asTime = (wallMs: number): string => timeOfDay.format(wallMs);
/** For things that may happen more than once a minute. */
export const asExactTime = (wallMs: number): string => timeWithSeconds.format(wallMs);
export const asWeekday = (wallMs: number): string => dayOfYear.format(wallMs);
export const asDay = (wallMs: number): string => calendarDay.format(wallMs);

/** "27 s" or "2 min 05 s": how long somebody still has to wait. Never less than a second while any time is left. */
export function asWait(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
