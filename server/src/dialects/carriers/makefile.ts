import { ExcerptBuilder } from '../../text/excerptBuilder.ts';
import type { Carried } from './carried.ts';
import { isContinued, isSuppression, type Line, linesOf } from './lines.ts';
import { readVariables } from './makeVariables.ts';
import { RecipeWriter } from './recipeWriter.ts';

/** A recipe line of make with the lines that continue it; a shell of its own runs it. */
export interface Recipe {
  readonly start: number;
  readonly end: number;
  readonly isComment: boolean;
}

/** Make's own marks before a command: silent, ignoring its result, also when nothing is to be run. */
const MARKS = /^\t[ \t]*([@+-][@+\- \t]*)?/;

/**
 * Reads the recipes of a makefile (GNU make manual, "Recipes" and "Variables"): one script, in which every recipe
 * line is a subshell and the text of every known variable stands where it is referred to.
 */
export function readRecipes(text: string): Carried[] {
  const lines = linesOf(text);
  const recipes = findRecipes(lines);
  const out = new ExcerptBuilder(text);
  const writer = new RecipeWriter(text, out, readVariables(text, lines));
  for (const { start, end, isComment } of recipes) {
    if (isComment) {
      out.put('\n', start);
      out.copy(start, end);
      continue;
    }
    if (!writer.mayConcern(start, end)) continue;
    out.put('\n(\n', start);
    const marks = MARKS.exec(text.slice(start, end))!;
    const blanks = marks[0].length - (marks[1]?.length ?? 0);
    out.copy(start, start + blanks);
    writer.write(start + marks[0].length, end);
    out.put('\n)\n', end);
  }
  return [{ dialect: 'qemu', excerpt: out.build(encode) }];
}

function findRecipes(lines: readonly Line[]): Recipe[] {
  const recipes: Recipe[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i]!;
    const isComment = isSuppression(first.text);
    if (!first.text.startsWith('\t') && !isComment) continue;
    while (isContinued(lines[i]!.text) && i + 1 < lines.length) i++;
    recipes.push({ start: first.start, end: lines[i]!.end, isComment });
  }
  return recipes;
}

/** A dollar is doubled, and a line that is no continuation is a command of its own, behind a tab. */
function encode(newText: string): string | undefined {
  return /(?<!\\)\n(?!\t|$)/.test(newText) ? undefined : newText.replaceAll('$', '$$$$');
}
