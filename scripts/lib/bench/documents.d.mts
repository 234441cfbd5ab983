/** Two inputs of which the second is about ten times the first. */
export interface Growing {
  readonly what: string;
  readonly small: string;
  readonly large: string;
}

export function growing(): Growing[];
