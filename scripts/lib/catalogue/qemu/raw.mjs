// Answers of a QEMU that were kept in a file: the lists that QMP returned, under short names.
import fs from 'node:fs';
import zlib from 'node:zlib';

/** Reads such a file, gzipped or not, in the shape that recordsOf() reads. */
export function readRaw(file) {
  const bytes = fs.readFileSync(file);
  const raw = JSON.parse(file.endsWith('.gz') ? zlib.gunzipSync(bytes) : bytes);
  const isCpu = ([name]) => name.endsWith('-x86_64-cpu');
  return {
    version: raw.version.qemu ?? raw.version,
    architecture: 'x86_64',
    machines: raw.machines,
    cpus: raw.cpus,
    options: raw.options,
    schema: raw.schema,
    types: raw.alltypes,
    deviceProperties: Object.fromEntries(Object.entries(raw.devprops).filter((entry) => !isCpu(entry))),
    machineProperties: raw.machprops,
    cpuProperties: raw.cpuprops,
  };
}
