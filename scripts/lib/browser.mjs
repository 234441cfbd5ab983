// The window of the workbench: a headless Chromium, the system's own or one from npm.
//
// VIRTLENS_CHROMIUM: path of a Chromium or Chrome; "npm" passes over the system's browsers.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchOnce, npmFetch, Unavailable } from './cache.mjs';
import { defer } from './cleanup.mjs';
import { say, withProgress } from './console.mjs';

const sparticuzVersion = '153.0.0';

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const flags = [
  '--no-sandbox', // root in a container has no user namespaces; the page shown is our own
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Whatever a page asks for, nothing but the local server can answer.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** The executables to try, in this order, each as a function because the last one may have to be fetched. */
function candidates() {
  const wanted = process.env.VIRTLENS_CHROMIUM;
  if (wanted && wanted !== 'npm') return [() => wanted];
  const system = wanted === 'npm' ? [] : systemBrowsers.filter((file) => fs.existsSync(file));
  return [...system.map((file) => () => file), npmChromium];
}

/** Starts a browser (playwright's Browser). Throws Unavailable, with the reason for each candidate, when none starts. */
export async function launchBrowser() {
  const { chromium } = await import('playwright-core');
  const reasons = [];
  for (const candidate of candidates()) {
    try {
      const executablePath = await candidate();
      const browser = await chromium.launch({ executablePath, headless: true, args: flags });
      say(`browser: ${executablePath}, version ${browser.version()}`);
      return browser;
    } catch (error) {
      reasons.push(error.message.split('\n').slice(0, 8).join('\n'));
    }
  }
  throw new Unavailable(
    `no browser could be started: install Chromium or Chrome, or set VIRTLENS_CHROMIUM\n${reasons.join('\n')}`,
  );
}

/**
 * A whole headless Chromium from the npm package @sparticuz/chromium, fetched and unpacked once; returns its path. Beyond glibc
 * it links to NSS, NSPR, expat and libgcc (Debian: libnss3 libnspr4 libexpat1 libgcc-s1).
 */
async function npmChromium() {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64') throw new Unavailable(`there is no Chromium on npm for ${platform}`);
  const folder = await fetchOnce(`chromium-${sparticuzVersion}-${platform}`, (target) =>
    withProgress('fetching a headless Chromium (once, about 70 MB)', async () => {
      const wanted = `@sparticuz/chromium@${sparticuzVersion}`;
      await npmFetch(['install', '--no-save', '--no-package-lock', wanted], target);
      await unpackInto(target);
    }),
  );
  return path.join(folder, 'chromium');
}

/** Has the fetched package unpack its browser. It does so into the temporary folder, which is `target` for that while. */
async function unpackInto(target) {
  const entry = path.join(target, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js');
  const { default: packed } = await import(pathToFileURL(entry).href);
  const saved = process.env.TMPDIR;
  const restore = defer(() => {
    if (saved === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = saved;
  });
  process.env.TMPDIR = target;
  try {
    await packed.executablePath();
  } finally {
    restore();
  }
}

/**
 * Opens a page of a size that fits editor, explorer and panel. Returns { page, localOnly, close }; localOnly() is the result,
 * for `suite`, of the test that the page asked nobody but the local server.
 */
export async function openPage(browser, suite) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const foreign = new Set();
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    // The workbench's own service worker answers for vscode-resource hosts; they do not exist.
    const local = hostname === 'localhost' || /(^|\.)vscode-resource\./.test(hostname);
    if (/^(http|ws)/.test(protocol) && !local) foreign.add(hostname);
  });
  const localOnly = () => ({
    suite,
    name: 'the editor asks nobody but the local server',
    state: foreign.size === 0 ? 'passed' : 'failed',
    message: foreign.size === 0 ? undefined : `it asked ${[...foreign].join(', ')}`,
  });
  return { page, localOnly, close: () => context.close() };
}
