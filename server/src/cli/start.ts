import { startProgram } from '../start/program.ts';

/** The hash of the program's text, put in by the build. */
declare const BUILD: string;

startProgram('cli-program', BUILD);
