// The least of a shell's and of an XML grammar that our injections refer to, for machines without a fetched editor. The rules have
// the names and the scopes of the editor's own grammars.
const named = (name: string) => ({ name });
const include = (...names: string[]) => names.map((name) => ({ include: `#${name}` }));

export const standInShell = {
  scopeName: 'source.shell',
  patterns: include('comment', 'assignment', 'command'),
  repository: {
    comment: { name: 'comment.line.number-sign.shell', match: '(?:^|(?<=[ \\t]))#.*' },
    assignment: {
      begin: '\\b\\w+\\+?=',
      end: '(?=[;|&\\s])',
      patterns: [
        { begin: '\\(', end: '\\)', patterns: include('comment', 'string', 'variable') },
        ...include('string', 'variable', 'interpolation'),
      ],
    },
    command: {
      begin: '(?=[^\\s;|&()#])',
      end: '(?=[;|&)]|\\n)(?<!\\\\)',
      name: 'meta.statement.command.shell',
      patterns: [
        { match: '\\G[^\\s"\'$]+', name: 'meta.statement.command.name.shell' },
        ...include('line_continuation', 'comment', 'option', 'argument', 'string'),
      ],
    },
    option: {
      begin: '[ \\t]+-(?=\\S)',
      end: '(?=[\\s;|&)])',
      contentName: 'constant.other.option',
      patterns: include('string', 'variable'),
    },
    argument: {
      begin: '[ \\t]+(?![&|(#;\\n]|$)',
      end: '(?=[\\s;|&)])',
      name: 'meta.argument.shell',
      patterns: [
        ...include('line_continuation', 'string', 'variable', 'interpolation'),
        { match: '[^\\s"\'$;|&)\\\\]+', name: 'string.unquoted.argument.shell' },
      ],
    },
    line_continuation: { match: '\\\\(?=\\n)', name: 'constant.character.escape.line-continuation.shell' },
    string: {
      patterns: [
        { begin: "'", end: "'", name: 'string.quoted.single.shell' },
        { begin: '"', end: '"', name: 'string.quoted.double.shell', patterns: include('variable') },
      ],
    },
    variable: { match: '\\$(?:\\w+|\\{[^}]*\\})', name: 'variable.other.normal.shell' },
    interpolation: { begin: '\\$\\(', end: '\\)', name: 'meta.scope.subshell', patterns: include('command') },
  },
};

export const standInXml = {
  scopeName: 'text.xml',
  patterns: [
    { begin: '<!--', end: '-->', name: 'comment.block.xml' },
    {
      begin: '</?[\\w:-]+',
      end: '/?>',
      name: 'meta.tag.xml',
      patterns: [
        { match: '\\s([\\w:-]+)=', captures: { 1: named('entity.other.attribute-name.xml') } },
        { begin: '"', end: '"', name: 'string.quoted.double.xml' },
        { begin: "'", end: "'", name: 'string.quoted.single.xml' },
      ],
    },
  ],
};
