/** The examples that the tests in a real editor open, and the rules they are known to break. */
export const SHELL_EXAMPLE = {
  file: 'gpu-two-nodes.sh',
  rules: ['numa-mem-removed', 'numa-cpus-overlap', 'memory-backend-unused', 'unknown-numa-property'],
};

export const XML_EXAMPLE = {
  file: 'gpu-two-nodes.xml',
  rules: ['os-type-missing', 'duplicate-singleton-element', 'memory-unit-missing', 'gpu-no-guest-affinity'],
};
