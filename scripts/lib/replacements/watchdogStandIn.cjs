// For @vscode/native-watchdog: would end the process when its parent is gone, which the scripts here see to themselves.
exports.start = () => {};
