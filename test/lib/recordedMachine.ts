import * as fs from 'node:fs';
import * as path from 'node:path';

/** A device of a recorded machine: its files, and where its links lead. */
export interface RecordedDevice {
  /** Below sys/devices, ending in the address: `pci0000:5d/0000:5d:00.0/0000:5e:00.0`. */
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
  readonly group?: number;
  readonly driver?: string;
  readonly physfn?: string;
}

/** Writes the files of a machine below a folder, as sysfs and procfs show them: every file ends in a line break. */
export class RecordedMachine {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    this.file('sys/devices/system/cpu/online', '');
  }

  file(name: string, content: string): this {
    const file = path.join(this.root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${content}\n`);
    return this;
  }

  files(folder: string, files: Readonly<Record<string, string>>): this {
    for (const [name, content] of Object.entries(files)) this.file(`${folder}/${name}`, content);
    return this;
  }

  device({ path: place, files, group, driver, physfn }: RecordedDevice): this {
    const folder = `sys/devices/${place}`;
    const address = path.basename(place);
    this.files(folder, files);
    this.#link(`sys/bus/pci/devices/${address}`, `../../../devices/${place}`);
    if (group !== undefined) {
      fs.mkdirSync(path.join(this.root, 'sys/kernel/iommu_groups', `${group}`), { recursive: true });
      this.#link(`${folder}/iommu_group`, this.#up(folder, `kernel/iommu_groups/${group}`));
    }
    if (driver !== undefined) {
      fs.mkdirSync(path.join(this.root, 'sys/bus/pci/drivers', driver), { recursive: true });
      this.#link(`${folder}/driver`, this.#up(folder, `bus/pci/drivers/${driver}`));
    }
    if (physfn !== undefined) this.#link(`${folder}/physfn`, `../${physfn}`);
    return this;
  }

  #up(folder: string, target: string): string {
    return `${'../'.repeat(folder.split('/').length - 1)}${target}`;
  }

  #link(name: string, target: string): void {
    const file = path.join(this.root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.symlinkSync(target, file);
  }
}
