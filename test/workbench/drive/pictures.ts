// The parts of the window that the README shows: what has something to tell, without the frame around it.
import type { Page } from 'playwright-core';

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  /** Of the file, without "readme-" and ".png". */
  readonly name: string;
  readonly area: (page: Page) => Promise<Area>;
}

const bottom = ({ y, height }: Area): number => y + height;

/** The editor's group, from its tabs down to the last thing in it: a line, a hover or a menu. */
export async function code(page: Page): Promise<Area> {
  const editor = await boxOf(page, '.part.editor');
  // One call measures all: the editor replaces its lines at any time, so that a line seen first could be gone when measured.
  const lowest = await page
    .locator('.view-line, .monaco-hover:visible, .action-widget:visible')
    .evaluateAll((parts) => Math.max(...parts.map((part) => part.getBoundingClientRect().bottom)));
  return { ...editor, height: Math.min(bottom(editor), lowest + margin) - editor.y };
}

const margin = 12; // pixels below the last line

/** The editor and the panel below it. */
export async function codeAndPanel(page: Page): Promise<Area> {
  const editor = await boxOf(page, '.part.editor');
  return { ...editor, height: bottom(await boxOf(page, '.part.panel')) - editor.y };
}

async function boxOf(page: Page, selector: string): Promise<Area> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not on screen`);
  return box;
}
