import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type QemuContext } from '../define.ts';

/** Options whose things can be given a property from elsewhere; others have no list of such things (softmmu/vl.c: find_list). */
const GROUPS = ['drive', 'chardev', 'device', 'netdev', 'net', 'fsdev', 'mon'];

/** Options that were such a list once, or are read in another way. */
const UNSUPPORTED: ReadonlySet<string> = new Set(['machine', 'object', 'smp-opts']);

export default defineRule({
  name: 'set-unfit',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'What -set sets is no property of a thing that the line makes before it.',
  sources: [{ title: 'QEMU: there is no … defined', ref: 'softmmu/vl.c: qemu_set_option' }],
  since: '0.1.0',
  check(context) {
    for (const option of optionsNamed(context.line, 'set')) {
      const text = option.plain;
      if (!isKnown(text)) continue;
      const fault = faultOf(context, text.value, option.range.start);
      if (!fault) continue;
      context.report({
        message: `${fault.fact}: QEMU stops with "${fault.refusal}".`,
        at: text.span,
        about: option,
        fixes: [
          ...(fault.instead === undefined
            ? []
            : [
                {
                  title: `Write ${fault.instead}`,
                  applicability: 'suggestion' as const,
                  changes: [{ op: 'replace' as const, value: text, text: fault.instead }],
                },
              ]),
          {
            title: 'Remove the setting',
            applicability: 'suggestion',
            changes: [{ op: 'remove-option', option }],
          },
        ],
      });
    }
  },
});

interface Fault {
  readonly fact: string;
  readonly refusal: string;
  readonly instead?: string | undefined;
}

function faultOf(context: QemuContext, text: string, before: number): Fault | undefined {
  const match = /^([^.]{1,63})\.([^.]{1,63})\.([^=]{1,63})=/.exec(text);
  if (!match) {
    return { fact: '-set has the form group.id.property=value', refusal: `can't parse: "${text}"` };
  }
  const [, group = '', id = ''] = match;
  if (UNSUPPORTED.has(group)) {
    return {
      fact: `What -${group} makes takes no property from elsewhere`,
      refusal: `-set is not supported with ${group}`,
    };
  }
  if (!GROUPS.includes(group)) {
    const similar = mostSimilar(group, GROUPS);
    return similar === undefined
      ? undefined
      : {
          fact: `There is no option -${group}, but -${similar}`,
          refusal: `There is no option group '${group}'`,
          instead: similar + text.slice(group.length),
        };
  }
  return faultOfId(context, text, group, id, before);
}

/** Only what stands before is found. */
function faultOfId(
  { line }: QemuContext,
  text: string,
  group: string,
  id: string,
  before: number,
): Fault | undefined {
  // -set itself opens the line, and makes nothing. Of arguments that libvirt passes the rest is libvirt's: it calls its devices
  // hostdev0 and the like.
  if (line.openedBy.length > optionsNamed(line, 'set').length || line.brokenContinuations.length > 0)
    return undefined;
  const made = optionsNamed(line, group);
  const ids = made.map((option) => option.value('id'));
  if (ids.some((value) => value.state === 'unknown')) return undefined;
  const place = made.findIndex((option) => option.says('id') === id);
  if (place >= 0 && made[place]!.range.start < before) return undefined;
  const refusal = `there is no ${group} "${id}" defined`;
  if (place >= 0) return { fact: `-${group} with the id ${id} stands behind it`, refusal };
  const similar = mostSimilar(
    id,
    ids.flatMap((value) => (isKnown(value) ? [value.value] : [])),
  );
  return {
    fact: `No -${group} has the id ${id}`,
    refusal,
    instead:
      similar === undefined ? undefined : `${group}.${similar}${text.slice(group.length + 1 + id.length)}`,
  };
}
