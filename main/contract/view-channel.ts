/** The one channel on which the main process pushes an `AppView` to a window. In a file of its own: the sandboxed preload loads no library. */
export const viewChannel = 'view';
