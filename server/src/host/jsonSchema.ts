import * as z from 'zod';
import { HostProfile } from './profile.ts';

/** The schema of `*.hostprofile.json` for editors, made from the one by which profiles are read. */
export function profileSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(HostProfile, { target: 'draft-7', io: 'input' });
  const description = 'What a machine is made of that guests run on. See: virtlens host --help';
  return { $schema, title: '*.hostprofile.json', description, ...schema };
}
