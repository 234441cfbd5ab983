import { BUSES } from './domains/buses.ts';
import { DEVICES } from './domains/devices.ts';
import { PROCESSORS } from './domains/processors.ts';
import { SIMPLE } from './domains/simple.ts';

/** Domains that libvirt takes and makes a command line of, of every kind that we know rules for. */
export const DOMAINS: Readonly<Record<string, string>> = {
  ...SIMPLE,
  ...PROCESSORS,
  ...BUSES,
  ...DEVICES,
};
