import type { XmlElement } from '../../../syntax/xml/tree.ts';

/** Elements in which lowering found the entities of the guest; the writer asks it where to edit. */
export type Sources = Map<object, XmlElement>;
