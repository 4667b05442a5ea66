/** What both inspectors take. */
import { integer } from '../dialects/arguments.ts';
import { invalid, needText, readList, readOptions } from '../plain-options.ts';

/** Where an inspector is served. */
export interface InspectorOptions {
  /** TCP port; 8080 for the current inspector and 8888 for the classic one when left out, 0 for any that is free. */
  readonly port?: number;
  /** Address to listen on; 127.0.0.1 when left out. Elsewhere everybody who reaches it can look, and nobody is asked who they are. */
  readonly host?: string;
  /** Web pages that may connect beside the inspector's own, by their origins. */
  readonly origins?: readonly string[];
  /** Is called with the address of the page when it is there. */
  readonly onListening?: (url: string) => void;
}

/** The options with everything filled in. */
export interface CheckedInspectorOptions {
  readonly port: number;
  readonly host: string;
  readonly origins: readonly string[];
  readonly onListening: (url: string) => void;
}

const KNOWN: readonly (keyof InspectorOptions)[] = ['port', 'host', 'origins', 'onListening'];

/** Reads the options of an inspector, `more` beside them.
 *
 * @throws INVALID_ARGUMENT
 */
export function checkedInspectorOptions<T extends InspectorOptions>(
  given: T,
  standardPort: number,
  standardOrigins: readonly string[],
  more: readonly (keyof T & string)[] = [],
): CheckedInspectorOptions & { readonly read: Partial<T> } {
  const read = readOptions<T>(given, [...KNOWN, ...more]);
  const { port = standardPort, host = '127.0.0.1', onListening = () => undefined } = read;
  integer('port', port, 0, 65_535);
  needText(host, 'host');
  if (typeof onListening !== 'function') throw invalid('onListening', 'must be a function');
  const origins = read.origins === undefined ? standardOrigins : readList(read.origins, 'origins');
  for (const origin of origins)
    if (typeof origin !== 'string' || !/^https?:\/\/[^/]+$/.test(origin))
      throw invalid('origins', 'must be origins of web pages, as https://stately.ai');
  return { port, host, origins: origins as readonly string[], onListening, read };
}
