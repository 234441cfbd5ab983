import type { XmlElement } from '../../syntax/xml/tree.ts';

/** An element to be made. */
export interface ElementTemplate {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly ElementTemplate[];
  readonly text?: string;
}

/** A change of domain XML, for what the guest model has no words for. */
export type LibvirtChange =
  | {
      readonly op: 'set-attribute';
      readonly element: XmlElement;
      readonly name: string;
      readonly text: string;
    }
  | { readonly op: 'remove-attribute'; readonly element: XmlElement; readonly name: string }
  /** Puts it behind `after`, else before the closing tag of the parent. */
  | {
      readonly op: 'add-element';
      readonly parent: XmlElement;
      readonly template: ElementTemplate;
      readonly after?: XmlElement;
    }
  | { readonly op: 'remove-element'; readonly element: XmlElement }
  /** Moves an element with all its content to the end of another one. */
  | { readonly op: 'move-element'; readonly element: XmlElement; readonly to: XmlElement };
