import { setFlagsFromString } from 'node:v8';
import { startProgram } from '../start/program.ts';

/** The hash of the program's text, put in by the build. */
declare const BUILD: string;

// The engine recompiles what runs often, with all its skill, on a thread of its own. With its usual impatience that takes
// two seconds of computing right when the first lines are typed, and on a machine with two cores each analysis takes
// twice as long meanwhile. Three times as patient, only what stays hot is recompiled: a keystroke's 95th percentile
// falls from 36 to 24 ms after a start, and later ones lose nothing that can be noticed. Compiled code is kept for the
// flags that it was made under, so they are set before any is read.
setFlagsFromString('--interrupt-budget=400000');

startProgram('server-program', BUILD);
