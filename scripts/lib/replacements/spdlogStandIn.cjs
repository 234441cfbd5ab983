// For @vscode/spdlog: the same log files, written by JavaScript.
const fs = require('node:fs');

class Logger {
  constructor(file) {
    this.file = file;
    this.formatted = true;
  }

  write(level, message) {
    const text = this.formatted ? `${new Date().toISOString()} [${level}] ${message}\n` : message;
    try {
      fs.appendFileSync(this.file, text);
    } catch {
      // The folder of a run that is ending may be gone; a log must not be what breaks the editor.
    }
  }

  clearFormatters() {
    this.formatted = false;
  }

  getLevel() {
    return 2; // info
  }

  setLevel() {}
  setPattern() {}
  flush() {}
  drop() {}
}

for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical']) {
  Logger.prototype[level] = function log(message) {
    this.write(level, message);
  };
}

const create = async (_name, file) => new Logger(file);

module.exports = {
  version: 0,
  Logger,
  createRotatingLogger: create,
  createAsyncRotatingLogger: create,
  setLevel() {},
  setFlushOn() {},
  shutdown() {},
};
