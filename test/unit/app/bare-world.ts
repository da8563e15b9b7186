/** What Facelatch needs around it where a test looks at its start alone: a world in which nothing happens. */
export const bareWorld = {
  startVision: () => undefined,
  ask: () => undefined,
  showTo: () => undefined,
  clocks: () => ({ monotonicMs: 0, wallMs: 0 }),
  bootId: 'boot-1',
  newId: () => 'id',
  later: () => undefined,
  quit: () => undefined,
  log: () => undefined,
};
