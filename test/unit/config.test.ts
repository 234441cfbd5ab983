import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../server/src/service/config.ts';
import { globMatcher } from '../../server/src/service/globs.ts';
import { locateJson, placeKey } from '../../server/src/text/jsonPlaces.ts';

const RULES = ['numa-cpus-overlap', 'memory-backend-unused'];

/** What is wrong with a configuration, each as `characters at fault: message`. */
function problemsOf(text: string): string[] {
  const parsed = parseConfig(text, RULES);
  if (!('problems' in parsed)) throw new Error('nothing is wrong with it');
  return parsed.problems.map(({ at, message }) => `${text.slice(at.start, at.end)}: ${message}`);
}

describe('parseConfig', () => {
  it('reads all settings', () => {
    const text = JSON.stringify({
      $schema: './schema.json',
      rules: { 'numa-cpus-overlap': 'hint', 'memory-backend-unused': 'off' },
      preset: 'strict',
      qemuVersion: '10.0',
      libvirtVersion: '9.10.1',
      host: 'hosts/gpu-01.hostprofile.json',
      hosts: { 'b/**': 'gpu-02', '7': 'none' },
      ignore: ['old/**'],
    }).replace('{"7":"none","b/**":"gpu-02"}', '{"b/**":"gpu-02","7":"none"}');
    const named = (profile: string) => {
      const start = text.indexOf(`"${profile}"`);
      return { profile, at: { start, end: start + profile.length + 2 } };
    };
    expect(parseConfig(text, RULES)).toEqual({
      config: {
        choices: {
          rules: { 'numa-cpus-overlap': 'hint', 'memory-backend-unused': 'off' },
          preset: 'strict',
          target: { qemu: [10, 0], libvirt: [9, 10] },
        },
        host: named('hosts/gpu-01.hostprofile.json'),
        // In the order of the text, although the second key looks like a number.
        hosts: [
          { glob: 'b/**', host: named('gpu-02') },
          { glob: '7', host: named('none') },
        ],
        ignore: ['old/**'],
      },
    });
  });

  it('needs none of them', () => {
    expect(parseConfig('{}', RULES)).toEqual({
      config: {
        choices: { rules: {}, preset: undefined, target: { qemu: undefined, libvirt: undefined } },
        host: undefined,
        hosts: [],
        ignore: [],
      },
    });
  });

  it.each([
    ['{"rule": {}}', '"rule": No setting is named "rule". Did you mean "rules"?'],
    [
      '{"host": true}',
      'true: "host" is the path of a host profile, such as "hosts/gpu-01.hostprofile.json".',
    ],
    ['{"host": ""}', '"": No host profile is named here: write its path, or "none" to have none.'],
    [
      '{"hosts": ["a"]}',
      '["a"]: "hosts" is an object of globs, each with the host profile of the files that it meets, such as ' +
        '{ "gpu-01/**": "hosts/gpu-01.hostprofile.json" }.',
    ],
    [
      '{"hosts": {"a": 1}}',
      '1: A host profile is named by its path, such as "hosts/gpu-01.hostprofile.json".',
    ],
    ['{"hosts": {"a": ""}}', '"": No host profile is named here: write its path, or "none" to have none.'],
    ['{"hosts": {"a": "x", "a": "y"}}', '"a": This key stands here twice: remove one of the two.'],
    [
      '{"colour": 1}',
      '"colour": No setting is named "colour". There are $schema, rules, preset, qemuVersion, libvirtVersion, host, hosts, ignore.',
    ],
    [
      '{"rules": {"numa-cpu-overlap": "off"}}',
      '"numa-cpu-overlap": No rule is named "numa-cpu-overlap". Did you mean "numa-cpus-overlap"?',
    ],
    [
      '{"rules": {"zebra": "off"}}',
      '"zebra": No rule is named "zebra". All of them are listed by: virtlens rules',
    ],
    [
      '{"rules": {"numa-cpus-overlap": "eror"}}',
      '"eror": This is no severity: use "error", "warning", "information", "hint" or "off".',
    ],
    ['{"rules": []}', '[]: "rules" is an object of rule names, each with its severity or "off".'],
    ['{"preset": "laptop"}', '"laptop": This is no preset: use "desktop", "server" or "strict".'],
    ['{"preset": null}', 'null: This is no preset: use "desktop", "server" or "strict".'],
    ['{"qemuVersion": 10.0}', '10.0: A version is a string, such as "10.0".'],
    ['{"libvirtVersion": "new"}', '"new": This is no version: write major and minor number, such as "10.7".'],
    ['{"ignore": "old"}', '"old": "ignore" is a list of globs, such as ["old/**"].'],
    ['{"ignore": ["old", 7]}', '7: A glob is a string, such as "old/**".'],
    ['[]', '[]: The file must hold a JSON object, such as { "qemuVersion": "10.0" }.'],
    ['{"ignore": [], "ignore": ["a"]}', '"ignore": This key stands here twice: remove one of the two.'],
    ['', ': A JSON value is missing here.'],
    ['{"ignore": [],}', ',: Remove the comma before }.'],
    ['{"ignore": ["a" "b"]}', '": A comma or ] is missing here.'],
    ['{ignore: []}', 'i: A key in double quotes is missing here.'],
    ['{"ignore" []}', '[: A colon is missing here.'],
    ['{ // mine\n}', '/: JSON has no comments: remove this one.'],
    ['{} {}', '{: Nothing may follow the end of the JSON.'],
    ['{"qemuVersion": "10\n"}', '": A JSON value is missing here.'],
  ])('%s is wrong', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('tells all that is wrong, in the order of the text', () => {
    expect(
      problemsOf('{"a": 1, "rules": {"x": "off"}, "qemuVersion": 1}').map((line) => line.split(':')[0]),
    ).toEqual(['"a"', '"x"', '1']);
  });

  it('takes no property of Object for a rule or a setting', () => {
    expect(problemsOf('{"rules": {"constructor": "off"}}')).toHaveLength(1);
    expect(problemsOf('{"toString": 1}')).toHaveLength(1);
    expect(problemsOf('{"rules": {"__proto__": "off"}}')).toHaveLength(1);
  });
});

describe('locateJson', () => {
  it('finds an error exactly where JSON.parse finds one', () => {
    const damaged = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', ',', '}', '"', '0', '\\', ' ', '-', '.'))
      .map(([json, at, piece]) => {
        const cut = at % (json.length + 1);
        return json.slice(0, cut) + piece + json.slice(cut + 1);
      });
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(damaged, (text) => {
        expect(locateJson(text).error === undefined).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('knows where values stand', () => {
    const text = '{"a": [1, {"b\\u0063": null}]}';
    const { places } = locateJson(text);
    const place = places.get(placeKey(['a', 1, 'bc']))!;
    expect(text.slice(place.key.start, place.key.end)).toBe('"b\\u0063"');
    expect(text.slice(place.value.start, place.value.end)).toBe('null');
  });
});

describe('globMatcher', () => {
  it.each([
    ['old/**', 'old/vm.xml', true],
    ['old/**', 'old/deep/vm.xml', true],
    ['old/**', 'older/vm.xml', false],
    ['old/**', 'x/old/vm.xml', false],
    ['**/old/*.xml', 'x/y/old/vm.xml', true],
    ['**/old/*.xml', 'old/vm.xml', true],
    ['**/old/*.xml', 'old/x/vm.xml', false],
    ['a/**/b.xml', 'a/b.xml', true],
    ['a/**/b.xml', 'a/x/y/b.xml', true],
    ['*.bak', 'vm.bak', true],
    ['*.bak', 'deep/vm.bak', true],
    ['*.bak', 'vm.bak.xml', false],
    ['/*.bak', 'deep/vm.bak', false],
    ['./vm.xml', 'vm.xml', true],
    ['./vm.xml', 'x/vm.xml', false],
    ['build', 'build/vm.xml', true],
    ['build/', 'x/build/vm.xml', true],
    ['build', 'rebuild/vm.xml', false],
    ['vm?.xml', 'vm1.xml', true],
    ['vm?.xml', 'vm.xml', false],
    ['vm?.xml', 'vm/.xml', false],
    ['a+b(c).xml', 'a+b(c).xml', true],
    ['a.xml', 'abxml', false],
    ['[a].xml', '[a].xml', true],
    ['\u{1F600}?.xml', '\u{1F600}\u{1F601}.xml', true],
    ['', 'vm.xml', false],
    ['**', 'x/vm.xml', true],
  ])('%s and %s: %s', (glob, path, matches) => {
    expect(globMatcher([glob])(path)).toBe(matches);
  });

  it('ignores nothing without globs', () => {
    expect(globMatcher([])('vm.xml')).toBe(false);
  });
});
