/** What is selected in the module for the commands that follow (gsm: the context, the role). */
import type { Step } from '../dialects/dialect.ts';

/** Selections are told apart by the name of their command: `AT+QIFGCNT`. */
function nameOf(text: string): string {
  return text.split('=', 1)[0]?.toUpperCase() ?? text;
}

export class Selections {
  readonly #inForce = new Map<string, { readonly text: string; readonly scope: Step['selects'] }>();
  /** Names under which anything was ever selected: their default does not hold for sure any more. */
  readonly #touched = new Set<string>();

  /** Tells whether the step can be left out. */
  isInForce({ command, selects, isDefault }: Step): boolean {
    if (selects === undefined) return false;
    const name = nameOf(command.text);
    const selected = this.#inForce.get(name);
    return selected ? selected.text === command.text : isDefault === true && !this.#touched.has(name);
  }

  /** The step was carried out. */
  note({ command: { text }, selects }: Step): void {
    if (selects === undefined) return;
    if (selects === 'context') {
      for (const [name, { scope }] of this.#inForce)
        if (scope === 'within context') this.#inForce.delete(name);
    }
    this.#touched.add(nameOf(text));
    this.#inForce.set(nameOf(text), { text, scope: selects });
  }

  /** A command of somebody else's that may have selected something else. */
  doubt(text: string): void {
    const name = nameOf(text);
    if (!text.includes('=') || !this.#inForce.has(name)) return;
    const scope = this.#inForce.get(name)?.scope;
    if (scope === 'context') this.#inForce.clear();
    else this.#inForce.delete(name);
    this.#touched.add(name);
  }

  /** Nobody knows any more; with `isNew` the module has just started, and everything has its default. */
  forget(isNew = false): void {
    for (const name of this.#inForce.keys()) this.#touched.add(name);
    this.#inForce.clear();
    if (isNew) this.#touched.clear();
  }
}
