import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly properties?: Readonly<Record<string, { readonly description: string }>> }>
      >;
    };
  };
}

/**
 * Shows the page of a rule, which is part of the package.
 * @param rule its name; whatever is no rule's name lets the user choose one
 */
export async function explainRule(
  { extensionUri, packageJSON }: vscode.Extension<unknown>,
  rule: unknown,
): Promise<void> {
  const rules = rulesOf(packageJSON as Manifest);
  const name = typeof rule === 'string' && Object.hasOwn(rules, rule) ? rule : await chooseRule(rules);
  if (name === undefined) return;
  const page = vscode.Uri.joinPath(extensionUri, 'docs', 'rules', `${name}.md`);
  try {
    await vscode.commands.executeCommand('markdown.showPreview', page);
  } catch {
    // The preview is an extension of the editor, and can be switched off.
    await vscode.window.showTextDocument(page, { preview: true });
  }
}

/** The settings list every rule with its summary, so the manifest is all there is to ask. */
const rulesOf = ({ contributes }: Manifest): Readonly<Record<string, { readonly description: string }>> =>
  contributes.configuration.properties['virtlens.rules']?.properties ?? {};

async function chooseRule(rules: ReturnType<typeof rulesOf>): Promise<string | undefined> {
  const picks = Object.entries(rules).map(([label, { description }]) => ({ label, detail: description }));
  const chosen = await vscode.window.showQuickPick(picks, { title: 'VirtLens rules', matchOnDetail: true });
  return chosen?.label;
}
