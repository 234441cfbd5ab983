import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { formTest } from '../../server/src/host/form.ts';
import { profileSchema } from '../../server/src/host/jsonSchema.ts';
import { HostProfile } from '../../server/src/host/profile.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const validation = manifest.contributes.jsonValidation.find(
  ({ fileMatch }) => fileMatch === '*.hostprofile.json',
);
const schema = JSON.parse(fs.readFileSync(path.join(root, validation!.url), 'utf8'));

describe('the schema of host profiles', () => {
  it('is what editors are given, made from the one that profiles are read by', () => {
    expect(schema).toEqual(profileSchema());
    const packaged = fs.readFileSync(path.join(root, '.vscodeignore'), 'utf8').split('\n');
    expect(packaged).toEqual(expect.arrayContaining(['!schemas/**', '!profiles/**']));
  });

  it.each([
    { schemaVersion: 1, nodes: [{ id: 0, cpus: '0-3' }] },
    { schemaVersion: 1, nodes: [{ id: 0, cpus: '' }], volatile: { capturedAt: '2026-01-31T12:00:00Z' } },
    { schemaVersion: 2, nodes: [{ id: 0, cpus: '0-3' }] },
    { schemaVersion: 1, nodes: [] },
    { schemaVersion: 1, nodes: [{ id: 0, cpus: '0-3', distances: { '0': 10 } }] },
    { schemaVersion: 1, nodes: [{ id: 0, cpus: '0-3', distances: { far: 10 } }] },
    { schemaVersion: 1, nodes: [{ id: 0, cpus: 'a' }] },
    { schemaVersion: 1, nodes: [{ id: 0, cpus: '0' }], colour: 'red' },
  ])('judges the form of %j as the program does', (profile) => {
    expect(z.fromJSONSchema(schema).safeParse(profile).success).toBe(HostProfile.safeParse(profile).success);
  });
});

describe('formTest', () => {
  const fits = formTest(schema);
  const sound = JSON.parse(
    fs.readFileSync(path.join(root, 'profiles', 'two-node-workstation.hostprofile.json'), 'utf8'),
  );
  const isSound = (value: unknown): boolean => HostProfile.safeParse(value).success;

  it('takes what zod takes', () => {
    expect(fits(sound)).toBe(true);
    expect(
      fits({ ...sound, volatile: { capturedAt: '2026-01-31T12:00:00Z', drivers: { '0000:af:00.0': null } } }),
    ).toBe(true);
  });

  it('refuses what zod refuses, wherever a profile is damaged', () => {
    const spoilt = fc.constantFrom<unknown>(undefined, null, true, -1, 0.5, 1e9, '', '0-', 'P', {}, [], [0], {
      a: 1,
    });
    const places = placesIn(sound, []);
    const damage = fc.property(fc.constantFrom(...places), spoilt, (place, value) => {
      const damaged = replaced(sound, place, value);
      expect(fits(damaged)).toBe(isSound(damaged));
    });
    fc.assert(damage, { numRuns: 400 });
  });

  it('refuses keys that nobody knows, wherever they stand', () => {
    const objects = placesIn(sound, []).filter((place) => isObject(at(sound, place)));
    for (const place of objects.slice(0, 60)) {
      const damaged = replaced(sound, [...place, 'colour'], 1);
      expect(fits(damaged)).toBe(isSound(damaged));
    }
  });

  it('knows no type that the schemas do not have', () => {
    expect(() => formTest({ type: 'date' })).toThrow('a schema with the type date');
  });
});

type Place = readonly (string | number)[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const at = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);

/** The whole, and everything in it. */
const placesIn = (value: unknown, place: Place): Place[] => [
  place,
  ...(isObject(value)
    ? Object.entries(value).flatMap(([key, inner]) =>
        placesIn(inner, [...place, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

/** A copy with another value in one place; undefined takes it away. */
function replaced(value: unknown, [key, ...deeper]: Place, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], deeper, other);
  return JSON.parse(JSON.stringify(copy));
}
