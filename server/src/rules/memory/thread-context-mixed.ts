import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { readBoolean } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isReferredTo } from '../../dialects/qemu/references.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

export default defineRule({
  name: 'thread-context-mixed',
  reads: 'qemu',
  topic: 'memory',
  severity: 'error',
  summary: 'Threads that are to allocate memory near it are given two places, or are not asked to.',
  sources: [
    { title: 'QEMU: Mixing CPU and node affinity not supported', ref: 'util/thread-context.c' },
    { title: 'QEMU: prealloc-context', ref: 'qapi/qom.json: MemoryBackendProperties' },
  ],
  since: '0.1.0',
  check(context) {
    const objects = optionsNamed(context.line, 'object');
    const contexts = objects.filter((option) => option.makes === 'thread-context');
    for (const option of contexts) checkMixed(context, option) || checkUnused(context, option);
    for (const backing of context.guest.memory.backings.items) {
      const option = context.sources.get(backing);
      if (option) checkUser(context, option, contexts);
    }
  },
});

function checkMixed({ report }: QemuContext, option: Option): boolean {
  const nodes = option.find('node-affinity');
  const cpus = option.find('cpu-affinity');
  if (!nodes || !cpus) return false;
  const remove = (property: typeof nodes): Fix => ({
    title: `Remove ${property.key}`,
    applicability: 'suggestion',
    changes: [{ op: 'remove-property', option, property }],
  });
  report({
    message:
      'The threads are bound to host nodes and to host CPUs at once: QEMU stops with "Mixing CPU and node affinity ' +
      'not supported".',
    at: cpus.span,
    about: option,
    related: [{ span: nodes.span, message: 'To the CPUs of these nodes.' }],
    fixes: [remove(cpus), remove(nodes)],
  });
  return true;
}

function checkUnused({ line, report }: QemuContext, option: Option): void {
  const id = option.value('id');
  if (!isKnown(id) || isReferredTo(line, id.value, option) !== false) return;
  report({
    severity: 'information',
    message: `No memory backend names ${id.value} as its prealloc-context, so its threads do nothing.`,
    at: id.span,
    about: option,
    tags: ['unnecessary'],
    fixes: [{ title: 'Remove it', applicability: 'suggestion', changes: [{ op: 'remove-option', option }] }],
  });
}

function checkUser({ line, report }: QemuContext, option: Option, contexts: readonly Option[]): void {
  const named = option.find('prealloc-context');
  const id = option.value('prealloc-context');
  if (!named || !isKnown(id)) return;
  const ids = contexts.map((each) => each.says('id'));
  const objects = optionsNamed(line, 'object');
  const wanted = id.value.replace(/^\/objects\//, '');
  if (!ids.includes(wanted)) {
    const certain = line.openedBy.length === 0 && objects.every((each) => isKnown(each.head) && !each.open);
    if (!certain || wanted.includes('/')) return;
    const other = objects.some((each) => each.says('id') === wanted);
    const refusal = other
      ? "Invalid parameter type for 'prealloc-context', expected: thread-context"
      : `Device '${wanted}' not found`;
    const known = ids.filter((each) => each !== undefined);
    const similar = mostSimilar(wanted, known) ?? (known.length === 1 ? known[0] : undefined);
    const rename: Fix[] =
      similar === undefined
        ? []
        : [
            {
              title: `Name ${similar}`,
              applicability: 'suggestion',
              changes: [{ op: 'replace', value: id, text: similar }],
            },
          ];
    report({
      message: `No thread-context has the id ${wanted}: QEMU stops with "${refusal}".`,
      at: id.span,
      about: option,
      fixes: [
        ...rename,
        {
          title: 'Allocate with threads that may run anywhere',
          applicability: 'suggestion',
          changes: [{ op: 'remove-property', option, property: named }],
        },
      ],
    });
    return;
  }
  const prealloc = readBoolean(option.value('prealloc'));
  if (effective(prealloc) === true || prealloc.state === 'unknown' || option.open) return;
  if (optionsNamed(line, 'mem-prealloc').length > 0 || line.openedBy.length > 0) return;
  report({
    severity: 'information',
    message: 'Nothing is allocated at the start here, so the threads of the prealloc-context do nothing.',
    at: named.span,
    about: option,
    fixes: [
      {
        title: 'Allocate at the start: prealloc=on',
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'prealloc', text: option.json ? 'true' : 'on' }],
      },
    ],
  });
}
