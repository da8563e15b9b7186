// The window in which the reference runtimes run: Electron shows the address it is given as its last argument, hidden, drawing in software.
const { app, BrowserWindow } = require('electron');

app.commandLine.appendSwitch('use-angle', 'swiftshader');
app.commandLine.appendSwitch('enable-unsafe-swiftshader');
app.whenReady().then(() => new BrowserWindow({ show: false }).loadURL(process.argv.at(-1)));
