// Everything that a QEMU says about itself: names, types, defaults. Its sentences are left where they are.
import { execFileSync } from 'node:child_process';
import { print, Refused, Session } from './session.mjs';

/** Options that QEMU has had and that its -help may no longer show; asked one by one. */
const OLD_OPTIONS =
  'no-kvm balloon localtime no-quit no-frame hdb hdd fdb watchdog writeconfig enable-fips soundhw alt-grab ctrl-grab ' +
  'sdl curses tftp bootp smb redir no-kvm-irqchip no-kvm-pit no-kvm-pit-reinjection std-vga tdf clock virtioconsole ' +
  'usbdevice bt mon qtest qtest-log old-param semihosting semihosting-config prom-env g show-cursor tb-size set S s ' +
  'nouserconfig rtc-td-hack startdate cpu-list realtime xen-create drive-opts global machine M h help version';

/**
 * Asks a binary all that the catalogue holds.
 * @param note is told what is being asked.
 * @returns facts in the shape that recordsOf() reads.
 */
export async function askQemu(binary, note = () => {}) {
  const session = new Session(binary);
  await session.start();
  const ask = async (command, args) => {
    try {
      return await session.ask(command, args);
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  };
  const list = async (kind, abstract = false) => ask('qom-list-types', { implements: kind, abstract });
  const properties = async (names, command, typeOf = (name) => name) => {
    const out = {};
    for (const name of names) {
      note(name);
      const found = await ask(command, { typename: typeOf(name) });
      out[name] = found?.map(({ name, type, ...rest }) => ({ name, type, ...onlyValues(rest) }));
    }
    return out;
  };
  const names = (types) => types.map(({ name }) => name);

  const facts = {
    version: session.version,
    machines: await ask('query-machines'),
    cpus: await ask('query-cpu-definitions'),
    options: await ask('query-command-line-options'),
    schema: await ask('query-qmp-schema'),
    devices: await list('device'),
    objects: await list('user-creatable'),
    types: await list('object', true),
  };
  facts.architecture = architectureOf(facts.cpus);
  const suffix = `-${facts.architecture === 'aarch64' ? 'arm' : facts.architecture}-cpu`;
  const isCpu = (name) => name.endsWith(suffix);
  const devices = names(facts.devices).filter((name) => !isCpu(name));
  const machineType = (name) => `${name}-machine`;
  facts.deviceProperties = await properties(devices, 'device-list-properties');
  facts.objectProperties = await properties(names(facts.objects), 'qom-list-properties');
  facts.machineProperties = await properties(names(facts.machines), 'qom-list-properties', machineType);
  // One x86 CPU has the properties of all; an Arm CPU has those of its own.
  const cpus = suffix === '-x86_64-cpu' ? ['max', 'host', 'qemu64'] : names(facts.cpus);
  facts.cpuProperties = await properties(cpus, 'device-list-properties', (name) => name + suffix);
  const accelerators = facts.types.filter(({ parent }) => parent === 'accel').map(({ name }) => name);
  facts.acceleratorProperties = await properties(accelerators, 'qom-list-properties');
  session.stop();
  facts.deviceHelp = readDeviceHelp(print(binary, '-device', 'help'));
  facts.help = readOptions(binary);
  return facts;
}

/** A default is a value; of a description only a list of the values allowed is taken: `on/off/auto`. */
function onlyValues({ 'default-value': value, description = '' }) {
  const allowed = /(?:^|[ (])([\w.+-]+(?:\/[\w.+-]+)+)\)?$/.exec(description)?.[1];
  return {
    ...(value === undefined ? {} : { 'default-value': value }),
    ...(allowed ? { values: allowed.split('/') } : {}),
  };
}

const architectureOf = (cpus) => {
  const family = /-([a-z0-9_]+)-cpu$/.exec(cpus[0].typename)[1];
  return family === 'arm' ? 'aarch64' : family;
};

/** `name "virtio-net-pci", bus PCI, alias "virtio-net", desc "…"` under headings of categories. */
function readDeviceHelp(text) {
  const devices = {};
  let category = '';
  for (const line of text.split('\n')) {
    const heading = /^(\S+).* devices:$/.exec(line)?.[1];
    if (heading) category = heading.toLowerCase();
    const name = /^name "([^"]+)"/.exec(line)?.[1];
    if (!name) continue;
    devices[name] = {
      categories: [...(devices[name]?.categories ?? []), category],
      bus: /^name "[^"]+", bus ([^,]+)/.exec(line)?.[1],
      alias: /, alias "([^"]+)"/.exec(line)?.[1],
    };
  }
  return devices;
}

/** Options by name, true where they take an argument. */
function readOptions(binary) {
  const shown = [...print(binary, '-help').matchAll(/^--?([a-zA-Z0-9][\w-]*)(?: or -([\w-]+))?/gm)];
  const names = new Set([
    ...shown.flatMap(([, name, other]) => [name, other ?? name]),
    ...OLD_OPTIONS.split(' '),
  ]);
  const options = {};
  for (const name of [...names].sort()) {
    const message = complaint(binary, name);
    if (!/invalid option/.test(message)) options[name] = /requires an argument/.test(message);
  }
  return options;
}

/** All options are looked up before the first one acts, and -version is that one. */
function complaint(binary, option) {
  try {
    execFileSync(binary, ['-version', `-${option}`], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String(error.stderr);
  }
}
