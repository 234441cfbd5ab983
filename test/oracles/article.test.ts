import { afterAll, describe, expect, it } from 'vitest';
import { repair } from '../../server/src/service/fixes.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { ask } from '../lib/proof.ts';
import { analyzeBlock, type Block } from '../lib/scenario.ts';
import { article, filesIn, isThere } from '../lib/shared.ts';
import { adaptDomain } from './adaptations.ts';
import { askDefine, available as libvirtAvailable, stop } from './libvirt.ts';
import { available as qemuAvailable } from './qemu.ts';

const can = process.env.VIRTLENS_ORACLES === '1' && isThere(article);

const blockOf = (file: string): Block => ({
  title: file,
  rule: '',
  dialect: file.endsWith('.xml') ? 'libvirt' : 'qemu',
  text: filesIn(article).find(({ name }) => name === file)!.text,
  target: { qemu: undefined, libvirt: undefined },
  asked: true,
  expected: '',
  fence: { start: 0, end: 0 },
});

afterAll(stop);

describe("the article's configurations", () => {
  for (const file of ['1-virtio-gpu.sh', '2-domain.xml', '3-vfio-gpu.sh']) {
    const there = file.endsWith('.xml') ? libvirtAvailable() : qemuAvailable();
    it.skipIf(!can || !there)(`${file} is refused, and accepted after Repair`, async () => {
      const block = blockOf(file);
      expect(await ask(block, block.text)).toMatchObject({ verdict: 'refused' });
      const repaired = applyEdits(block.text, repair(analyzeBlock(block)));
      // Of the domain only define is asked: that it names host nodes which are not here, only a start would refuse.
      const answer = await (file.endsWith('.xml')
        ? askDefine(adaptDomain(repaired).xml)
        : ask(block, repaired));
      expect(answer).toMatchObject({ verdict: 'accepted' });
    });
  }
});
