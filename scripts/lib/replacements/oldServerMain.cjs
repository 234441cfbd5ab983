// Takes the place of out/server-main.js in a code-server around 4.93, whose copy of VS Code's server only exports itself and
// leaves starting it to code-server; the original lies beside it as server-code.js. Later ones start by themselves.
const http = require('node:http');
const minimist = require('../node_modules/minimist');
const { loadCodeWithNls } = require('./server-code.js');

const args = minimist(process.argv.slice(2), {
  boolean: ['accept-server-license-terms', 'enable-smoke-test-driver', 'force', 'without-connection-token'],
});
// The server takes these two as lists.
for (const name of ['install-extension', 'log']) if (args[name]) args[name] = [args[name]];

loadCodeWithNls().then(async (code) => {
  if (args['install-extension']) return code.spawnCli(args);
  const app = await code.createServer(null, args);
  return http
    .createServer((request, response) => app.handleRequest(request, response))
    .on('upgrade', (request, socket) => app.handleUpgrade(request, socket))
    .listen(args.port, args.host);
});
