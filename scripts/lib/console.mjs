// What the scripts say while they work: to stderr, stamped with the seconds since the start, so that stdout keeps the results.

const start = Date.now();
const elapsed = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Prints one line of progress. */
export function say(message) {
  console.error(`[${elapsed(start).padStart(7)}] ${message}`);
}

/**
 * Runs a step that may take minutes and shows that it is alive: a terminal gets one line redrawn every second, a log file a
 * new line every five. `work` receives a function that sets the detail shown beside the time ("214 packages").
 * Returns what `work` returns.
 */
export async function withProgress(title, work) {
  const terminal = process.stderr.isTTY === true;
  const began = Date.now();
  let detail = '';
  const status = () => `${title} ... ${detail && `${detail}, `}${elapsed(began)}`;
  const clear = () => terminal && process.stderr.write('\r\x1b[K');
  const draw = () => {
    clear();
    if (terminal) process.stderr.write(status());
    else say(status());
  };
  draw();
  const timer = setInterval(draw, terminal ? 1000 : 5000);
  try {
    return await work((text) => {
      detail = text;
    });
  } finally {
    clearInterval(timer);
    clear();
    say(`${title}: ${detail && `${detail}, `}${elapsed(began)}`);
  }
}
