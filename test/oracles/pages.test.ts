import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { identityOf } from '../../server/src/service/finding.ts';
import { ask, countArguments, devicesSeen, isolate, replacedFact } from '../lib/proof.ts';
import { analyzeBlock, type Block, readAllPages } from '../lib/scenario.ts';
import { available as bashAvailable } from './bash.ts';
import { available as libvirtAvailable, stop } from './libvirt.ts';
import { available as qemuAvailable } from './qemu.ts';

/** Errors that the real program may accept in silence: what was asked for is then not in the guest, as a boot shows. */
const PROVEN_BY_BOOT = new Set([
  'controller-before-its-bus',
  'function-without-function0',
  'pci-address-conflict',
  'pxb-bus-nr-missing-or-zero',
  'pxb-bus-nr-room',
  'root-port-second-slot',
]);

const wanted = process.env.VIRTLENS_ORACLES === '1';
const canAsk = (block: Block): boolean =>
  wanted && (block.dialect === 'qemu' ? qemuAvailable() && bashAvailable() : libvirtAvailable());

/** Blocks for another version than the one that is installed, or that are no whole configuration, cannot be asked. */
const blocks = readAllPages().filter(
  ({ asked, target }) => asked && target.qemu === undefined && target.libvirt === undefined,
);

/** What these say is true of the host that the block names, not of the machine that asks. */
const NEEDS_HOST: ReadonlySet<string> = new Set(rules.flatMap(({ name, needs }) => (needs ? [name] : [])));

const errors = blocks.flatMap((block) =>
  analyzeBlock(block)
    .findings.filter((finding) => finding.severity === 'error' && !NEEDS_HOST.has(finding.rule))
    .map((finding) => ({
      block,
      rule: finding.rule,
      identity: identityOf(finding),
      name: `${block.title} ${finding.rule}`,
    })),
);
const broken = errors.filter(({ rule }) => rule === 'broken-continuation');
const refused = errors.filter(({ rule }) => rule !== 'broken-continuation');

afterAll(stop);

describe('an error is refused by the real program, and its fix is accepted', () => {
  for (const { block, identity, name, rule } of refused) {
    it.skipIf(!canAsk(block))(name, async ({ skip }) => {
      const isolated = isolate(block, identity);
      expect(isolated, 'the other errors of the block can be mended first').toBeDefined();
      const { used, ...answer } = await ask(block, isolated!.text);
      const replaced = replacedFact(isolated!.error, isolated!.text, used);
      if (replaced) skip(`not asked: ${replaced.id} replaced ${replaced.before}`);
      if (answer.verdict === 'accepted' && PROVEN_BY_BOOT.has(rule)) {
        expect(await devicesSeen(block, isolated!.text)).toBeLessThan(
          await devicesSeen(block, isolated!.fixed!),
        );
        return;
      }
      expect(answer).toMatchObject({ verdict: 'refused' });
      if (isolated!.fixed === undefined) return;
      expect(await ask(block, isolated!.fixed)).toMatchObject({ verdict: 'accepted' });
    });
  }
});

describe('what the shell does not pass on reaches QEMU after the fix', () => {
  for (const { block, identity, name } of broken) {
    it.skipIf(!canAsk(block))(name, async () => {
      const { text, fixed } = isolate(block, identity)!;
      expect(await countArguments(text)).toBeLessThan(await countArguments(fixed!));
    });
  }
});

/** libvirt's parser takes what its driver for QEMU refuses: the finding is a warning then, and quotes the refusal. */
const quotesRefusal = (block: Block): boolean =>
  analyzeBlock(block).findings.some(
    ({ severity, message }) =>
      severity === 'warning' && message.includes(': libvirt refuses the domain with "'),
  );

describe('a warning that quotes a refusal is refused', () => {
  for (const block of blocks.filter(quotesRefusal)) {
    it.skipIf(!canAsk(block))(block.title, async () => {
      expect(await ask(block, block.text)).toMatchObject({ verdict: 'refused' });
    });
  }
});

describe('what is wholly understood and has no error is accepted', () => {
  const sound = blocks.filter((block) => {
    const { document, findings } = analyzeBlock(block);
    const whole = document.subjects.every(({ variants }) =>
      variants.every(({ guest }) => guest.understood().gaps.length === 0),
    );
    const isSound = findings.every(({ severity }) => severity !== 'error') && !quotesRefusal(block);
    return whole && document.subjects.length > 0 && isSound;
  });
  for (const block of sound) {
    it.skipIf(!canAsk(block))(block.title, async () => {
      expect(await ask(block, block.text)).toMatchObject({ verdict: 'accepted' });
    });
  }
});
