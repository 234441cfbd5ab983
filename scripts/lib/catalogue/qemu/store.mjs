// The stored form: the records of all versions of one architecture in one text, each record and token once, with the
// versions that have it.

const compareVersions = (a, b) => {
  const [x, y] = [a, b].map((version) => version.split('.').map(Number));
  return x[0] - y[0] || x[1] - y[1];
};

/** Versions as ranges: `7.2-10.0`; open at an end that is the oldest or newest known. */
function writeRanges(known, versions) {
  const ranges = [];
  for (let i = 0; i < known.length; i++) {
    if (!versions.has(known[i])) continue;
    let end = i;
    while (versions.has(known[end + 1])) end++;
    const [from, to] = [i === 0 ? '' : known[i], end === known.length - 1 ? '' : known[end]];
    ranges.push(from === to && from !== '' ? from : `${from}-${to}`);
    i = end;
  }
  return ranges.join(',');
}

function readRanges(known, text) {
  const out = new Set();
  for (const range of text.split(',')) {
    const [from, to = from] = range.split('-');
    const start = from === '' ? 0 : known.indexOf(from);
    const end = to === '' ? known.length - 1 : known.indexOf(to);
    for (const version of known.slice(start, end + 1)) out.add(version);
  }
  return out;
}

const isSame = (a, b) => a.size === b.size && [...a].every((each) => b.has(each));

/**
 * @param versions Map from version to its records
 * @returns the text of the data file
 */
export function encode(versions) {
  const known = [...versions.keys()].sort(compareVersions);
  const keys = new Set(known.flatMap((version) => [...versions.get(version).keys()]));
  const lines = [...keys].sort().map((key) => {
    const having = new Set(known.filter((version) => versions.get(version).has(key)));
    const tokens = new Map();
    for (const version of having) {
      for (const token of versions.get(version).get(key)) {
        tokens.set(token, (tokens.get(token) ?? new Set()).add(version));
      }
    }
    const written = [...tokens.keys()]
      .sort()
      .map((token) =>
        isSame(tokens.get(token), having) ? token : `${token} ~${writeRanges(known, tokens.get(token))}`,
      );
    return [key, having.size === known.length ? '' : writeRanges(known, having), ...written].join('\t');
  });
  return `${['versions', ...known].join('\t')}\n${lines.join('\n')}\n`;
}

/** The inverse of encode(). */
export function decode(text) {
  const [head, ...lines] = text.trimEnd().split('\n');
  const known = head.split('\t').slice(1);
  const versions = new Map(known.map((version) => [version, new Map()]));
  for (const line of lines) {
    const [key, ranges, ...tokens] = line.split('\t');
    const having = ranges === '' ? new Set(known) : readRanges(known, ranges);
    for (const version of having) versions.get(version).set(key, []);
    for (const written of tokens) {
      const at = written.lastIndexOf(' ~');
      const token = at < 0 ? written : written.slice(0, at);
      for (const version of at < 0 ? having : readRanges(known, written.slice(at + 2))) {
        versions.get(version).get(key).push(token);
      }
    }
  }
  return versions;
}
