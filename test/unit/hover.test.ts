import { describe, expect, test } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';

/** The hover at the mark ‸ of a text: the marked characters, and the paragraphs. */
function hover(marked: string): { over: string; paragraphs: string[] } | undefined {
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const analysis = analyze({ uri: 'file:///guest', text }, DEFAULT_SETTINGS);
  const found = analysis && hoverAt(analysis, offset);
  if (!found) return undefined;
  return {
    over: text.slice(found.range.start, found.range.end),
    paragraphs: found.markdown.split('\n\n'),
  };
}

const facts = (marked: string): string[] | undefined => hover(marked)?.paragraphs.slice(1);

const qemu = (rest: string, before = ''): string => `${before}qemu-system-x86_64 ${rest}\n`;

describe('on a QEMU command line', () => {
  test('an option is explained', () => {
    expect(hover(qemu('-nu‸ma node,cpus=0'))).toEqual({
      over: '-numa',
      paragraphs: expect.arrayContaining(['**`-numa`** · guest side']),
    });
  });

  test('a property is explained, on its key and on its value', () => {
    const key = hover(qemu('-numa node,cp‸us=0-1'));
    expect(key?.over).toBe('cpus=0-1');
    expect(key?.paragraphs[0]).toBe('**`cpus`** of `-numa node` · guest side');
    expect(hover(qemu('-numa node,cpus=0-‸1'))).toEqual(key);
  });

  test('the first value is the thing itself', () => {
    expect(hover(qemu('-device vfio‸-pci,host=01:00.0'))?.paragraphs[0]).toBe(
      '**`-device vfio-pci`** · guest and host',
    );
  });

  test('unit, default, first release and pitfall are told', () => {
    const [, text, details, pitfall] = hover(qemu('-numa di‸st,src=0,dst=1,val=20'))!.paragraphs;
    expect(text).toMatch(/^The distance/);
    expect(details).toBe('* Default: 10 within a node, 20 between nodes\n* Since: QEMU 2.10');
    expect(pitfall).toMatch(/^\*\*Pitfall:\*\* /);
    expect(hover(qemu('-m s‸ize=4G'))?.paragraphs).toContainEqual(expect.stringContaining('* Unit: MiB'));
  });

  test('a size is said as people say it, where that is not what is written', () => {
    expect(facts(qemu('-m 40‸96'))).toContain('`4096` is 4 GiB.');
    expect(facts(qemu('-object memory-backend-ram,id=m,size=4294‸967296'))).toContain(
      '`4294967296` is 4 GiB.',
    );
    expect(facts(qemu('-m 4‸G'))?.join()).not.toContain('is 4 GiB');
  });

  test('a value from a variable leads back to its line', () => {
    expect(facts(qemu('-m $M‸EM', 'MEM=4096\n'))).toEqual(
      expect.arrayContaining(['Here `4096`, from `$MEM`, set on line 1.', '`4096` is 4 GiB.']),
    );
    expect(facts(qemu('-m $M‸EM -name vm$MEM', 'MEM=4G\n'))?.[0]).toBe(
      'Here `4G`, from `$MEM`, set on line 1 and used 2 times, so that no fix changes it.',
    );
  });

  test('the assignment is explained by what it is used for', () => {
    const found = hover(qemu('-m $MEM', 'MEM=40‸96\n\n'));
    expect(found?.over).toBe('4096');
    expect(found?.paragraphs.slice(0, 2)).toEqual([
      '**`size`** of `-m` · guest side',
      'Used for `-m` on line 3.',
    ]);
    expect(hover(qemu('-numa node,nodeid=$N,initiator=$N', 'N=‸0\n'))?.paragraphs).toEqual([
      '**`0`**',
      'Used for `-numa nodeid=` on line 2, `-numa initiator=` on line 2.',
    ]);
  });

  test('a loop gives its values in turn, a branch one of several', () => {
    expect(facts(qemu('-numa node,nodeid=$‸i', 'for i in 0 1 2; do\n').concat('done\n'))?.[0]).toMatch(
      /^Here `0`, `1` and `2`/,
    );
    expect(facts(qemu('-m $‸M', 'M=4G\nif test -e big; then M=8G; fi\n'))?.[0]).toMatch(
      /^Here `[48]G` or `[48]G`: it depends on the path through the script\.$/,
    );
  });

  test('what is not known is named, with the reason', () => {
    expect(facts(qemu('-smp $(np‸roc)'))?.[0]).toBe(
      '`$(nproc)` is not known here: a command prints it when the script runs.',
    );
    expect(facts(qemu('-m $M‸EM'))?.[0]).toBe('`$MEM` is not known here: it comes from the environment.');
  });

  test('what is not understood is named, where there is nothing else to say', () => {
    expect(hover(qemu('-unheard‸of 4'))).toEqual({
      over: '-unheardof',
      paragraphs: ['`-unheardof` is no option that VirtLens knows, so that it says nothing about it.'],
    });
    expect(hover(qemu('-m 4G "$‸@"'))?.paragraphs[0]).toMatch(/^`"\$@"` is not known here: /);
  });

  test('a default written into the expansion is told as one', () => {
    expect(facts(qemu('-drive file=$' + '{DI‸SK:-a.img}', 'unset DISK\n'))?.[0]).toBe(
      'Here `a.img`, the default for `$DISK`.',
    );
  });

  test('a value that a later option overrides says so', () => {
    expect(facts(qemu('-smp ‸2 \\\n  -smp cpus=4'))?.[0]).toBe(
      'Not in effect: `cpus=4` on line 2 comes later and wins.',
    );
    expect(facts(qemu('-smp 2 -smp cpus=‸4'))?.[0]).not.toMatch(/Not in effect/);
  });

  test('one variable that brings several properties shows all of them', () => {
    expect(hover(qemu('-numa $NO‸DE', 'NODE=node,nodeid=0\n'))).toEqual({
      over: '$NODE',
      paragraphs: ['**`$NODE`**', 'Here `node,nodeid=0`, from `$NODE`, set on line 1.'],
    });
  });

  test('nothing is said beside the command', () => {
    expect(hover(`ec‸ho hi\n${qemu('-m 4G')}`)).toBeUndefined();
    expect(hover(`${qemu('-m 4G')}\n‸`)).toBeUndefined();
  });
});

