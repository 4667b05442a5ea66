/** Commands whose answers cannot be taken for each other's. */
import type { Answer } from '../../index.ts';

/** What the one line of the answer looks like, by command. */
export const USER_COMMANDS: Readonly<Record<string, RegExp>> = {
  'AT+CSQ': /^\+CSQ: \d+,\d+$/,
  'AT+CCLK?': /^\+CCLK: "/,
  'AT+CGMM': /^(?:Quectel_)?(?:EC25|UG96|RG500U-CN|M95|BC66)$/,
  'AT+CGMI': /^Quectel(?:_Ltd)?$/i,
  'AT+COPS?': /^\+COPS: 0/,
  'AT+CFUN?': /^\+CFUN: \d$/,
  'AT+CMEE?': /^\+CMEE: \d$/,
  'AT+CIMI': /^00101\d{10}$/,
  'AT+CGSN': /^8610\d{11}$/,
  'AT+QCCID': /^\+QCCID: \d{20}$/,
};

const textOf = ({ prefix, text }: Answer['lines'][number]): string =>
  prefix === null ? text : `${prefix}: ${text}`;

const isKnown = (text: string): boolean =>
  /^\+[A-Z]+: /.test(text) || Object.values(USER_COMMANDS).some((pattern) => pattern.test(text));

/** What is wrong with an answer: `undefined` when it is the command's own, an error, or said to be in doubt (D-061).
 *
 * @param mayBeNoise lines that belong to no command may stand in it.
 */
export function strangeAnswer(
  command: string,
  { lines, result }: Answer,
  mayBeNoise: boolean,
): string | undefined {
  const texts = lines.map(textOf).filter((text) => !mayBeNoise || isKnown(text));
  const shown = `${command} got ${JSON.stringify([...texts, result])}`;
  if (result !== 'OK') return /ERROR|^two results/.test(result) && texts.length === 0 ? undefined : shown;
  const [first] = texts;
  const isOwn = texts.length === 1 && first !== undefined && USER_COMMANDS[command]?.test(first);
  return isOwn ? undefined : shown;
}
