/** Rows of the set-up for what must have one value, because it decides the shape of answers: asked for first, written
 * only when it differs. The answer also tells the reader how it is where the module refuses the change. */
import type { Answer, BringUpRow, Command } from '../dialect.ts';
import { optionCommands } from './options.ts';
import type { ShapePart } from './shape.ts';
import { portCommands } from './tools.ts';

function pinned<T>(query: Command<T>, isWanted: (value: T) => boolean, command: Command): BringUpRow {
  const parse = (answer: Answer): boolean | undefined => {
    const value = query.parse?.(answer);
    return value === undefined ? undefined : isWanted(value);
  };
  return { asks: { ...query, parse }, command, required: false };
}

/** An option of `AT+QICFG` that has these values behind the set-up (lte §2.1.15, rg §2.3.1). */
export function pinnedOption(
  shape: ShapePart<'options'>,
  name: string,
  values: readonly number[],
): BringUpRow {
  const { queryOption, setOption } = optionCommands(shape);
  const isWanted = (found: readonly unknown[]): boolean => values.every((value, at) => found[at] === value);
  return { ...pinned(queryOption(name), isWanted, setOption(name, values)), sets: name };
}

/** Sent data is not echoed (lte §2.1.16, rg §2.3.15). */
export const pinnedEcho: BringUpRow = pinned(
  portCommands.queryEchoOfSentData(),
  (isEchoed) => !isEchoed,
  portCommands.echoSentData(false),
);
