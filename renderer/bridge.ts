import type { Bridge } from '../main/contract/ipc.ts';

declare global {
  interface Window {
    readonly facelatch: Bridge;
  }
}

/** What the preload script put into the page. */
export const facelatch: Bridge = window.facelatch;
