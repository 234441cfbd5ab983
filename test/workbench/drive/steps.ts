// The way of a user through the installed extension, by mouse and keyboard only.
import type { Page } from 'playwright-core';
import { SHELL_EXAMPLE, XML_EXAMPLE } from '../examples.ts';
import { code, codeAndPanel, type Picture } from './pictures.ts';

const firstOpen = 60_000; // ms; a freshly started editor takes about ten seconds on a small machine
const soon = 15_000;

interface Step {
  readonly name: string;
  readonly run: (page: Page) => Promise<void>;
  /** What the step leaves on screen, if the README shows it. */
  readonly picture?: Picture;
}

/** Steps build on each other: the page stays as the one before left it. */
export const steps: readonly Step[] = [
  { name: 'open the script from the explorer', run: (page) => open(page, SHELL_EXAMPLE.file) },
  {
    name: 'the mistakes are underlined without anything being activated',
    run: (page) => page.locator('.squiggly-error').first().waitFor({ timeout: firstOpen }),
  },
  {
    name: 'Problems lists each rule',
    run: async (page) => {
      await page.keyboard.press('Control+Shift+M');
      for (const rule of SHELL_EXAMPLE.rules) await problem(page, rule).first().waitFor({ timeout: soon });
      await page.keyboard.press('Control+1'); // back to the editor, for the picture
    },
    picture: { name: 'problems', area: codeAndPanel },
  },
  {
    name: 'hovering over an underlined word tells what is wrong',
    run: (page) => hover(page, '.squiggly-error'),
    picture: { name: 'hover', area: code },
  },
  { name: 'a problem offers a quick fix', run: openQuickFixes, picture: { name: 'quick-fix', area: code } },
  { name: 'the quick fix removes the problem', run: applyQuickFix },
  {
    name: 'the domain XML is underlined and listed, too',
    run: async (page) => {
      await open(page, XML_EXAMPLE.file);
      await page.locator('.squiggly-error').first().waitFor({ timeout: soon });
      for (const rule of XML_EXAMPLE.rules) await scrollTo(page, rule);
    },
  },
  {
    name: 'hovering over an element tells what libvirt makes of it',
    run: async (page) => {
      await page.keyboard.press('Control+J'); // without the panel, the whole domain is on screen
      await page.locator('.markers-panel-container').waitFor({ state: 'hidden', timeout: soon });
      await hover(page, '.squiggly-warning');
    },
    picture: { name: 'domain-xml', area: code },
  },
  { name: 'the status leads to the host profiles, and names the one that is chosen', run: chooseHost },
];

async function open(page: Page, file: string): Promise<void> {
  await page
    .locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"]`)
    .dblclick({ timeout: firstOpen });
  await page.locator(`.tab.active[data-resource-name="${file}"]`).waitFor({ timeout: soon });
  await page.locator('.monaco-editor .view-line').first().waitFor({ timeout: soon });
}

/** Points at the first underline of a kind and waits for our finding. */
async function hover(page: Page, underline: string): Promise<void> {
  // The underline lies behind the text and takes no mouse events: point at its place.
  const box = await page.locator(underline).first().boundingBox();
  if (!box) throw new Error('no underline on screen');
  await page.mouse.move(box.x + Math.min(box.width / 2, 20), box.y + box.height / 2);
  await page.locator('.monaco-hover:visible:has-text("virtlens")').first().waitFor({ timeout: soon });
}

const problems = (page: Page) =>
  page.locator('.markers-panel-container .monaco-list-row').filter({ hasText: /virtlens/ });

/** The row of a rule: its message, then "virtlens(rule)" in pieces, then the place. */
const problem = (page: Page, rule: string) =>
  problems(page).filter({ hasText: new RegExp(`virtlens\\W*${rule}\\W*\\[Ln`) });

/** The list draws only what is on screen: scrolls down until the row of a rule is there. */
async function scrollTo(page: Page, rule: string): Promise<void> {
  const row = problem(page, rule).first();
  await page.locator('.markers-panel-container').hover();
  for (let turn = 0; turn < 20; turn++) {
    const shown = row.waitFor({ timeout: 1_000 });
    if (await shown.then(() => true).catch(() => false)) return;
    await page.mouse.wheel(0, 44); // two rows
  }
  throw new Error(`Problems does not list ${rule}`);
}

const quickFixes = (page: Page) =>
  page.locator('.action-widget:has(.group-header:has-text("Quick Fix")) .action');

/** Goes through the problems until one offers a fix, and leaves the menu open. */
async function openQuickFixes(page: Page): Promise<void> {
  for (const row of await problems(page).all()) {
    await row.dblclick(); // puts the cursor there, in the editor
    // The key is ignored while the editor still asks for the actions of the new position: press until it works.
    for (let attempt = 0; attempt < 3; attempt++) {
      await page.keyboard.press('Control+.');
      const shown = quickFixes(page).first().waitFor({ timeout: 3_000 });
      if (await shown.then(() => true).catch(() => false)) return;
    }
  }
  throw new Error('no problem offers a quick fix');
}

const HOST = 'two-node-workstation';

/** Chooses a reference profile from the status beside the language, where it is shown from then on. */
async function chooseHost(page: Page): Promise<void> {
  await page.mouse.move(0, 0); // so that no hover over the text is in the way
  const status = page.locator('[id="status.languageStatus"]');
  const shown = (text: string) => page.locator('.hover-language-status').filter({ hasText: text });
  await status.click();
  await shown('No host profile').getByText('Choose').click({ timeout: soon });
  const entry = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: HOST });
  await entry.click({ timeout: soon });
  // What is shown stays as it was when it was opened: open it until the server has told the news.
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.keyboard.press('Escape');
    await status.click();
    const told = shown(`${HOST}, a reference profile`).waitFor({ timeout: 3_000 });
    if (await told.then(() => true).catch(() => false)) return;
  }
  throw new Error(`the status does not name ${HOST}`);
}

/** Takes the first fix of the open menu and waits until the text has changed and a problem is gone. */
async function applyQuickFix(page: Page): Promise<void> {
  const last = (await problems(page).count()) - 1;
  const text = page.locator('.monaco-editor .view-lines').first();
  const before = await text.textContent();
  await page.keyboard.press('Enter');
  await problems(page).nth(last).waitFor({ state: 'detached', timeout: soon });
  if ((await text.textContent()) === before) throw new Error('the problem is gone, but the text is the same');
}
