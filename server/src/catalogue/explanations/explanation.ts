/** On which machine the thing that is set lives: numbers of a guest node and of a host node look alike. */
export type Side = 'guest' | 'host' | 'both';

/**
 * What a hover says about one option, property, element or attribute. Texts are Markdown with nothing but
 * code spans: outside of them an element's name would be taken for HTML and vanish.
 */
export interface Explanation {
  readonly side: Side;
  /** One to three short sentences. */
  readonly text: string;
  /** What a bare number counts. */
  readonly unit?: string;
  /** What holds where it is not written. */
  readonly default?: string;
  /** The first release that knows it, e.g. `QEMU 5.0`; only where it matters and is certain. */
  readonly since?: string;
  /** The trap that people fall into, in one sentence. */
  readonly pitfall?: string;
}

/** What there is to say about one QEMU option, or about one type of device or object that it makes. */
export interface QemuTopic {
  /** Without dashes. */
  readonly option: string;
  /**
   * The value that the option starts with: driver, qom-type, numa type, CPU model. `|` parts alternatives,
   * `*` at the end stands for any characters. A topic without a type speaks of every type.
   */
  readonly type?: string;
  readonly itself?: Explanation;
  readonly properties?: Readonly<Record<string, Explanation>>;
}

/** What there is to say about one element of a domain. */
export interface LibvirtTopic {
  /** The last names of the element's path, with slashes: `numatune/memory` is not `devices/memory`. */
  readonly path: string;
  readonly itself?: Explanation;
  readonly attributes?: Readonly<Record<string, Explanation>>;
}
