/** The oracles' adaptations: what is replaced so that this machine can try what was written for another. */
export { adaptArguments } from './adaptations/arguments.ts';
export { adaptDomain } from './adaptations/domain.ts';
export {
  ADAPTATIONS,
  type AdaptationId,
  type AdaptationUse,
  formatAdaptations,
} from './adaptations/table.ts';
