// Brings a rule's page up to date with what the rule finds, and all that is made of the rule, and checks it.
//
// Usage: npm run rule -- NAME
import fs from 'node:fs';
import path from 'node:path';
import { runNode } from './lib/process.mjs';
import { ensureDependencies, root } from './lib/project.mjs';

const tool = (name, ...file) => [path.join(root, 'node_modules', name, ...file)];

/** What is done, in this order, up to the first that fails. */
const stepsFor = (name, file) => [
  ['formatting', [...tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '--write', file]],
  ['rule index', ['scripts/generate.mjs', '--index']],
  ['types', [...tool('typescript', 'bin', 'tsc'), '-p', '.']],
  ['page', [...tool('vitest', 'vitest.mjs'), 'run', 'test/scenarios/pages', '-t', name], { UPDATE: name }],
  ['what derives from it', ['scripts/generate.mjs']],
];

try {
  const [name] = process.argv.slice(2);
  const files = fs.readdirSync(path.join(root, 'server', 'src', 'rules'), { recursive: true });
  const found = files.find((each) => path.basename(each) === `${name}.ts` && name.includes('-'));
  if (!found) {
    throw new Error(`there is no server/src/rules/*/${name ?? 'NAME'}.ts; npm run new-rule writes one`);
  }
  await ensureDependencies();
  for (const [what, args, env] of stepsFor(name, path.join('server', 'src', 'rules', found))) {
    if ((await runNode(args, { cwd: root, env: { ...process.env, ...env } })) !== 0)
      throw new Error(`${what}: see above`);
  }
  console.log(
    `test/rules/${name}.md says what the rule finds now: read it, it is the review. Then: npm test`,
  );
} catch (error) {
  console.error(`rule: ${error.message}`);
  process.exitCode = 1;
}
