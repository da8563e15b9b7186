import { contextBridge, ipcRenderer } from 'electron';
import type { AppView, Bridge } from '../contract/ipc.ts';
import { viewChannel } from '../contract/view-channel.ts';

// The only bridge between a page and the main process: it asks by name and is shown views. What is asked is judged on the other side.
const bridge: Bridge = {
  request: (channel, payload) => ipcRenderer.invoke(channel, payload),
  onView: (show) => {
    ipcRenderer.on(viewChannel, (_event, view: AppView) => show(view));
  },
};

contextBridge.exposeInMainWorld('facelatch', bridge);