describe('in domain XML', () => {
  const domain = (inner: string): string => `<domain type='kvm'>\n  ${inner}\n</domain>\n`;

  test('an element is explained on both of its tags', () => {
    const opening = hover(domain("<numatune><mem‸ory mode='strict' nodeset='0'></memory></numatune>"));
    expect(opening?.over).toBe('memory');
    expect(opening?.paragraphs[0]).toBe('**`<memory>`** · host side');
    const closing = hover(domain("<numatune><memory mode='strict' nodeset='0'></mem‸ory></numatune>"));
    expect(closing).toEqual(opening);
  });

  test('the place decides: memory of the guest is not memory of the host', () => {
    expect(hover(domain("<mem‸ory unit='GiB'>4</memory>"))?.paragraphs[0]).toBe(
      '**`<memory>`** · guest side',
    );
  });

  test('an attribute is explained, and marked with its value', () => {
    const found = hover(domain("<cpu><numa><cell id='0' cpu‸s='0-3'/></numa></cpu>"));
    expect(found?.over).toBe("cpus='0-3'");
    expect(found?.paragraphs[0]).toBe('**`cpus`** of `<cell>` · guest side');
  });

  test('a number is read with the unit beside it, or with the one that libvirt takes', () => {
    expect(facts(domain('<memory>42949‸67296</memory>'))).toContain(
      '`4294967296` counts KiB, as no unit is written: 4 TiB.',
    );
    expect(facts(domain("<memory unit='MiB'>409‸6</memory>"))).toContain('`4096 MiB` is 4 GiB.');
    expect(facts(domain("<cpu><numa><cell id='0' memory='1‸024' unit='M'/></numa></cpu>"))).toContain(
      '`1024 M` is 1 GiB.',
    );
    expect(facts(domain("<memory unit='GiB'>‸4</memory>"))?.join()).not.toContain('4 GiB is');
  });

  test('a placeholder is not known', () => {
    expect(facts(domain('<memory>{{ m‸em }}</memory>'))?.[0]).toBe(
      '`{{ mem }}` is not known here: a template fills it in.',
    );
  });

  test('arguments passed to QEMU are explained as such', () => {
    const text = domain(
      "<qemu:commandline><qemu:arg value='-numa'/><qemu:arg value='node,cp‸us=0'/></qemu:commandline>",
    );
    expect(hover(text)).toMatchObject({ over: 'cpus=0' });
    expect(hover(text)?.paragraphs[0]).toBe('**`cpus`** of `-numa node` · guest side');
  });

  test('nothing is said between elements, about unknown ones, and outside of the domain', () => {
    expect(hover(domain('<a/> ‸ <b/>'))).toBeUndefined();
    expect(hover(domain('<me‸tadata2/>'))).toBeUndefined();
    expect(hover(`<root><mem‸ory>1</memory>${domain('')}</root>`)).toBeUndefined();
  });
});

test('what the user wrote stays text, whatever it looks like', () => {
  const found = hover(qemu('-m $M‸', "M='`**4**`'\n"));
  expect(found?.paragraphs[1]).toBe('Here `` `**4**` ``, from `$M`, set on line 1.');
});
