/** The report of `urchestra model --out`. What draws its plots is big, and a gateway has no use for it: it is installed by whoever wants it. */
import type { Model } from '../modelling/model.ts';
import { usageError } from './io.ts';

const LIBRARIES = ['@observablehq/plot', 'linkedom'];

/** @throws INVALID_ARGUMENT when the libraries are missing */
export async function reportMaker(): Promise<(model: Model) => string> {
  try {
    return (await import('../modelling/report/report.ts')).reportHtml;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing =
      code === 'ERR_MODULE_NOT_FOUND' && LIBRARIES.some((library) => message.includes(library));
    if (!isMissing) throw error;
    throw usageError(`--out draws with libraries that are not installed: npm install ${LIBRARIES.join(' ')}`);
  }
}
