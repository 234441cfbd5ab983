import * as vscode from 'vscode';
import { SHELL_EXAMPLE } from '../examples.ts';
import { closeAll, findings, findingsWhen, includesAll, inFolder, ruleOf, show } from './support.ts';

const setRules = (severities: Record<string, string> | undefined) =>
  vscode.workspace
    .getConfiguration('virtlens')
    .update('rules', severities, vscode.ConfigurationTarget.Workspace);

suite('settings', () => {
  teardown(async () => {
    await setRules(undefined);
    await closeAll();
  });

  test('a rule is switched off and on again while the file is open', async () => {
    const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
    await findingsWhen(document.uri, includesAll(SHELL_EXAMPLE.rules), 'findings with the default settings');
    const others = SHELL_EXAMPLE.rules.filter((rule) => rule !== 'numa-cpus-overlap');

    await setRules({ 'numa-cpus-overlap': 'off' });
    await findingsWhen(
      document.uri,
      (rules) => includesAll(others)(rules) && !rules.includes('numa-cpus-overlap'),
      'all findings but the one switched off',
    );

    await setRules(undefined);
    await findingsWhen(document.uri, includesAll(SHELL_EXAMPLE.rules), 'all findings again');
  });

  test('the severity of a rule is changed', async () => {
    const { document } = await show(inFolder('examples', SHELL_EXAMPLE.file));
    await setRules({ 'numa-cpus-overlap': 'hint' });
    const severities = () =>
      findings(document.uri)
        .filter((finding) => ruleOf(finding) === 'numa-cpus-overlap')
        .map(({ severity }) => severity);
    await findingsWhen(
      document.uri,
      () => severities().length > 0 && severities().every((one) => one === vscode.DiagnosticSeverity.Hint),
      'the finding as a hint',
    );
  });
});
